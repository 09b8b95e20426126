import ArgumentParser
import Console
import Dialing
import FileService
import ServingReports
import SondeSystem
import SystemPackage
import Terminal

/// `sonde get`: a file from a `sonde serve`.
struct GetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        _superCommandName: "sonde",
        abstract: "Fetch a file from sonde serve, or list what it has.",
        discussion:
            "The file appears when it is whole; until then it grows as a hidden .part file beside it, which --resume goes on with."
    )

    @Argument(help: ArgumentHelp("The server; port 8008 unless named.", valueName: "host[:port]"))
    var server: String

    @Argument(help: "The file's name on the server, or with --list a folder's.")
    var name: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Where the file goes; - is standard output.", valueName: "file"))
    var output: String?

    @Flag(help: "Go on with a download that was cut.")
    var resume = false

    @Flag(help: "Replace a file that is there.")
    var force = false

    @Flag(help: "List the server's files.")
    var list = false

    @Option(help: ArgumentHelp("How long to wait to be connected, and for each next byte.", valueName: "duration"))
    var timeout = DurationArgument(.seconds(30))

    @OptionGroup var family: FamilyOptions
    @OptionGroup var format: OutputOptions

    static let defaultPort: UInt16 = 8008

    func validate() throws {
        guard HostPort(server) != nil else { throw ValidationError("\"\(server)\" is no host and no host:port.") }
        if !list && name == nil { throw ValidationError("Missing the file's name: sonde get HOST NAME, or --list.") }
        if output == "" { throw ValidationError("-o: give a file, a folder, or - for standard output.") }
        guard timeout.duration > .zero else { throw ValidationError("--timeout 0: give a length of time, such as 30s.") }
        if resume && output == "-" { throw ValidationError("--resume needs a file to go on with: not with -o -.") }
        if let name, name.utf8.contains(where: { $0 == 0x0A || $0 == 0 }) {
            throw ValidationError("A name with a line feed can't be asked for.")
        }
        if format.json && output == "-" { throw ValidationError("--json and -o - both want standard output: choose one.") }
    }

    func run() throws {
        do {
            if list {
                try FileListing(Download.list(name ?? ".", over: connect())).print(format)
            } else if output == "-" {
                try printFile()
            } else {
                try fetchFile()
            }
        } catch let error as FileTransferError {
            if error.isClosedPipe { throw OutputError.closed }
            throw Failure(error)
        } catch let error as DownloadError {
            throw Failure(error.cause, partial: error.kept, of: error.size)
        }
    }

    private func connect() throws -> FileConnection {
        guard let server = HostPort(server) else { throw ExitStatus.usage }
        let addresses = try server.resolve(port: server.port ?? Self.defaultPort, family: family.family)
        let connection: EstablishedConnection
        do throws(ConnectError) {
            connection = try HappyEyeballs.connect(to: addresses, timeout: timeout.duration)
        } catch {
            throw Failure(error)
        }
        // Only now: until something can arrive, a signal ends the process by default.
        let stop = try naming("sigaction") { () throws(Errno) in try StopToken.catchSignals() }
        return try FileConnection.make(connection.intoDescriptor(), stop: stop, patience: timeout.duration)
    }

    private func printFile() throws {
        let connection = try connect()
        let progress = TransferProgress()
        defer { progress.end() }
        let writer = StreamWriter(to: .standardOutput)
        try Download.toStream(name ?? "", writer, over: connection) { progress.update($0, of: $1) }
    }

    private func fetchFile() throws {
        let name = name ?? ""
        let target = try DownloadTarget.path(for: name, output: output)
        try Download.check(target, replaces: force)
        let result = try fetch(name, target, over: connect())
        try result.print(name: name, format)
    }

    private func fetch(_ name: String, _ target: String, over connection: consuming FileConnection) throws -> DownloadResult {
        let progress = TransferProgress()
        defer { progress.end() }
        return try Download.toFile(name, target: target, replaces: force, resumes: resume, over: connection) {
            progress.update($0, of: $1)
        }
    }
}
