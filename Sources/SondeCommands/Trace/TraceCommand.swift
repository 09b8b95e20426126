import Arguments
import ConnectionTracing
import Console
import Sessions
import SondeSystem
import SystemPackage
import Terminal
import TraceReports

/// `sonde trace`: one connection, made and captured in one go.
struct TraceCommand: Command {
    static let description = CommandDescription(
        "trace",
        abstract: "Open and close one TCP connection, capture it, and show what was negotiated and what went wrong.",
        summary: "Open and close one TCP connection",
        usage: "[<options>] <host> <port>",
        discussion: """
            The capture needs CAP_NET_RAW. sonde drops it before it connects. Without it, sonde shows what the kernel knows of the \
            connection. Exit code 0: the port is open; 1: it is not.

            Watch a handshake, and what both sides agree on:
              sudo sonde trace example.org 443
            Ten handshakes, with their round-trip times:
              sudo sonde trace --count 10 192.0.2.1 22
            """,
        usualOptions: ["--send", "-c", "-t", "--path", "-w", "--json"]
    )

    @OptionGroup var target: TraceTargetArguments
    @OptionGroup var family: FamilyOptions

    @Option("--send", value: "text", help: "Text to send; \\r, \\n, \\t, \\\\ and \\xHH are escapes.")
    var send: EscapedText?

    @Option("-c", "--count", value: "n", help: "Make N connections one after the other, as a table.")
    var count = 1

    @Option("-t", "--timeout", value: "duration", help: "Time for the handshake; then for an answer to --send.")
    var timeout = DurationArgument(.seconds(4))

    @Flag("--path", help: "Then trace the path: which hop loses or changes the SYN.")
    var path = false

    @Option(
        "-w",
        "--write",
        value: "file",
        help: "Write the frames to this file: pcapng with notes as comments if its name ends in .pcapng, else pcap."
    )
    var file: String?

    @OptionGroup var namespace: NamespaceOptions
    @OptionGroup var output: OutputOptions

    private static let mostConnections = 1000

    func validate() throws {
        _ = try target.parsed
        guard (1...Self.mostConnections).contains(count) else {
            throw ValidationError("--count \(count): out of range", next: "give a number from 1 to \(Self.mostConnections)")
        }
        guard timeout.duration > .zero else {
            throw ValidationError("--timeout 0: out of range", next: "give a duration above 0, e.g. 4s")
        }
        if file == "-" { throw ValidationError("-w -: the report takes standard output", next: "give the name of a file") }
        if count > 1, path || send != nil {
            throw ValidationError("--count excludes --path and --send", next: "use them in a run of their own")
        }
    }

    func run() throws {
        let target = try target.parsed
        try namespace.enter()
        let resolved = try target.resolve(family: family.family)
        // Only now: the resolver does not wait for a token.
        let stop = try naming("sigaction") { () throws(Errno) in try StopToken.catchSignals() }
        var session = TraceSession(target: resolved, stop: stop, output: output.manner)
        session.manner.timeout = timeout.duration
        session.manner.text = send?.bytes ?? []
        session.manner.settles = count == 1
        session.count = count
        session.tracesPath = path
        session.file = file
        try session.run()
    }
}
