import Console
package import FileService
import SondeSystem
import SystemPackage

extension Failure {
    /// A failed transfer that left no partial file.
    package init(_ error: FileTransferError) { self.init(error, partial: nil) }

    /// - Parameter partial: the partial file and its size in bytes.
    package init(_ error: FileTransferError, partial: (path: String, count: UInt64)?, of size: UInt64 = 0) {
        let kept = partial.map { "continue with --resume: \($0.path) holds \($0.count) of \(size) bytes" }
        switch error {
        case .refused(let reason):
            let words = String(decoding: reason, as: UTF8.self)
            self.init(.negative, "the server refused the request: \(words)", nextSteps: error.stepsAfterRefusal)
        case .notTheProtocol(let line):
            let words = String(decoding: line, as: UTF8.self)
            self.init(
                .damagedInput,
                "the server does not speak the file protocol: \"\(words)\"",
                next: "check that it is sonde serve"
            )
        // The status line, which gives the number of bytes to expect, never arrived.
        case .cut(_, of: 0, let cut):
            self.init(.cannotWrite, "no answer to the request: \(cut.words)", next: "check that it is sonde serve, then try again")
        case .cut(let received, let total, let cut):
            let message = "the transfer was cut after \(received) of \(total) bytes: \(cut.words)"
            self.init(.cannotWrite, message, next: kept ?? "try again")
        case .changed:
            self.init(
                .negative,
                "the file has changed on the server since the first part was received",
                next: "fetch it again without --resume"
            )
        case .changedWhileSent:
            let message = "the file changed on the server while it was sent; nothing was kept of it"
            self.init(.cannotWrite, message, next: "fetch it again")
        case .danglingLink(let path):
            let message = "\(path): a symbolic link to a file that does not exist"
            self.init(.cannotCreate, message, next: "remove it, or choose another name with -o")
        case .unusableTarget(let path):
            let message = "\(path): a folder or socket, which can't be replaced by a file"
            self.init(.cannotCreate, message, next: "choose another name with -o")
        case .targetExists(let path):
            let whole = partial.map { "the whole file is \($0.path): move it, or run this again with --resume --force" }
            let next = "replace it with --force, or choose another name with -o"
            self.init(.cannotCreate, "\(path): file exists", next: whole ?? next)
        case .targetBusy(let path):
            self.init(
                .cannotCreate,
                "another process is downloading to \(path)",
                next: "wait for it, or choose another name with -o"
            )
        case .foreignPartialFile(let path):
            self.init(.cannotCreate, "\(path): not a regular file of this user", next: "remove it, or choose another name with -o")
        case .noFileName:
            self.init(.usage, "the name has no last component to name the target after", next: "choose a name with -o")
        case .cannotCreate(let error):
            self.init(
                .cannotCreate,
                "can't create \(error.subject): \(error.errno.explained)",
                next: "check the folder, or choose another target with -o"
            )
        case .cannotWrite(let error, let received):
            let subject = error.subject.isEmpty ? "standard output" : error.subject
            let message = "can't write \(subject) after \(received) bytes: \(error.errno.explained)"
            self.init(.cannotWrite, message, next: kept ?? "check the free space")
        case .interrupted(let signal, let received):
            self.init(ExitStatus(endedBy: signal ?? 2), "interrupted after \(received) bytes", next: kept ?? "try again")
        case .system(let error):
            self.init(error)
        }
    }
}

extension FileTransferError {
    /// What helps where the server refuses.
    fileprivate var stepsAfterRefusal: [String] {
        guard case .refused(let reason) = self else { return [] }
        switch FileRefusal(rawValue: String(decoding: reason, as: UTF8.self)) {
        case .busy, .exhausted: return ["try again later"]
        case .tooManyEntries: return ["list a folder below it, or fetch files whose names you know"]
        default: return ["list its files: sonde get --list"]
        }
    }
}

extension FileTransferError.Cut {
    fileprivate var words: String {
        switch self {
        case .closed: "the server closed the connection"
        case .failed(let errno): errno.explained
        case .stalled(let patience):
            "no data for \(TextBuffer.text { $0.append(duration: patience.count) })"
        }
    }
}

extension TextBuffer {
    fileprivate static func text(_ body: (inout TextBuffer) -> Void) -> String {
        var buffer = TextBuffer()
        body(&buffer)
        return buffer.string
    }
}

extension FileTransferError {
    /// Whether the reader of standard output has gone away.
    package var isClosedPipe: Bool {
        guard case .cannotWrite(let error, _) = self else { return false }
        return error.subject.isEmpty && error.errno == .brokenPipe
    }
}
