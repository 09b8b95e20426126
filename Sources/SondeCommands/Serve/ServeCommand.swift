import Addresses
import ArgumentParser
import FileService
import Serving
import SondeSystem
import SystemPackage

/// `sonde serve`: one folder's files over TCP.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        _superCommandName: "sonde",
        abstract: "Serve the files of one folder over TCP: the client names a file, the server sends it.",
        discussion: "sonde get fetches from it; so does whoever types GET NAME in sonde connect. No name leads out of the folder."
    )

    @Argument(help: ArgumentHelp("The folder.", valueName: "dir"), completion: .directory)
    var folder: String

    @Argument(help: "The port; 0 takes a free one.")
    var port: UInt16 = 8008

    @OptionGroup var bind: BindArguments

    @Option(help: ArgumentHelp("Turn away clients beyond so many.", valueName: "n"))
    var maxClients = 1000

    @Option(help: ArgumentHelp("Let a client go that neither asks nor takes anything for so long.", valueName: "duration"))
    var idleTimeout = DurationArgument(.seconds(60))

    @Option(help: ArgumentHelp("Serve only clients of this address or block; repeatable.", valueName: "cidr"))
    var allow: [IPPrefix] = []

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard idleTimeout.duration > .zero else {
            throw ValidationError("--idle-timeout 0: out of range", next: DurationArgument.explanation)
        }
        if maxClients < 1 { throw ValidationError("--max-clients \(maxClients): out of range", next: "give a number from 1") }
    }

    func run() throws {
        let stop = try naming("sigaction") { () throws(Errno) in try StopToken.catchSignals() }
        OpenFileLimit.raise()
        let report = try FileServerReport(output, stop)
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
        do throws(SystemError) {
            return try FileServer.make(folder, configuration, stop: stop) { report.tell($0) }
        } catch {
            throw Failure(listening: error)
        }
    }
}
