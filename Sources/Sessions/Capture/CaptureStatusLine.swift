import Console
import SondeSystem
import Terminal

/// The line that a live capture keeps on a terminal: packets so far, packets per second, and drops.
final class CaptureStatusLine {
    private var line = LiveLine()
    private var last: (time: MonotonicTime, frames: UInt64)?
    private let begun = MonotonicTime.now

    /// Work of less than a second shows none.
    private static let delay = Nanoseconds.seconds(1)

    func show(frames: UInt64, dropped: UInt64, at now: MonotonicTime = .now) {
        guard line.isVisible, now >= begun + Self.delay else { return }
        let elapsed = last.map { now - $0.time } ?? now - begun
        let rate = elapsed > .zero ? Double(frames - (last?.frames ?? 0)) / elapsed.seconds : 0
        last = (now, frames)
        line.show { text, width in
            var words = TextBuffer()
            words.append(statusOf: frames, rate: UInt64(rate), dropped: dropped)
            text.append(trusted: fitted(words.string, columns: width))
        }
    }

    func erase() { line.erase() }
}

extension TextBuffer {
    /// `12 345 packets, 50 per second, 0 dropped`
    mutating func append(statusOf frames: UInt64, rate: UInt64, dropped: UInt64) {
        append(grouped: Int(clamping: frames))
        append(frames == 1 ? " packet, " : " packets, ")
        append(grouped: Int(clamping: rate))
        append(" per second, ")
        append(grouped: Int(clamping: dropped))
        append(" dropped")
    }
}
