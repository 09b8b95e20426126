import SondeSystem
import SystemPackage

/// A program that takes this one's place.
struct CommandLineToRun: Sendable {
    let words: [String]

    /// Runs the program in place of this one; returns only by throwing.
    func replaceProcess() throws {
        let errno = Process.replace(with: words)
        let isMissing = errno == .noSuchFileOrDirectory
        throw Failure(
            isMissing ? .noInput : .noPermission,
            "cannot run \"\(words[0])\": \(errno.explained)",
            next: isMissing ? "check the spelling and PATH" : "check that it is executable"
        )
    }
}
