internal import RawText
package import SondeSystem
internal import SystemPackage

/// One file or listing, fetched over a connection to a file server.
package enum Download {
    /// How many of how many bytes have arrived; called after each piece.
    package typealias Progress = (_ received: UInt64, _ size: UInt64) -> Void

    /// The listing of a folder.
    package static func list(
        _ folder: String,
        over connection: consuming FileConnection
    ) throws(FileTransferError) -> FileListing {
        var connection = connection
        let name = folder.rawBytes
        var isEncoded = true
        let size: UInt64
        do throws(FileTransferError) {
            size = try connection.request(.list(folder: name, isEncoded: true)).size
        } catch {
            // A server that does not know names in percent-encoding.
            guard error.meansUnknownRequest else { throw error }
            isEncoded = false
            size = try connection.request(.list(folder: name)).size
        }
        guard size <= longestListing else { throw .notTheProtocol(line: Array("OK \(size)".utf8)) }
        var listing: [UInt8] = []
        while listing.count < size {
            let piece = try connection.nextPiece(received: UInt64(listing.count), of: size)
            connection.buffer.append(piece, to: &listing)
        }
        return FileListing(listing, isEncoded: isEncoded)
    }

    /// What a listing may take of memory, whatever the server says.
    private static let longestListing: UInt64 = 32 << 20

    /// Fetches a file to a stream. A stalled reader of the stream does not block signals.
    package static func toStream(
        _ name: String,
        _ writer: consuming StreamWriter,
        over connection: consuming FileConnection,
        progress: Progress
    ) throws(FileTransferError) {
        var connection = connection
        let (size, version) = try connection.request(.get(name: name.rawBytes, from: 0))
        var received: UInt64 = 0
        var hash = ContentHash()
        while received < size {
            let piece = try connection.nextPiece(received: received, of: size)
            var written = 0
            do throws(StreamError) {
                try connection.buffer.writeAll(piece, to: writer, written: &written)
            } catch {
                received += UInt64(written)
                switch error {
                case .stopped: throw .interrupted(signal: connection.signal, received: received)
                case .failed(let errno): throw .cannotWrite(SystemError("write", errno), received: received)
                }
            }
            connection.buffer.withBytes(piece) { hash.update($0) }
            received += UInt64(piece.count)
            progress(received, size)
        }
        try connection.check(version, of: size) { hash.value }
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
        var transfer = try DownloadError.wrapping { () throws(FileTransferError) in
            try begin(name.rawBytes, target, resumes, &connection)
        }
        let (size, offset) = (transfer.file.size, transfer.file.count)
        do throws(FileTransferError) {
            try receive(from: &connection, into: &transfer.file, progress)
            try connection.check(transfer.version, of: size) { transfer.file.hash { false } }
            try transfer.file.commit(replacing: replaces)
        } catch {
            // What is of no version is of no use.
            if case .changedWhileSent = error {
                FileSystem.remove(transfer.file.path)
                throw DownloadError(error)
            }
            throw DownloadError(error, kept: transfer.file.keepUnlessEmpty(), of: size)
        }
        return DownloadResult(target: target, size: size, resumedFrom: offset, elapsed: .now - started)
    }

    /// A file that is on its way, and the version that the server named.
    private struct Transfer: ~Copyable {
        var file: PartialFile
        let version: String?
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

    /// Requests the file, or the rest of it if there is a partial file that the server's file begins with.
    private static func begin(
        _ name: [UInt8],
        _ target: String,
        _ resumes: Bool,
        _ connection: inout FileConnection
    ) throws(FileTransferError) -> Transfer {
        let candidates = resumes ? PartialFile.candidates(for: target).filter { !$0.isEmpty } : []
        for candidate in candidates {
            var file = try PartialFile.resume(candidate, for: target)
            switch try request(restOf: name, candidate.identity, file, &connection) {
            case .follows(let rest, let version):
                let size = rest + file.count
                let isSame = candidate.identity == PartialFile.Identity(size: size, version: version ?? "0")
                // Only a server that knows `SAME` has compared the content.
                guard isSame || FileStatusLine.isOfCheckingServer(version) else { throw .changed }
                try file.become(PartialFile.Identity(size: size, version: version ?? "0"))
                return Transfer(file: file, version: version)
            case .differs:
                continue
            }
        }
        guard candidates.isEmpty else { throw .changed }
        let (size, version) = try connection.request(.get(name: name, from: 0))
        return Transfer(file: try PartialFile.create(for: target, .init(size: size, version: version ?? "0")), version: version)
    }

    private enum Rest {
        case follows(UInt64, version: String?)
        case differs
    }

    /// Asks for what follows a part.
    private static func request(
        restOf name: [UInt8],
        _ identity: PartialFile.Identity,
        _ file: borrowing PartialFile,
        _ connection: inout FileConnection
    ) throws(FileTransferError) -> Rest {
        let count = file.count
        guard let hash = file.hash(unless: { connection.isStopped }) else {
            if connection.isStopped { throw .interrupted(signal: connection.signal, received: 0) }
            throw .cannotCreate(SystemError("read", on: file.path, .ioError))
        }
        do throws(FileTransferError) {
            let request = FileRequest.resume(name: name, from: count, hash: hash)
            let (rest, version) = try answer(to: request, .get(name: name, from: count), work: count, &connection)
            guard rest <= UInt64(Int64.max) - count else { throw .changed }
            return .follows(rest, version: version)
        } catch {
            guard case .refused(let reason) = error else { throw error }
            let refusal = FileRefusal(rawValue: String(decoding: reason, as: UTF8.self))
            guard refusal == .differs || refusal == .beyondEnd else { throw error }
            return .differs
        }
    }

    /// The answer to a request, or to another one where the server does not know the first.
    private static func answer(
        to request: FileRequest,
        _ fallback: FileRequest,
        work: UInt64,
        _ connection: inout FileConnection
    ) throws(FileTransferError) -> (size: UInt64, version: String?) {
        do throws(FileTransferError) {
            return try connection.request(request, work: work)
        } catch {
            guard error.meansUnknownRequest else { throw error }
            return try connection.request(fallback)
        }
    }
}

extension FileConnection {
    /// Checks that the received file is one version, if the server supports that.
    ///
    /// - Parameter hash: of all that was received.
    /// - Throws: `.changedWhileSent` where it is a mixture.
    fileprivate mutating func check(_ version: String?, of size: UInt64, hash: () -> UInt64?) throws(FileTransferError) {
        guard FileStatusLine.isOfCheckingServer(version) else { return }
        if try confirms(.check(hash: nil)) { return }
        guard let hash = hash(), try confirms(.check(hash: hash), work: size) else { throw .changedWhileSent }
    }

    /// Whether the server says yes.
    private mutating func confirms(_ check: FileRequest, work: UInt64 = 0) throws(FileTransferError) -> Bool {
        do throws(FileTransferError) {
            _ = try request(check, work: work)
            return true
        } catch {
            guard case .refused = error else { throw error }
            return false
        }
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
