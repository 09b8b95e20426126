package import Console
import SondeSystem
import Synchronization

/// One line at the foot of the terminal that is drawn over again and again: progress on standard error. Where that is no terminal, or one
/// that can't erase a line (`TERM=dumb`), nothing is drawn.
///
/// A line that is shown is taken away before `Output` writes anything, and at the end of the program (`eraseShown`), whichever way the
/// work ended.
package struct LiveLine: ~Copyable, Sendable {
    package let isVisible: Bool
    /// Whether text for a spool has drawn the line: see `draw`.
    private var isDrawn = false

    /// Whether a line is on the terminal now.
    private static let isShown = Atomic(false)

    package init() {
        isVisible = Terminal.errorWidth != nil && Process.environment("TERM") != "dumb"
    }

    /// Draws what `body` writes, which is given the number of columns, in place of the line of before.
    package mutating func show(_ body: (inout TextBuffer, Int) -> Void) {
        // Asked each time: terminals change their size.
        guard isVisible, let width = Terminal.errorWidth else { return }
        var text = TextBuffer()
        text.append(LiveLine.erasing)
        body(&text, width - 1)
        if Terminal.needsASCII(.standardError) { text.reduceToASCII() }
        LiveLine.isShown.store(true, ordering: .relaxed)
        LiveLine.write(text)
    }

    /// Takes the line away.
    package mutating func erase() { LiveLine.eraseShown() }

    /// Takes away the line that is shown, if there is one.
    package static func eraseShown() {
        guard isShown.load(ordering: .relaxed), isShown.exchange(false, ordering: .relaxed) else { return }
        var text = TextBuffer()
        text.append(erasing)
        write(text)
    }

    // MARK: - For a caller that prints through a spool

    /// Appends the line to text for standard error.
    package mutating func draw(into text: inout TextBuffer, _ body: (inout TextBuffer, Int) -> Void) {
        guard isVisible, let width = Terminal.errorWidth else { return }
        text.append(LiveLine.erasing)
        body(&text, width - 1)
        isDrawn = true
    }

    /// Appends what takes away the line that `draw` has drawn.
    package mutating func erase(into text: inout TextBuffer) {
        guard isDrawn else { return }
        text.append(LiveLine.erasing)
        isDrawn = false
    }

    // MARK: -

    private static let erasing: StaticString = "\r\u{1B}[K"

    /// Progress that can't be written now is left out: it is no reason to wait or to stop.
    private static func write(_ text: borrowing TextBuffer) {
        guard (try? BorrowedDescriptor.standardError.wait(for: .writable, until: .now)) == true else { return }
        _ = text.withSpan { text in try? unsafe text.withUnsafeBytes { try unsafe BorrowedDescriptor.standardError.write($0) } }
    }
}
