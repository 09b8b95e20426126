import Addresses
import Arguments
import Console
import Failures
import Serving
import Sessions
import SondeSystem
import SystemPackage

/// `sonde echo`: a server that sends back what it receives.
struct EchoCommand: Command {
    static let description = CommandDescription(
        "echo",
        abstract: "Listen on TCP, UDP or Unix sockets and echo every byte.",
        summary: "Listen on TCP, UDP or Unix sockets and echo every byte",
        discussion: """
            On Ctrl-C, sonde accepts no more clients, sends the remaining answers and prints the totals.

            On loopback, and for other hosts:
              sonde echo
              sonde echo 7007 --bind '*' --allow 192.0.2.0/24
            """,
        usualOptions: ["--udp", "--unix", "--bind", "--reply", "--once", "--hex", "--json"]
    )

    @OptionGroup var listen: ListenArguments
    @OptionGroup var answer: AnswerArguments

    @Option("--threads", value: "n", help: "Number of event loops, each in a thread of its own.")
    var threads = 1

    @Option("--max-clients", value: "n", help: "Maximum clients; further ones are reset (default: unlimited).")
    var maxClients: Int?

    @Option("--idle-timeout", value: "duration", help: "Close a connection that is idle for DURATION (default: never).")
    var idleTimeout: DurationArgument?

    @Option("--allow", value: "cidr", help: "Serve only clients from this address or block. Repeatable (default: all).")
    var allow: [IPPrefix] = []

    @Flag("--once", help: "Exit after one client, or one answered datagram.")
    var once = false

    @Flag("--hex", help: "Show received data as a hex dump.")
    var hex = false

    @OptionGroup var namespace: NamespaceOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...256).contains(threads) else {
            throw ValidationError("--threads \(threads): out of range", next: "give a number from 1 to 256")
        }
        if idleTimeout?.duration == .zero {
            throw ValidationError("--idle-timeout 0: out of range", next: "give a duration above 0, e.g. 10s")
        }
        if let maxClients, maxClients < 1 {
            throw ValidationError("--max-clients \(maxClients): out of range", next: "give a number from 1")
        }
    }

    func run() throws {
        try namespace.enter()
        let stop = try naming("sigaction") { () throws(Errno) in try StopToken.catchSignals() }
        OpenFileLimit.raise()
        let report = try EchoReport(output.manner, stop)
        let server = try makeServer(report, stop)
        report.start(server)
        try server.run()
        try report.finish(server.totals)
    }

    private func makeServer(_ report: EchoReport, _ stop: StopToken) throws -> EchoServer {
        var server = ServerConfiguration(listeners: listen.requests)
        server.options = listen.bind.options
        server.maximumClients = maxClients ?? .max
        server.idleTimeout = idleTimeout?.duration
        server.allowed = allow
        server.servesOnce = once
        var configuration = EchoConfiguration(server)
        configuration.answer = answer.answer
        configuration.delay = answer.delay.flatMap { $0.duration == .zero ? nil : $0.duration }
        configuration.quitWord = answer.quit
        configuration.threads = threads
        configuration.reportsData = hex
        do {
            return try EchoServer(configuration, stop: stop) { report.tell($0) }
        } catch {
            throw Failure(listening: error)
        }
    }
}
