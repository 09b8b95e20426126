import Console
import Glibc

/// What the terminal and the environment say about how to print.
enum Terminal {
    /// A variable of the environment.
    static func environment(_ name: String) -> String? {
        // Safe: the string is copied before anything could change the environment; sonde never does.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The columns of the terminal behind standard output; `nil` where it is none, so that nothing is cut in a pipe or a file.
    static var outputWidth: Int? { width(of: STDOUT_FILENO) }
    static var errorWidth: Int? { width(of: STDERR_FILENO) }

    private static func width(of descriptor: Int32) -> Int? {
        guard isatty(descriptor) == 1 else { return nil }
        var size = winsize()
        // Safe: the call fills the structure that it is lent.
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    static func outputPalette(_ choice: ColorChoice) -> Palette {
        Palette(choice, isTerminal: isatty(STDOUT_FILENO) == 1, environment: environment)
    }

    static func errorPalette(_ choice: ColorChoice) -> Palette {
        Palette(choice, isTerminal: isatty(STDERR_FILENO) == 1, environment: environment)
    }
}
