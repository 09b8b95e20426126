internal import Glibc

/// What makes two names the same regular file (inode(7)): links and other ways to it count as one.
package struct FileIdentity: Equatable, Sendable {
    private let device: dev_t
    private let inode: ino_t

    /// The file that a path leads to, or standard input for `-`; `nil` where there is none, or no regular file.
    package init?(_ path: String) {
        var status = stat()
        // Safe: the calls fill the structure that they are lent, and borrow the path.
        let result = unsafe path == "-" ? fstat(STDIN_FILENO, &status) : stat(path, &status)
        guard result == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        device = status.st_dev
        inode = status.st_ino
    }
}
