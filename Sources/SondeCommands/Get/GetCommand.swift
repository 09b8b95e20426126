import Arguments
import Console
import Dialing
import Failures
import FileService
import Sessions
import SondeSystem
import SystemPackage
import Terminal

/// `sonde get`: fetches a file from `sonde serve`.
struct GetCommand: Command {
    static let description = CommandDescription(
        "get",
        abstract: "Fetch a file from sonde serve, or list its files.",
        summary: "Fetch a file from sonde serve, or list its files",
        discussion: """
            sonde writes a hidden .part file beside the target and renames it when complete. --resume continues it.

            What a server has, and one file of it:
              sonde get server --list
              sonde get server image.iso -o /tmp
            """,
        usualOptions: ["-o", "--resume", "--force", "--list", "--json"]
    )

    @Argument("host[:port]", help: "Server (default port: 8008).")
    var server: String

    @Argument("name", help: "Name of a file on the server, or with --list of a folder.")
    var name: String?

    @Option("-o", "--output", value: "file", help: "Target file or folder (default: .); - is standard output.")
    var output: String?

    @Flag("--resume", help: "Continue a partial download.")
    var resume = false

    @Flag("--force", help: "Replace an existing file.")
    var force = false

    @Flag("--list", help: "List files instead of fetching one.")
    var list = false

    @Option("--timeout", value: "duration", help: "Time to connect, and to wait for more data.")
    var timeout = DurationArgument(.seconds(30))

    @OptionGroup var family: FamilyOptions
    @OptionGroup var format: OutputOptions

    static let defaultPort: UInt16 = 8008

    func validate() throws {
        _ = try HostPort(validating: server)
        if !list && name == nil { throw ValidationError("missing file name", next: "sonde get HOST NAME, or --list") }
        if output == "" { throw ValidationError("-o: empty path", next: "give a file, a folder, or - for standard output") }
        guard timeout.duration > .zero else {
            throw ValidationError("--timeout 0: out of range", next: "give a duration above 0, e.g. 30s")
        }
        if resume && output == "-" {
            throw ValidationError("--resume and -o - are mutually exclusive", next: "give the partial download's target with -o")
        }
        if try HostPort(validating: server).port == 0 {
            throw ValidationError("\"\(server)\": no server listens on port 0", next: "give a port from 1 to 65535")
        }
        if list && (output != nil || resume || force) {
            throw ValidationError("--list and -o, --resume or --force are mutually exclusive", next: "choose one")
        }
        if format.json && output == "-" {
            throw ValidationError("--json and -o - are mutually exclusive", next: "choose one: both write to standard output")
        }
    }

    func run() throws {
        do {
            if list {
                try Download.list(name ?? ".", over: connect()).print(format.manner)
            } else if output == "-" {
                try write(to: .standardOutput)
            } else {
                switch try DownloadTarget(for: name ?? "", output: output, replaces: force) {
                case .file(let path): try download(to: path, over: connect()).print(name: name ?? "", format.manner)
                case .stream(let path):
                    let stream = try naming("open", on: path) { () throws(Errno) in try Descriptor.openStream(path) }
                    try write(to: stream.borrowed)
                }
            }
        } catch let error as FileTransferError {
            if error.isClosedPipe { throw OutputError.closed }
            throw Failure(error)
        } catch let error as DownloadError {
            throw Failure(error.cause, partial: error.kept, of: error.size)
        }
    }
}
