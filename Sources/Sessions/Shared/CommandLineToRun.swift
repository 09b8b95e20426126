package import Failures
import SondeSystem
package import SystemPackage

/// A program that takes this one's place, or that a capture runs.
package struct CommandLineToRun: Sendable {
    package let words: [String]

    /// `nil` where there is no word.
    package init?(_ words: [String]) {
        guard !words.isEmpty else { return nil }
        self.words = words
    }

    /// Runs the program in place of this one; returns only by throwing.
    package func replaceProcess() throws {
        throw failure(Process.replace(with: words))
    }

    /// Why the program could not be run.
    package func failure(_ errno: Errno) -> Failure {
        let isMissing = errno == .noSuchFileOrDirectory
        return Failure(
            isMissing ? .noCommand : .cannotExecute,
            "cannot run \"\(words[0])\": \(errno.explained)",
            next: isMissing ? "check the spelling and PATH" : "check that it is executable"
        )
    }
}
