package import SondeSystem
internal import SystemPackage

/// One file or listing, fetched over a connection to a file server.
package enum Download {
    /// How many of how many bytes have arrived; called after each piece.
    package typealias Progress = (_ received: UInt64, _ size: UInt64) -> Void

    /// The listing of a folder, as the server wrote it.
    package static func list(
        _ folder: String,
        over connection: consuming FileConnection
    ) throws(FileTransferError) -> [UInt8] {
        var connection = connection
        let (size, _) = try connection.request(.list(folder: Array(folder.utf8)))
        guard size <= longestListing else { throw .notTheProtocol(line: Array("OK \(size)".utf8)) }
        var listing: [UInt8] = []
        while listing.count < size {
            let piece = try connection.nextPiece(received: UInt64(listing.count), of: size)
            connection.buffer.append(piece, to: &listing)
        }
        return listing
    }

    /// What a listing may take of memory, whatever the server says: 65,536 names of the longest kind.
    private static let longestListing: UInt64 = 32 << 20

    /// Fetches a file to a stream. A stalled reader of the stream does not block signals.
    package static func toStream(
        _ name: String,
        _ writer: consuming StreamWriter,
        over connection: consuming FileConnection,
        progress: Progress
    ) throws(FileTransferError) {
        var connection = connection
        let (size, _) = try connection.request(.get(name: Array(name.utf8), from: 0))
        var received: UInt64 = 0
        while received < size {
            let piece = try connection.nextPiece(received: received, of: size)
            do throws(StreamError) {
                try connection.buffer.writeAll(piece, to: writer)
            } catch {
                switch error {
                case .stopped: throw .interrupted(signal: connection.signal, received: received)
                case .failed(let errno): throw .cannotWrite(SystemError("write", errno), received: received)
                }
            }
            received += UInt64(piece.count)
            progress(received, size)
        }
    }

    /// Throws where a file may not be downloaded to `target`.
    package static func check(_ target: String, replaces: Bool) throws(FileTransferError) {
        let existing: FileStatus?
        do { existing = try FileSystem.status(target) } catch { throw .system(SystemError("lstat", on: target, error)) }
        if let existing, existing.kind == .directory || !replaces { throw .targetExists(path: target) }
    }

    /// Fetches a file to a partial file beside `target`, which becomes the target when it is whole.
    ///
    /// - Parameter resumes: continue the partial file of an earlier download, where there is one.
    package static func toFile(
        _ name: String,
        target: String,
        replaces: Bool,
        resumes: Bool,
        over connection: consuming FileConnection,
        progress: Progress
    ) throws(DownloadError) -> DownloadResult {
        let started = MonotonicTime.now
        var connection = connection
        var file = try DownloadError.wrapping { () throws(FileTransferError) in try open(name, target, resumes, &connection) }
        let (size, offset) = (file.size, file.count)
        do {
            try receive(from: &connection, into: &file, progress)
        } catch {
            throw DownloadError(error, kept: file.keepUnlessEmpty(), of: size)
        }
        do { try file.commit(replacing: replaces) } catch { throw DownloadError(error) }
        return DownloadResult(target: target, size: size, resumedFrom: offset, elapsed: .now - started)
    }

    /// Takes the bytes that are missing.
    private static func receive(
        from connection: inout FileConnection,
        into file: inout PartialFile,
        _ progress: Progress
    ) throws(FileTransferError) {
        while file.count < file.size {
            let piece = try connection.nextPiece(received: file.count, of: file.size)
            do throws(SystemError) {
                try file.write(connection.buffer, piece)
            } catch {
                throw .cannotWrite(error, received: file.count)
            }
            progress(file.count, file.size)
        }
    }

    /// Requests the file, or the rest of it if there is a partial file, and opens the destination.
    private static func open(
        _ name: String,
        _ target: String,
        _ resumes: Bool,
        _ connection: inout FileConnection
    ) throws(FileTransferError) -> PartialFile {
        let (identity, offset) = try request(name, target, resumes, &connection)
        let file = try PartialFile.open(for: target, identity, resumes: offset > 0)
        guard file.count == offset else { throw .changed }
        return file
    }

    private static func request(
        _ name: String,
        _ target: String,
        _ resumes: Bool,
        _ connection: inout FileConnection
    ) throws(FileTransferError) -> (PartialFile.Identity, offset: UInt64) {
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
            throw .changed
        }
        return (part.identity, part.count)
    }
}

/// What a download to a file came to.
package struct DownloadResult: Sendable {
    package let target: String
    package let size: UInt64
    package let resumedFrom: UInt64
    package let elapsed: Nanoseconds
}

/// A download to a file that failed, and where the part of it is that arrived.
package struct DownloadError: Error, Sendable {
    package let cause: FileTransferError
    /// The partial file and its bytes; `nil` where nothing was kept.
    package let kept: (path: String, count: UInt64)?
    package let size: UInt64

    init(_ cause: FileTransferError, kept: (path: String, count: UInt64)? = nil, of size: UInt64 = 0) {
        self.cause = cause
        self.kept = kept
        self.size = size
    }

    /// Runs what can fail while there is nothing to keep.
    fileprivate static func wrapping<Result: ~Copyable>(
        _ body: () throws(FileTransferError) -> Result
    ) throws(DownloadError) -> Result {
        do {
            return try body()
        } catch {
            throw DownloadError(error)
        }
    }
}
