import Console
import Failures
import SondeSystem
import SystemPackage

/// The file of `--output`, which is replaced as a whole at the end of a run.
final class ReportFile {
    private let path: String
    private var file: ReplacingFile

    /// `nil` where there is no file to write.
    init?(_ path: String?) throws {
        guard let path else { return nil }
        self.path = path
        do throws(Errno) { file = try ReplacingFile.make(path) } catch { throw Failure(reportFile: path, error) }
    }

    /// Takes the text over.
    func write(_ text: inout TextBuffer) throws {
        defer { text.clear() }
        do throws(Errno) {
            try text.withSpan { (bytes) throws(Errno) in try file.write(bytes) }
            try file.commit()
        } catch {
            throw Failure(reportFile: path, error)
        }
    }
}

extension Failure {
    fileprivate init(reportFile path: String, _ errno: Errno) {
        guard errno != .notSupported else {
            self.init(
                .cannotCreate,
                "\(path): not a regular file",
                next: "name a file that may be replaced; without --output the metrics go to standard output"
            )
            return
        }
        let isFull = errno == .noSpace || errno == .ioError
        self.init(
            isFull ? .cannotWrite : .cannotCreate,
            "\(path): \(errno.explained)",
            next: isFull ? "check the space: df" : "check the directory and its permissions: a new file is made in it first"
        )
    }
}
