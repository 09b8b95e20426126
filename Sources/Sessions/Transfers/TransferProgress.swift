import Console
import SondeSystem
import Terminal

/// Shows the progress of a transfer on a terminal.
package final class TransferProgress {
    private var line = LiveLine()
    private let started = MonotonicTime.now
    private var shown = MonotonicTime.now
    /// The bytes of the first piece, and of what a continued download had before it.
    private var offset: UInt64?

    /// Ten updates per second, none in the first half second: a quick transfer needs no progress.
    private static let interval = Nanoseconds.milliseconds(100)
    private static let silence = Nanoseconds.milliseconds(500)

    package init() {}

    package func update(_ received: UInt64, of size: UInt64) {
        guard line.isVisible else { return }
        if offset == nil { offset = received }
        let now = MonotonicTime.now
        guard now - shown >= Self.interval, now - started >= Self.silence else { return }
        shown = now
        let (offset, seconds) = (offset ?? 0, (now - started).seconds)
        line.show { text, width in
            var line = TextBuffer()
            line.append(received, of: size, rate: Double(received - offset) / seconds)
            text.append(trusted: fitted(line.string, columns: width))
        }
    }

    /// Removes the line, before anything else is printed: on every way out of a transfer.
    package func end() { line.erase() }
}

extension TextBuffer {
    /// `12.0 MiB of 1.00 GiB  1 %  850 MiB/s  1.2 s left`.
    fileprivate mutating func append(_ received: UInt64, of size: UInt64, rate: Double) {
        append(bytes: received)
        append(" of ")
        append(bytes: size)
        append("  ")
        append(size > 0 ? Int(Double(received) / Double(size) * 100) : 100)
        append(" %  ")
        append(bytes: UInt64(rate))
        append("/s  ")
        guard rate > 0 else { return }
        append(duration: Int64(min(Double(size - received) / rate * 1e9, 9e18)))
        append(" left")
    }
}
