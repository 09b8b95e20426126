internal import SondeSystem

/// What makes two names the same regular file (inode(7)): links and other ways to it count as one.
package struct FileIdentity: Equatable, Sendable {
    private let identity: FileStatus.Identity

    /// The file that a path leads to, or standard input for `-`; `nil` where there is none, or no regular file.
    package init?(_ path: String) {
        let status = path == "-" ? try? BorrowedDescriptor.standardInput.fileStatus() : (try? FileStatus.of(path)) ?? nil
        guard let status, status.kind == .regular else { return nil }
        identity = status.identity
    }
}
