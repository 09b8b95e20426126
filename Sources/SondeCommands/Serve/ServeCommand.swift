import Addresses
import Arguments
import Failures
import FileService
import Serving
import Sessions
import SondeSystem
import SystemPackage

/// `sonde serve`: serves one folder's files over TCP.
struct ServeCommand: Command {
    static let description = CommandDescription(
        "serve",
        abstract: "Serve the files of one folder over TCP: the client names a file, the server sends it.",
        summary: "Serve the files of one folder over TCP",
        discussion: """
            Fetch the files with sonde get, or type GET NAME in sonde connect. Nothing outside the folder is reachable.

            On loopback, and for other hosts:
              sonde serve .
              sonde serve images --bind '*' --allow 192.0.2.0/24
            """,
        usualOptions: ["--bind", "--allow", "--max-clients", "--json"]
    )

    @Argument("dir", help: "Folder to serve.")
    var folder: String

    @Argument("port", help: "Port; 0 picks a free one.")
    var port: UInt16 = 8008

    @OptionGroup var bind: BindArguments

    @Option("--max-clients", value: "n", help: "Maximum clients; further ones are reset.")
    var maxClients = 1000

    @Option("--idle-timeout", value: "duration", help: "Close a connection without requests or progress for DURATION.")
    var idleTimeout = DurationArgument(.seconds(60))

    @Option("--allow", value: "cidr", help: "Serve only clients from this address or block. Repeatable (default: all).")
    var allow: [IPPrefix] = []

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard idleTimeout.duration > .zero else {
            throw ValidationError("--idle-timeout 0: out of range", next: "give a duration above 0, e.g. 60s")
        }
        if maxClients < 1 { throw ValidationError("--max-clients \(maxClients): out of range", next: "give a number from 1") }
    }

    func run() throws {
        let stop = try naming("sigaction") { () throws(Errno) in try StopToken.catchSignals() }
        OpenFileLimit.raise()
        let report = try FileServerReport(output.manner, stop)
        var server = try makeServer(report, stop)
        try server.run()
        try report.finish(server.totals)
    }

    private func makeServer(_ report: FileServerReport, _ stop: StopToken) throws -> FileServer {
        var configuration = ServerConfiguration(listeners: bind.requests(.tcp, port: port))
        configuration.options = bind.options
        configuration.maximumClients = maxClients
        configuration.idleTimeout = idleTimeout.duration
        configuration.allowed = allow
        let folder: ServedFolder
        do throws(SystemError) {
            folder = try ServedFolder(path: self.folder)
        } catch {
            throw Failure(serving: error)
        }
        do {
            return try FileServer.make(folder, configuration, stop: stop) { report.tell($0) }
        } catch let error as ListenError {
            throw Failure(listening: error)
        }
    }
}
