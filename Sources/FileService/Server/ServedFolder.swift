package import SondeSystem
internal import SystemPackage

/// The folder whose files are served. Nothing in a name leads out of it: the kernel itself resolves names below it (openat2(2),
/// RESOLVE_BENEATH), so that no race with a symbolic link that somebody moves can.
package struct ServedFolder: ~Copyable, Sendable {
    private let directory: Descriptor

    package init(path: String) throws(SystemError) {
        let directory = try naming("open", on: path) { () throws(Errno) in try Descriptor.openDirectory(path) }
        // Fails with ENOSYS before Linux 5.6, and then nothing may be served.
        _ = try naming("openat2", on: path) { () throws(Errno) in try directory.borrowed.statusBeneath(".") }
        self.directory = directory
    }

    func open(_ name: [UInt8]) throws(FileRefusal) -> ServedFile {
        let path = try Self.path(name)
        do throws(Errno) {
            // Looked at before it is opened: opening a FIFO or a device is felt at its other end.
            try Self.requireRegular(try directory.borrowed.statusBeneath(path))
            let descriptor = try directory.borrowed.openBeneath(path)
            let status = try descriptor.borrowed.fileStatus()
            try Self.requireRegular(status)
            return ServedFile(descriptor, size: status.size, version: status.version)
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

    /// Begins to list a folder that a client may ask for, sorted by name. `continue` adds its lines.
    func list(_ name: [UInt8]) throws(FileRefusal) -> FolderListing {
        let path = try Self.path(name)
        do throws(Errno) {
            let folder = try directory.borrowed.openBeneath(path, isDirectory: true)
            guard let names = try folder.borrowed.entryNames(limit: Self.mostEntries) else { throw Errno.argListTooLong }
            return FolderListing(of: path, names)
        } catch {
            throw FileRefusal(error)
        }
    }

    private static let mostEntries = 65_536

    /// Lists the next part of a folder. True once the listing is complete.
    func `continue`(_ listing: inout FolderListing) -> Bool {
        let folder = listing.folder
        return listing.addPart { line(of: $0, in: folder) }
    }

    /// `SIZE VERSION NAME` for a file, `- VERSION NAME/` for a folder; `nil` for what can't be asked for: a name with a line feed or
    /// that is no UTF-8, another kind of file, a link that leads out of the folder.
    private func line(of entry: [UInt8], in folder: String) -> [UInt8]? {
        guard !entry.contains(UInt8(ascii: "\n")), let entry = String(validating: entry, as: UTF8.self),
            let status = try? directory.borrowed.statusBeneath(folder + "/" + entry)
        else { return nil }
        return switch status.kind {
        case .regular: Array("\(status.size) \(status.version) \(entry)\n".utf8)
        case .directory: Array("- \(status.version) \(entry)/\n".utf8)
        default: nil
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
