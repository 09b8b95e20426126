import Addresses
import Console
import Dialing
import FileService
import SondeSystem
import SystemPackage
import Terminal

/// One run of `sonde get`.
struct Download {
    let server: HostPort
    let family: IPAddress.Family?
    let patience: Nanoseconds
    let replaces: Bool
    let resumes: Bool

    /// What a download to a file came to.
    struct Result {
        let target: String
        let size: UInt64
        let resumedFrom: UInt64
        let elapsed: Nanoseconds
    }

    private func connect() throws -> FileConnection {
        let addresses = try server.resolve(port: server.port ?? GetCommand.defaultPort, family: family)
        let connection: EstablishedConnection
        do throws(ConnectError) {
            connection = try HappyEyeballs.connect(to: addresses, timeout: patience)
        } catch {
            throw Failure(error)
        }
        // Only now: until something has come, a signal ends the process as it ends any.
        let signals = try naming("signalfd") { () throws(Errno) in try SignalSource() }
        return try FileConnection.make(connection.intoDescriptor(), signals: signals, patience: patience)
    }

    /// The listing of a folder, as the server wrote it.
    func list(_ folder: String) throws -> [UInt8] {
        var connection = try connect()
        let (size, _) = try connection.request(.list(folder: Array(folder.utf8)))
        guard size <= Self.longestListing else { throw FileTransferError.notTheProtocol(line: Array("OK \(size)".utf8)) }
        var listing: [UInt8] = []
        while listing.count < size {
            let piece = try connection.nextPiece(received: UInt64(listing.count), of: size)
            connection.buffer.append(piece, to: &listing)
        }
        return listing
    }

    /// What a listing may take of memory, whatever the server says: 65,536 names of the longest kind.
    private static let longestListing: UInt64 = 32 << 20

    func toStandardOutput(_ name: String) throws {
        var connection = try connect()
        let (size, _) = try connection.request(.get(name: Array(name.utf8), from: 0))
        var progress = TransferProgress(size: size, from: 0)
        var received: UInt64 = 0
        while received < size {
            let piece = try connection.nextPiece(received: received, of: size)
            do throws(SystemError) {
                try connection.buffer.writeAll(piece, to: .standardOutput)
            } catch {
                progress.end()
                if error.errno == .brokenPipe { throw OutputError.closed }
                throw FileTransferError.cannotWrite(error, received: received)
            }
            received += UInt64(piece.count)
            progress.update(received)
        }
        progress.end()
    }

    /// Fetches to a partial file beside `target` and renames it when it is whole.
    func toFile(_ name: String, target: String) throws -> Result {
        let existing = try naming("lstat", on: target) { () throws(Errno) in try FilePath.status(target) }
        if let existing, existing.kind == .directory || !replaces { throw FileTransferError.targetExists(path: target) }
        let started = MonotonicTime.now
        var connection = try connect()
        let (identity, offset) = try request(name, target, &connection)
        var file = try PartialFile.open(for: target, identity, resumes: offset > 0)
        guard file.count == offset else { throw FileTransferError.changed }
        do throws(FileTransferError) {
            try receive(identity.size, from: &connection, into: &file)
        } catch {
            throw Failure(error, partial: file.keepUnlessEmpty(), of: identity.size)
        }
        try file.commit(replacing: replaces)
        return Result(target: target, size: identity.size, resumedFrom: offset, elapsed: .now - started)
    }

    /// Takes what is missing of a file of `size` bytes.
    private func receive(
        _ size: UInt64,
        from connection: inout FileConnection,
        into file: inout PartialFile
    ) throws(FileTransferError) {
        var progress = TransferProgress(size: size, from: file.count)
        while file.count < size {
            let piece = try connection.nextPiece(received: file.count, of: size)
            do throws(SystemError) {
                try file.write(connection.buffer, piece)
            } catch {
                throw .cannotWrite(error, received: file.count)
            }
            progress.update(file.count)
        }
        progress.end()
    }

    /// Asks for the file, or for the rest of it where a part is there.
    private func request(
        _ name: String,
        _ target: String,
        _ connection: inout FileConnection
    ) throws -> (PartialFile.Identity, offset: UInt64) {
        let bytes = Array(name.utf8)
        guard resumes, let part = PartialFile.find(for: target) else {
            let (size, version) = try connection.request(.get(name: bytes, from: 0))
            return (PartialFile.Identity(size: size, version: version ?? "0"), 0)
        }
        do throws(FileTransferError) {
            let (rest, version) = try connection.request(.get(name: bytes, from: part.count))
            let (size, overflow) = rest.addingReportingOverflow(part.count)
            guard !overflow, PartialFile.Identity(size: size, version: version ?? "0") == part.identity else { throw .changed }
        } catch {
            guard case .refused(let reason) = error, reason == Array(FileRefusal.beyondEnd.rawValue.utf8) else { throw error }
            throw FileTransferError.changed
        }
        return (part.identity, part.count)
    }
}

/// How far a transfer has come, on a terminal.
struct TransferProgress: ~Copyable {
    private var line = LiveLine()
    private let size: UInt64
    private let offset: UInt64
    private let started = MonotonicTime.now
    private var shown: MonotonicTime

    init(size: UInt64, from offset: UInt64) {
        self.size = size
        self.offset = offset
        shown = started
    }

    /// Ten times a second, and not in the first half: what is quick needs no progress.
    private static let interval = Nanoseconds.milliseconds(100)
    private static let silence = Nanoseconds.milliseconds(500)

    mutating func update(_ received: UInt64) {
        guard line.isVisible else { return }
        let now = MonotonicTime.now
        guard now - shown >= Self.interval, now - started >= Self.silence else { return }
        shown = now
        let (size, offset, seconds) = (size, offset, (now - started).seconds)
        line.show { text, width in
            var line = TextBuffer()
            line.append(received, of: size, rate: Double(received - offset) / seconds)
            text.append(trusted: fitted(line.string, columns: width))
        }
    }

    mutating func end() { line.erase() }
}

extension TextBuffer {
    /// `12.0 MiB of 1.00 GiB  1 %  850 MiB/s  1.2 s left`.
    fileprivate mutating func append(_ received: UInt64, of size: UInt64, rate: Double) {
        append(bytes: received)
        append(" of ")
        append(bytes: size)
        append("  ")
        append(size > 0 ? Int(Double(received) / Double(size) * 100) : 100)
        append(" %  ")
        append(bytes: UInt64(rate))
        append("/s  ")
        guard rate > 0 else { return }
        append(duration: Int64(min(Double(size - received) / rate * 1e9, 9e18)))
        append(" left")
    }
}
