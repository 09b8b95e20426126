internal import Addresses
import Time

/// The fragments whose datagrams are not whole yet, within a bound of memory and of packet time.
///
/// Where pieces overlap, the byte that came first stays, as Zeek has it.
struct FragmentStore {
    /// A piece of a datagram, but for its bytes.
    struct Piece: BitwiseCopyable {
        var source: IPAddress
        var destination: IPAddress
        var identification: UInt32
        /// The protocol of what the datagram carries. The first piece's counts.
        var next: UInt8
        /// Where its bytes begin in the datagram.
        var offset: Int
        /// Whether no piece follows it.
        var isLast: Bool
    }

    enum Verdict {
        /// Kept; the number of its datagram.
        case held(datagram: UInt64)
        case dropped
        /// The datagram's bytes, its first piece and its number.
        case whole([UInt8], first: Piece, datagram: UInt64)
    }

    private struct Key: Hashable {
        let source: IPAddress
        let destination: IPAddress
        let identification: UInt32
        /// The protocol. IPv4 identifies datagrams per protocol (RFC 791 section 3.2); IPv6 does not, so there it is 0.
        let number: UInt8
    }

    fileprivate struct Datagram {
        var bytes: [UInt8] = []
        /// The byte ranges received so far: ordered and disjoint.
        var present: [Range<Int>] = []
        /// The total length in bytes, known once the last fragment has arrived.
        var length: Int?
        var first: Piece?
        /// Frames that it came in.
        var pieces = 0
        /// Whether another of the same identification was whole just before: these are copies of its fragments.
        let isRepeated: Bool
        let begun: Timestamp
        /// The place in `order`.
        let serial: UInt64
    }

    /// The longest datagram that IPv4's length field and IPv6's fragment offset can express, in bytes.
    private static let longestDatagram = 65_535
    /// Pieces that lie apart: beyond, no honest sender is at work.
    private static let mostPieces = 512
    /// How long pieces wait for each other (RFC 8200 section 4.5).
    private static let patience: Int64 = 60_000_000_000
    /// What a datagram costs beside its bytes, roughly.
    private static let overhead = 256

    /// Datagrams given up.
    private(set) var abandoned: UInt64 = 0
    /// Pieces of datagrams that were given up, but for those that `add` dropped.
    private var abandonedPieces: UInt64 = 0
    private let memoryLimit: Int
    private var memory = 0
    private var datagrams: [Key: Datagram] = [:]
    /// Keys by age, from `oldest` on; one whose serial number the datagram no longer bears is void.
    private var order: [(key: Key, serial: UInt64)] = []
    private var oldest = 0
    private var nextSerial: UInt64 = 0
    /// The datagrams that became whole last, the latest at `wholeCount` less one.
    private var whole: [Key] = []
    private var wholeCount = 0

    /// Datagrams that are remembered once they are whole.
    private static let mostWhole = 64

    init(memoryLimit: Int) { self.memoryLimit = memoryLimit }

    mutating func add(_ piece: Piece, _ bytes: Span<UInt8>, at time: Timestamp) -> Verdict {
        let end = piece.offset + bytes.count
        guard end <= Self.longestDatagram, !bytes.isEmpty || piece.isLast else { return .dropped }
        expire(before: time)
        let key = Key(
            source: piece.source,
            destination: piece.destination,
            identification: piece.identification,
            number: piece.source.family == .v4 ? piece.next : 0
        )
        // Taken out and put back, so that the arrays have one owner and grow in place.
        var datagram = take(key) ?? begin(key, at: time)
        datagram.pieces += 1
        if piece.isLast { datagram.length = max(end, datagram.length ?? 0) }
        if piece.offset == 0 { datagram.first = piece }
        datagram.insert(bytes, at: piece.offset)
        if let length = datagram.length, datagram.bytes.count > length { datagram.length = datagram.bytes.count }
        guard datagram.present.count <= Self.mostPieces else {
            // The caller counts this one.
            datagram.pieces -= 1
            giveUp(datagram)
            return .dropped
        }
        if let first = datagram.first, let length = datagram.length, datagram.present == [0..<length] {
            remember(key)
            return .whole(datagram.bytes, first: first, datagram: datagram.serial)
        }
        put(datagram, key)
        while memory > memoryLimit, abandonOldest() {}
        return .held(datagram: datagram.serial)
    }

    /// Pieces whose datagram was not whole, up to now.
    var incompletePieces: UInt64 {
        datagrams.values.reduce(abandonedPieces) { $1.isRepeated ? $0 : $0 + UInt64($1.pieces) }
    }
}

extension FragmentStore {
    private mutating func giveUp(_ datagram: Datagram) {
        abandoned += 1
        if !datagram.isRepeated { abandonedPieces += UInt64(datagram.pieces) }
    }

    private mutating func remember(_ key: Key) {
        if whole.count < Self.mostWhole { whole.append(key) } else { whole[wholeCount % Self.mostWhole] = key }
        wholeCount += 1
    }

    private mutating func begin(_ key: Key, at time: Timestamp) -> Datagram {
        clearVoidEntries()
        order.append((key, nextSerial))
        defer { nextSerial += 1 }
        return Datagram(isRepeated: whole.contains(key), begun: time, serial: nextSerial)
    }

    private mutating func take(_ key: Key) -> Datagram? {
        guard let datagram = datagrams.removeValue(forKey: key) else { return nil }
        memory -= datagram.bytes.count + Self.overhead
        return datagram
    }

    private mutating func put(_ datagram: Datagram, _ key: Key) {
        memory += datagram.bytes.count + Self.overhead
        datagrams[key] = datagram
    }

    private mutating func expire(before time: Timestamp) {
        while oldest < order.count {
            let entry = order[oldest]
            if let datagram = datagrams[entry.key], datagram.serial == entry.serial {
                guard time.nanoseconds - datagram.begun.nanoseconds > Self.patience else { return }
                giveUp(datagram)
                _ = take(entry.key)
            }
            oldest += 1
        }
    }

    /// Gives the oldest datagram up; `false` where there is none.
    private mutating func abandonOldest() -> Bool {
        while oldest < order.count {
            let entry = order[oldest]
            oldest += 1
            guard let datagram = datagrams[entry.key], datagram.serial == entry.serial else { continue }
            giveUp(datagram)
            _ = take(entry.key)
            return true
        }
        return false
    }

    /// Keeps the entries that stand for a datagram, where they are the lesser part: so each costs no more than it did to append.
    private mutating func clearVoidEntries() {
        guard order.count > 2 * datagrams.count + 1024 else { return }
        order = order[oldest...].filter { datagrams[$0.key]?.serial == $0.serial }
        oldest = 0
    }
}

extension FragmentStore.Datagram {
    /// Writes the bytes that are not there yet.
    fileprivate mutating func insert(_ piece: Span<UInt8>, at start: Int) {
        let end = start + piece.count
        if bytes.count < end { bytes.append(contentsOf: repeatElement(0, count: end - bytes.count)) }
        guard start < end else { return }
        // The gaps that the piece fills lie between the ranges that touch or overlap it.
        let firstTouched = present.firstIndex { $0.upperBound >= start } ?? present.count
        var next = firstTouched
        var at = start
        var merged = start..<end
        while next < present.count, present[next].lowerBound <= end {
            let range = present[next]
            for index in at..<max(at, min(range.lowerBound, end)) { bytes[index] = piece[index - start] }
            at = max(at, range.upperBound)
            merged = min(merged.lowerBound, range.lowerBound)..<max(merged.upperBound, range.upperBound)
            next += 1
        }
        if at < end {
            for index in at..<end { bytes[index] = piece[index - start] }
        }
        present.replaceSubrange(firstTouched..<next, with: CollectionOfOne(merged))
    }
}
