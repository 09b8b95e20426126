package import Console
import SondeSystem

/// What the terminal and the environment say about how to print.
package enum Terminal {
    /// The columns of the terminal behind standard output; `nil` where it is none, so that nothing is cut in a pipe or a file.
    package static var outputWidth: Int? { BorrowedDescriptor.standardOutput.terminalColumns }

    /// The same for standard error.
    package static var errorWidth: Int? { BorrowedDescriptor.standardError.terminalColumns }

    /// - Parameter choice: what `--color` says. It holds for both streams; `auto` is decided for each.
    package static func outputPalette(_ choice: ColorChoice) -> Palette { palette(choice, .standardOutput) }

    /// The same for everything on standard error: errors, warnings, hints, summaries.
    package static func errorPalette(_ choice: ColorChoice) -> Palette { palette(choice, .standardError) }

    private static func palette(_ choice: ColorChoice, _ stream: BorrowedDescriptor) -> Palette {
        Palette(choice, isTerminal: stream.isTerminal, environment: Process.environment)
    }
}
