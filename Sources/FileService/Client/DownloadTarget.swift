internal import SondeSystem
internal import SystemPackage

/// The destination of a download.
package enum DownloadTarget: Hashable, Sendable {
    /// A file that is made, or replaced by a rename when the download is whole.
    case file(path: String)
    /// A device or FIFO, which is written to as it is.
    case stream(path: String)

    /// What `-o` gives; without it, or where it is a folder, the last part of the name.
    ///
    /// - Parameter replaces: whether something may be there already. A symbolic link stands for what it leads to.
    /// - Throws: `.targetExists`, or the reason why nothing can be written there.
    package init(for name: String, output: String?, replaces: Bool) throws(FileTransferError) {
        let path = try Self.path(for: name, output: output)
        let status: FileStatus?
        let link: FileStatus?
        do throws(Errno) {
            (status, link) = (try FileStatus.of(path), try FileSystem.status(path))
        } catch {
            throw .cannotCreate(SystemError("stat", on: path, error))
        }
        guard let status else {
            guard link == nil else { throw .danglingLink(path: path) }
            self = .file(path: path)
            return
        }
        switch status.kind {
        case .directory, .socket, .other, .symbolicLink: throw .unusableTarget(path: path)
        case .fifo, .characterDevice, .blockDevice:
            guard replaces else { throw .targetExists(path: path) }
            self = .stream(path: path)
        case .regular:
            guard replaces else { throw .targetExists(path: path) }
            guard link?.kind == .symbolicLink else {
                self = .file(path: path)
                return
            }
            do { self = .file(path: try FileSystem.resolved(path)) } catch {
                throw .cannotCreate(SystemError("realpath", on: path, error))
            }
        }
    }

    private static func path(for name: String, output: String?) throws(FileTransferError) -> String {
        guard let output else { return try lastPart(of: name) }
        let status = (try? FileStatus.of(output)) ?? nil
        guard status?.kind == .directory || output.hasSuffix("/") else { return output }
        return output + (output.hasSuffix("/") ? "" : "/") + (try lastPart(of: name))
    }

    private static func lastPart(of name: String) throws(FileTransferError) -> String {
        let last = name.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        guard !last.isEmpty, last != ".", last != ".." else { throw .noFileName }
        return last
    }
}
