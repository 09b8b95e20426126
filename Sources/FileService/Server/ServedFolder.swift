package import SondeSystem
internal import SystemPackage

/// The folder whose files are served. Nothing in a name leads out of it: the kernel itself resolves names below it (openat2(2),
/// RESOLVE_BENEATH), so that no race with a symbolic link that somebody moves can.
package struct ServedFolder: ~Copyable, Sendable {
    private let directory: Descriptor

    /// A regular file, open for reading.
    struct File: ~Copyable {
        let descriptor: Descriptor
        let size: UInt64
        let version: String

        consuming func intoDescriptor() -> Descriptor { descriptor }
    }

    package init(path: String) throws(SystemError) {
        let directory = try naming("open", on: path) { () throws(Errno) in try Descriptor.openDirectory(path) }
        // Fails with ENOSYS before Linux 5.6, and then nothing may be served.
        _ = try naming("openat2", on: path) { () throws(Errno) in try directory.borrowed.statusBeneath(".") }
        self.directory = directory
    }

    func open(_ name: [UInt8]) throws(FileRefusal) -> File {
        let path = try Self.path(name)
        do throws(Errno) {
            // Looked at before it is opened: opening a FIFO or a device is felt at its other end.
            try Self.requireRegular(try directory.borrowed.statusBeneath(path))
            let descriptor = try directory.borrowed.openBeneath(path)
            let status = try descriptor.borrowed.fileStatus()
            try Self.requireRegular(status)
            return File(descriptor: descriptor, size: status.size, version: status.version)
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

    /// The entries of a folder that a client may ask for, sorted by name: `SIZE VERSION NAME` for a file, `- VERSION NAME/` for a
    /// folder. Names with a line feed can't be asked for, and are left out.
    func list(_ name: [UInt8]) throws(FileRefusal) -> [UInt8] {
        let path = try Self.path(name)
        do throws(Errno) {
            let folder = try directory.borrowed.openBeneath(path, isDirectory: true)
            guard let names = try folder.borrowed.entryNames(limit: Self.mostEntries) else { throw Errno.argListTooLong }
            var listing: [UInt8] = []
            for entry in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) where !entry.contains(UInt8(ascii: "\n")) {
                append(entry, of: path, to: &listing)
            }
            return listing
        } catch {
            throw FileRefusal(error)
        }
    }

    private static let mostEntries = 65_536

    private func append(_ entry: [UInt8], of folder: String, to listing: inout [UInt8]) {
        // A name that is no UTF-8 can't be opened by a string; it is left out, as is what leads out of the folder.
        guard let entry = String(validating: entry, as: UTF8.self),
            let status = try? directory.borrowed.statusBeneath(folder + "/" + entry)
        else { return }
        switch status.kind {
        case .regular: listing += "\(status.size) \(status.version) \(entry)\n".utf8
        case .directory: listing += "- \(status.version) \(entry)/\n".utf8
        default: return
        }
    }

    private static func path(_ name: [UInt8]) throws(FileRefusal) -> String {
        guard let path = String(validating: name, as: UTF8.self) else { throw .notFound }
        return path
    }
}

extension FileStatus {
    /// When the content last changed, as seconds and nanoseconds.
    fileprivate var version: String {
        let digits = String(modifiedNanoseconds)
        return "\(max(0, modifiedSeconds)).\(String(repeating: "0", count: max(0, 9 - digits.utf8.count)))\(digits)"
    }
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
        case .argListTooLong: self = .tooManyEntries
        default: self = .failed
        }
    }
}
