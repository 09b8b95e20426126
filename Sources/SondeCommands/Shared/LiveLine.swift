import Console
import Glibc

/// One line at the foot of the terminal that is drawn over again: progress on standard error. Where that is no terminal, or one
/// that can't draw over a line (`TERM=dumb`), it says nothing at all.
struct LiveLine: ~Copyable {
    let isVisible: Bool
    private var isShown = false

    init() {
        isVisible = Terminal.errorWidth != nil && Terminal.environment("TERM") != "dumb"
    }

    /// Draws what `body` writes for that many columns in place of what stood there.
    mutating func show(_ body: (inout TextBuffer, Int) -> Void) {
        var text = TextBuffer()
        draw(into: &text, body)
        write(text)
    }

    /// Takes the line away, before anything else is printed.
    mutating func erase() {
        var text = TextBuffer()
        erase(into: &text)
        write(text)
    }

    /// The same, for a caller that prints by itself.
    mutating func draw(into text: inout TextBuffer, _ body: (inout TextBuffer, Int) -> Void) {
        // Asked each time: terminals change their size.
        guard isVisible, let width = Terminal.errorWidth else { return }
        text.append("\r\u{1B}[K")
        body(&text, width - 1)
        isShown = true
    }

    mutating func erase(into text: inout TextBuffer) {
        guard isShown else { return }
        text.append("\r\u{1B}[K")
        isShown = false
    }

    private func write(_ text: borrowing TextBuffer) {
        guard !text.isEmpty else { return }
        // Progress that can't be shown is no reason to stop the work.
        _ = text.withSpan { text in
            unsafe text.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
        }
    }
}
