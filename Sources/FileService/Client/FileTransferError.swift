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
