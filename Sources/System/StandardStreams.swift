import CNetwork
import Glibc

/// The descriptors that every program counts on.
package enum StandardStreams {
    /// Opens /dev/null where standard input, output or error came closed. Otherwise the first sockets and files that are opened
    /// would get their numbers, and be read and written as if they were them. Without /dev/null, an empty file in memory
    /// serves: reading finds its end, and nobody sees what is written.
    package static func ensureOpen() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) == -1 {
            // The lowest free number is this one, since those below it are open.
            if unsafe open("/dev/null", O_RDWR) == -1 { _ = cnet_memory_file() }
        }
    }
}
