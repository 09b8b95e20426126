package import Console
package import Failures
import Terminal

extension Failure {
    /// Writes what failed, and what helps, to standard error.
    ///
    /// - Returns: the exit status.
    @discardableResult
    package func report(_ color: ColorChoice) -> Int32 {
        var errors = Output.error()
        write(into: &errors.text, Terminal.errorPalette(color))
        try? errors.flush()
        return status.rawValue
    }
}
