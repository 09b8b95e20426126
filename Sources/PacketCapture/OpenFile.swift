internal import SondeSystem
internal import SystemPackage

/// An open file, or the standard stream that `-` means. The file is closed with its owner, the stream never.
struct OpenFile: ~Copyable {
    private var owned: Descriptor?
    let borrowed: BorrowedDescriptor

    /// Whether it is a file of our own.
    var isOwned: Bool { owned != nil }

    /// Opens a file for reading; `-` is standard input.
    static func reading(_ path: String) throws(Errno) -> OpenFile {
        if path == "-" { return OpenFile(.standardInput) }
        if let prepared = PreparedFiles.take(path) { return OpenFile(prepared) }
        return OpenFile(try Descriptor.openForReading(path))
    }

    /// Creates a file, or empties the one that is there; `-` is standard output.
    static func writing(_ path: String) throws(Errno) -> OpenFile {
        if path == "-" { return OpenFile(.standardOutput) }
        guard let prepared = PreparedFiles.take(path) else { return OpenFile(try Descriptor.create(path)) }
        // A device or FIFO has no length.
        try? prepared.borrowed.truncate(to: 0)
        return OpenFile(prepared)
    }

    private init(_ descriptor: consuming Descriptor) {
        borrowed = descriptor.borrowed
        owned = consume descriptor
    }

    private init(_ stream: BorrowedDescriptor) {
        borrowed = stream
        owned = nil
    }

    /// Closes a file of our own; nothing else may be called afterwards.
    mutating func close() throws(Errno) {
        try owned.take()?.closeChecked()
    }
}
