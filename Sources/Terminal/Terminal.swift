package import Console
import RawText
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

    /// Whether text may have characters beyond ASCII: the locale says UTF-8, or nothing. A container often has no locale, and a terminal
    /// that draws UTF-8 all the same.
    package static var usesUTF8: Bool { usesUTF8(environment: Process.environment) }

    static func usesUTF8(environment: (String) -> String?) -> Bool {
        // The first that is set decides (setlocale(3)).
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty }
        guard let locale else { return true }
        let name = locale.lowercased()
        return name.holds("utf-8") || name.holds("utf8")
    }

    /// Whether text for this stream has to be ASCII: a terminal that may draw nothing else. A pipe or a file gets the same bytes in every
    /// locale.
    static func needsASCII(_ stream: BorrowedDescriptor) -> Bool { !usesUTF8 && stream.isTerminal }

    private static func palette(_ choice: ColorChoice, _ stream: BorrowedDescriptor) -> Palette {
        Palette(choice, isTerminal: stream.isTerminal, environment: Process.environment)
    }
}
