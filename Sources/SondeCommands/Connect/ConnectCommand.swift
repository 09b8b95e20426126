import Addresses
import Arguments
import Console
import Dialing
import Sessions
import SondeSystem
import SystemPackage
import Terminal

/// `sonde connect`: standard input to a socket, the socket to standard output.
struct ConnectCommand: Command {
    static let description = CommandDescription(
        "connect",
        abstract: "Connect standard input and output to a TCP, UDP or Unix socket, and report what the connection did.",
        summary: "Connect standard input and output to a TCP, UDP or Unix socket",
        discussion: """
            At the end of input sonde closes its half of the connection and prints what the peer still sends.

            Talk to a server, line by line:
              sonde connect example.org 25 --crlf
            Send a file, and keep the answer:
              sonde connect db:9000 <request >answer
            """,
        usualOptions: ["--udp", "--unix", "--quit", "--crlf", "--timeout"]
    )

    @Argument("host", help: "Host, or HOST:PORT.")
    var host: String?

    @Argument("port", help: "Port.")
    var port: UInt16?

    @Flag("--udp", help: "Use UDP: each read of standard input is sent as one datagram.")
    var udp = false

    @Option("--unix", value: "path", help: "Connect to the Unix socket at this path; @NAME is abstract.")
    var unix: String?

    @OptionGroup var family: FamilyOptions

    @Option("--quit", value: "word", help: "Input line that ends the session; it is not sent.")
    var quit: String?

    @Flag("--crlf", help: "Convert line ends to CR LF.")
    var crlf = false

    @Flag("--end-with-peer", help: "End when the peer closes its half, even if input may follow.")
    var endWithPeer = false

    @Flag("--no-shutdown", help: "Keep this side's half open at the end of input; the peer's close ends the session.")
    var noShutdown = false

    @Option(
        "--timeout",
        value: "duration",
        help: "Time to connect (default: 10s); with UDP, time to wait for answers after the end of input (default: 2s)."
    )
    var timeout: DurationArgument?

    @OptionGroup var namespace: NamespaceOptions

    @Option("--color", value: "when", help: "When to use colours.")
    var color: ColorChoice = .auto

    func validate() throws {
        _ = try target
        if let timeout, timeout.duration == .zero {
            throw ValidationError("--timeout 0: out of range", next: "give a duration above 0, e.g. 10s")
        }
        if udp, endWithPeer || noShutdown {
            let option = endWithPeer ? "--end-with-peer" : "--no-shutdown"
            throw ValidationError("\(option) and --udp are mutually exclusive", next: "choose one: datagrams have no close")
        }
        if let quit, quit.isEmpty || quit.contains(where: \.isNewline) {
            throw ValidationError("--quit: empty or several lines", next: "give one line of text")
        }
    }

    func run() throws {
        try namespace.enter()
        var configuration = Relay.Configuration(filter: InputFilter(quitWord: quit, makesCRLF: crlf))
        configuration.isDatagram = udp
        configuration.endsWithPeer = endWithPeer || BorrowedDescriptor.standardInput.isTerminal
        configuration.keepsSendingHalf = noShutdown
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
