package import SystemPackage

/// A file that readers see whole: written beside its place under a hidden name, and renamed when it is complete.
///
/// A reader of the path gets the old content or the new, never a part. Without a commit the new file is removed.
package struct ReplacingFile: ~Copyable {
    package let path: String
    private let temporary: String
    private let descriptor: Descriptor
    private var isCommitted = false

    /// A symbolic link stays, and the file that it names is replaced.
    ///
    /// - Throws: the error of open(2), for the folder of `path`; `.notSupported` where something is there that is no regular file: a
    ///   device, a FIFO, a folder, a link to nothing.
    package static func make(_ path: String) throws(Errno) -> ReplacingFile {
        let named = path
        var path = path
        if let status = try FileSystem.status(named) {
            if status.kind == .symbolicLink, let resolved = try? FileSystem.resolved(named) { path = resolved }
            guard try FileSystem.status(path)?.kind == .regular else { throw .notSupported }
        }
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let start = slash.map { path.utf8.index(after: $0) } ?? path.startIndex
        // The collector that reads the folder knows files by their ending: this one is none of them.
        let temporary = "\(path[..<start]).\(path[start...]).\(ChildProcess.own)~"
        let descriptor = try Descriptor.openOrCreate(temporary)
        try descriptor.borrowed.truncate(to: 0)
        return ReplacingFile(path: path, temporary: temporary, descriptor: descriptor)
    }

    private init(path: String, temporary: String, descriptor: consuming Descriptor) {
        self.path = path
        self.temporary = temporary
        self.descriptor = descriptor
    }

    /// Writes everything.
    package func write(_ bytes: Span<UInt8>) throws(Errno) {
        do throws(StreamError) {
            try StreamWriter(to: descriptor.borrowed, stop: nil).writeAll(bytes)
        } catch {
            guard case .failed(let errno) = error else { throw .interrupted }
            throw errno
        }
    }

    /// Puts the file in its place, for good (fsync(2), rename(2)).
    package mutating func commit() throws(Errno) {
        try descriptor.borrowed.synchronize()
        try FileSystem.rename(temporary, to: path, replacing: true)
        isCommitted = true
    }

    deinit {
        if !isCommitted { FileSystem.remove(temporary) }
    }
}
