internal import SondeSystem

/// Bytes that one client is owed and that its socket did not take yet, with the moment from which each may go.
///
/// It holds no memory while it is empty. The owner stops reading from a client whose backlog is full, which bounds it.
struct Backlog {
    private var bytes: [UInt8] = []
    private var sent = 0
    /// How many bytes are released; what lies behind them waits for the first of `held`.
    private var releasedEnd = 0
    private var held: [Hold] = []
    private var firstHold = 0

    private struct Hold: BitwiseCopyable {
        let end: Int
        let due: MonotonicTime
    }

    init() {}

    var isEmpty: Bool { sent == bytes.count }
    /// Bytes of memory, roughly, that what waits takes.
    var cost: Int { bytes.count - sent + (held.count - firstHold) * MemoryLayout<Hold>.stride }
    /// Bytes that may go now.
    var releasedCount: Int { releasedEnd - sent }
    /// When more may go; `nil` where nothing is held back.
    var nextRelease: MonotonicTime? { firstHold < held.count ? held[firstHold].due : nil }

    /// Adds the bytes of `range`, which may go at once. None may be held back before them.
    mutating func append(_ buffer: borrowing IOBuffer, _ range: Range<Int>) {
        precondition(firstHold == held.count)
        buffer.append(range, to: &bytes)
        releasedEnd = bytes.count
    }

    /// Adds bytes that may go at once, without a copy where nothing waits. None may be held back before them.
    mutating func append(_ more: [UInt8]) {
        precondition(firstHold == held.count)
        if isEmpty { bytes = more } else { bytes += more }
        releasedEnd = bytes.count
    }

    /// Adds bytes that may go from `due` on, which is not before that of the bytes before them.
    mutating func append(_ buffer: borrowing IOBuffer, _ range: Range<Int>, due: MonotonicTime) {
        buffer.append(range, to: &bytes)
        held.append(Hold(end: bytes.count, due: due))
    }

    /// When more may go, where nothing may go before; `nil` where the client has something to take, or is owed nothing.
    var heldUntil: MonotonicTime? { releasedCount == 0 ? nextRelease : nil }

    mutating func release(until now: MonotonicTime) {
        while firstHold < held.count, held[firstHold].due <= now {
            releasedEnd = held[firstHold].end
            firstHold += 1
        }
    }

    /// Lends the bytes that may go now, takes those that went away, and returns how many that were.
    mutating func send<Failure: Error>(_ body: (Span<UInt8>) throws(Failure) -> Int) throws(Failure) -> Int {
        let taken = try body(bytes.span.extracting(sent..<releasedEnd))
        sent += taken
        if isEmpty {
            self = Backlog()
        } else if sent >= Self.compactionThreshold {
            compact()
        }
        return taken
    }

    private static let compactionThreshold = 65536

    /// Moves the remaining elements to the front, so that a backlog that never empties does not grow.
    private mutating func compact() {
        bytes.removeFirst(sent)
        held.removeFirst(firstHold)
        held = held.map { Hold(end: $0.end - sent, due: $0.due) }
        firstHold = 0
        releasedEnd -= sent
        sent = 0
    }
}
