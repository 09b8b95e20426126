import Console
import SondeSystem
package import Terminal

extension Failure {
    /// Output that could not be written; `nil` where there is nothing to report.
    package init?(_ error: OutputError) {
        switch error {
        case .closed, .stopped, .unreadAndUnreported: return nil
        case .failed(let stream, let errno):
            self.init(
                .cannotWrite,
                "\(stream.rawValue): \(errno.explained)",
                next: "check the free space and the file or pipe that it writes to"
            )
        case .unread(let lines):
            let what = lines.map { $0 == 1 ? "a line" : "\($0) lines" } ?? "the last lines"
            self.init(
                .cannotWrite,
                "standard output: nobody read it, \(what) lost",
                next: "read it continuously, or redirect it to a file"
            )
        }
    }
}

extension ExitStatus {
    /// The status of a program whose output did not reach its reader. A reader that closed the pipe read what it wanted.
    package init(_ error: OutputError) {
        switch error {
        case .closed: self = .success
        case .stopped(let signal): self = signal.map { ExitStatus(endedBy: $0) } ?? .cannotWrite
        case .failed, .unread, .unreadAndUnreported: self = .cannotWrite
        }
    }
}
