internal import RawText
package import SondeSystem
internal import SystemPackage

/// The folder whose files are served. Nothing in a name leads out of it: the kernel itself resolves names below it (openat2(2),
/// RESOLVE_BENEATH), so that no race with a symbolic link that somebody moves can.
package final class ServedFolder: Sendable {
    private let directory: Descriptor

    package init(path: String) throws(SystemError) {
        let directory = try naming("open", on: path) { () throws(Errno) in try Descriptor.openDirectory(path) }
        // Fails with ENOSYS before Linux 5.6, and then nothing may be served.
        _ = try naming("openat2", on: path) { () throws(Errno) in try directory.borrowed.statusBeneath(".") }
        self.directory = directory
    }

    func open(_ name: [UInt8]) throws(FileRefusal) -> ServedFile {
        let path = Self.path(name)
        do throws(Errno) {
            // Looked at before it is opened: opening a FIFO or a device is felt at its other end.
            try Self.requireRegular(try retrying { () throws(Errno) in try directory.borrowed.statusBeneath(path) })
            let descriptor = try retrying { () throws(Errno) in try directory.borrowed.openBeneath(path) }
            let now = WallClock.seconds
            let status = try descriptor.borrowed.fileStatus()
            try Self.requireRegular(status)
            return ServedFile(descriptor, status, now: now)
        } catch {
            throw FileRefusal(error)
        }
    }

    private static func requireRegular(_ status: FileStatus) throws(Errno) {
        switch status.kind {
        case .regular: return
        case .directory: throw .isDirectory
        default: throw .notSupported
        }
    }

    /// Opens a folder that a client may list.
    func openFolder(_ name: [UInt8]) throws(FileRefusal) -> Descriptor {
        let path = Self.path(name)
        do throws(Errno) {
            return try retrying { () throws(Errno) in try directory.borrowed.openBeneath(path, isDirectory: true) }
        } catch {
            throw FileRefusal(error)
        }
    }

    /// What a client finds at an entry of a folder that is open; `nil` where it can't ask for it: another kind of file, a link that leads
    /// out of the served folder.
    func status(of entry: [UInt8], in folder: borrowing Descriptor, at name: [UInt8]) -> FileStatus? {
        guard var status = try? folder.borrowed.status(ofEntry: entry) else { return nil }
        if status.kind == .symbolicLink {
            let path = Self.path(name + [UInt8(ascii: "/")] + entry)
            guard let target = try? retrying({ () throws(Errno) in try directory.borrowed.statusBeneath(path) }) else { return nil }
            status = target
        }
        return status.kind == .regular || status.kind == .directory ? status : nil
    }

    private static func path(_ name: [UInt8]) -> String { String(rawBytes: name) }

    /// Asks again where a `..` on the way met a rename anywhere in the system: only then RESOLVE_BENEATH fails with EAGAIN (openat2(2)).
    private func retrying<Result: ~Copyable>(_ body: () throws(Errno) -> Result) throws(Errno) -> Result {
        for _ in 0..<Self.attempts {
            do { return try body() } catch .wouldBlock { continue }
        }
        return try body()
    }

    private static let attempts = 100
}

extension FileRefusal {
    init(_ errno: Errno) {
        switch errno {
        case .noSuchFileOrDirectory: self = .notFound
        // ELOOP: too many symbolic links, or a magic link of /proc.
        case .improperLink, .tooManySymbolicLinkLevels: self = .outside
        case .permissionDenied, .notPermitted: self = .notAllowed
        case .isDirectory: self = .isFolder
        case .notSupported: self = .notRegular
        case .notDirectory: self = .notFolder
        case .fileNameTooLong: self = .nameTooLong
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory: self = .exhausted
        default: self = .failed
        }
    }
}
