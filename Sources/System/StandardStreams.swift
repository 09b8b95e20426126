import Glibc

/// The descriptors that every program counts on.
package enum StandardStreams {
    /// Opens /dev/null where standard input, output or error came closed. Otherwise the first sockets and files that are opened
    /// would get their numbers, and be read and written as if they were them.
    package static func ensureOpen() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) == -1 {
            // The lowest free number is this one, since those below it are open.
            _ = unsafe open("/dev/null", O_RDWR)
        }
    }
}
