import Dialing
import Failures
import FileService
import Sessions
import SondeSystem
import SystemPackage
import Terminal

/// One connection to the server, and one file through it.
extension GetCommand {
    func connect() throws -> FileConnection {
        let server = try HostPort(validating: server)
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

    func write(to stream: BorrowedDescriptor) throws {
        let connection = try connect()
        let progress = TransferProgress()
        defer { progress.end() }
        try Download.toStream(name ?? "", StreamWriter(to: stream), over: connection) { progress.update($0, of: $1) }
    }

    func download(to target: String, over connection: consuming FileConnection) throws -> DownloadResult {
        let progress = TransferProgress()
        defer { progress.end() }
        return try Download.toFile(name ?? "", target: target, replaces: force, resumes: resume, over: connection) {
            progress.update($0, of: $1)
        }
    }
}
