import Addresses
import ArgumentParser
import Console
import Dialing
import SondeSystem
import SystemPackage
import Terminal

/// `sonde connect`: standard input to a socket, the socket to standard output.
struct ConnectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        _superCommandName: "sonde",
        abstract: "Connect standard input and output to a TCP, UDP or Unix socket, and tell what the connection did.",
        discussion: "At the end of input the connection is closed for sending alone; what the peer still says is printed."
    )

    @Argument(help: "The host, or host:port.")
    var host: String?

    @Argument(help: "The port.")
    var port: UInt16?

    @Flag(help: "Use UDP: what is read at once is a datagram.")
    var udp = false

    @Option(help: ArgumentHelp("Connect to the Unix socket at this path; @NAME is abstract.", valueName: "path"))
    var unix: String?

    @OptionGroup var family: FamilyOptions

    @Option(help: ArgumentHelp("The line of input that ends the session; it is not sent.", valueName: "word"))
    var quit: String?

    @Flag(help: "Send line ends as CR LF.")
    var crlf = false

    @Option(
        help: ArgumentHelp(
            "How long connecting may take; with UDP, how long to wait for answers after the input ended.",
            valueName: "duration"
        )
    )
    var timeout: DurationArgument?

    @Option(help: ArgumentHelp("When to use colours.", valueName: "when"))
    var color: ColorChoice = .auto

    func validate() throws {
        _ = try target
        if let timeout, timeout.duration == .zero { throw ValidationError("--timeout 0: give a length of time, such as 10s.") }
        if let quit, quit.isEmpty || quit.contains(where: \.isNewline) {
            throw ValidationError("--quit: give a word that can be a line.")
        }
    }

    func run() throws {
        var configuration = Relay.Configuration(filter: InputFilter(quitWord: quit, makesCRLF: crlf))
        configuration.isDatagram = udp
        configuration.endsWithPeer = BorrowedDescriptor.standardInput.isTerminal
        if let timeout { configuration.silence = timeout.duration }
        var report = ConnectionReport(Terminal.errorPalette(color), isDatagram: udp)
        let connection = try target.connect(timeout: timeout?.duration ?? .seconds(10), isDatagram: udp, family: family.family)
        // Only now: until there is something to report, a signal ends the process by default.
        let stop = try naming("sigaction") { () throws(Errno) in try StopToken.catchSignals() }
        try report.connected(connection)
        let relay = try Relay(connection.intoDescriptor(), configuration)
        let outcome = try relay.run(stop: stop)
        try report.finish(outcome)
    }

    private var target: ConnectTarget {
        get throws { try ConnectTarget(host: host, port: port, unix: unix) }
    }
}
