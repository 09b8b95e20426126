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

/// One line at the foot of the terminal that is drawn over again: progress on standard error. Where that is no terminal it says
/// nothing at all.
struct LiveLine: ~Copyable {
    private let width: Int?
    private var isShown = false

    init() {
        width = Terminal.errorWidth
    }

    var isVisible: Bool { width != nil }

    /// Draws what `body` writes for that many columns in place of what stood there.
    mutating func show(_ body: (inout TextBuffer, Int) -> Void) {
        guard let width else { return }
        var text = TextBuffer()
        text.append("\r\u{1B}[K")
        body(&text, width - 1)
        write(text)
        isShown = true
    }

    /// Takes the line away, before anything else is printed.
    mutating func erase() {
        guard isShown else { return }
        var text = TextBuffer()
        text.append("\r\u{1B}[K")
        write(text)
        isShown = false
    }

    private func write(_ text: borrowing TextBuffer) {
        // Progress that can't be shown is no reason to stop the work.
        _ = text.withSpan { text in
            unsafe text.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
        }
    }
}
