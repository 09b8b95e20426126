package import SondeSystem
package import SystemPackage

/// Why a file did not arrive, or not completely.
package enum FileTransferError: Error, Sendable {
    /// The server said no, in words of its own; hostile.
    case refused(reason: [UInt8])
    /// What came is no status line of the file protocol: the beginning of it, hostile.
    case notTheProtocol(line: [UInt8])
    /// The connection ended before all that was promised came.
    case cut(received: UInt64, of: UInt64, Cut)
    /// The server's file is not the one that the partial download is of.
    case changed
    /// The server's file changed while it was sent: what came is of no version.
    case changedWhileSent
    /// A symbolic link at the target leads to nothing.
    case danglingLink(path: String)
    /// What is at the target can't become a file or be written to: a folder, a socket.
    case unusableTarget(path: String)
    /// A file exists at the target.
    case targetExists(path: String)
    /// Another process is downloading to the same partial file.
    case targetBusy(path: String)
    /// The partial file is not this user's own regular file.
    case foreignPartialFile(path: String)
    /// The name has no last part that could name a file.
    case noFileName
    /// The target can't be made.
    case cannotCreate(SystemError)
    /// The target can't be written; so much of the file came before.
    case cannotWrite(SystemError, received: UInt64)
    /// The stop token was raised, by this signal or by code.
    case interrupted(signal: Int32?, received: UInt64)
    case system(SystemError)

    package enum Cut: Hashable, Sendable {
        /// FIN.
        case closed
        case failed(Errno)
        /// Nothing arrived for the given time.
        case stalled(Nanoseconds)
    }
}

extension FileTransferError {
    /// Whether the server does not know the verb of the request, in the words of this version or an older one.
    var meansUnknownRequest: Bool {
        guard case .refused(let reason) = self else { return false }
        return reason.starts(with: "unknown request".utf8) || reason.starts(with: "say GET NAME".utf8)
    }
}
