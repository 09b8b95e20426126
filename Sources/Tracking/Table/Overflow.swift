/// What does not fit the record of a connection: a long history, large counts, ranges beyond a gap. Most connections have none.
struct Overflow {
    /// The letters after the packed ones.
    var history: [UInt8] = []
    var originator = Side()
    var responder = Side()
    /// Bytes missing in both directions, and the gaps that they were missing in.
    var missed = (bytes: UInt64(0), gaps: UInt32(0))

    struct Side {
        /// Events counted past what the record's four bits hold, by `EventCounter`.
        var counts = InlineArray<4, UInt32>(repeating: 15)
        /// The FIN's number where something else is last in its sequence space.
        var fin: UInt32?
        /// Received beyond a hole, by absolute sequence numbers: ascending, apart from each other.
        var blocks: [SequenceRange] = []
    }
}

/// A stretch of sequence numbers: from `start` up to, not including, `end`.
struct SequenceRange: BitwiseCopyable {
    var start: UInt32
    var end: UInt32
}

/// The events that a history records at their 1st, 10th, 100th … occurrence.
enum EventCounter: Int {
    case checksum
    case retransmission
    case zeroWindow
    case gap

    var code: HistoryCode {
        switch self {
        case .checksum: .checksum
        case .retransmission: .retransmission
        case .zeroWindow: .zeroWindow
        case .gap: .gap
        }
    }
}

/// The overflows of a table's connections, by slot.
///
/// There are at most a fourth as many as connections, so that hostile traffic cannot multiply the table's memory. Beyond that, counts
/// stay at the maximum of the record itself, and segments after a gap are taken for lost.
struct OverflowStore {
    private var bySlot: [UInt32: Overflow] = [:]
    private let maximumCount: Int

    /// The longest tail of a history kept; Zeek itself knows no end.
    private static let longestHistory = 244
    /// Ranges kept beyond a hole; more are joined to the last one.
    private static let mostBlocks = 32

    init(maximumCount: Int) {
        self.maximumCount = maximumCount
    }

    subscript(slot: UInt32) -> Overflow? { bySlot[slot] }

    mutating func remove(_ slot: UInt32) -> Overflow? {
        bySlot.removeValue(forKey: slot)
    }

    mutating func flip(_ slot: UInt32) {
        guard var overflow = bySlot[slot] else { return }
        swap(&overflow.originator, &overflow.responder)
        bySlot[slot] = overflow
    }

    mutating func append(_ code: HistoryCode, isOriginator: Bool, slot: UInt32, shared: inout SharedRecord) {
        let byte = PackedHistory.byte(code.rawValue << 1 | (isOriginator ? 1 : 0))
        change(slot, &shared) { overflow in
            if overflow.history.count < Self.longestHistory { overflow.history.append(byte) }
        }
    }

    /// The count after one more event, 0 where it cannot be kept.
    mutating func count(_ counter: EventCounter, isOriginator: Bool, slot: UInt32, shared: inout SharedRecord) -> UInt32 {
        var total: UInt32 = 0
        change(slot, isOriginator, &shared) { side in
            side.counts[counter.rawValue] &+= 1
            total = side.counts[counter.rawValue]
        }
        return total
    }

    /// Adds a gap to what the connection misses.
    mutating func miss(_ bytes: UInt32, slot: UInt32, shared: inout SharedRecord) {
        change(slot, &shared) { overflow in
            overflow.missed.bytes &+= UInt64(bytes)
            overflow.missed.gaps &+= 1
        }
    }

    mutating func keepFin(_ number: UInt32, isOriginator: Bool, slot: UInt32, shared: inout SharedRecord) {
        change(slot, isOriginator, &shared) { $0.fin = number }
    }

    @inline(always)
    func fin(of endpoint: EndpointRecord, isOriginator: Bool, slot: UInt32, shared: SharedRecord) -> UInt32 {
        let implied = endpoint.last &- 1
        guard !endpoint.flags.contains(.finIsLast), shared.flags.contains(.hasOverflow) else { return implied }
        return keptFin(isOriginator: isOriginator, slot: slot) ?? implied
    }

    /// The FIN's number where something else is last in the side's sequence space.
    @inline(never)
    func keptFin(isOriginator: Bool, slot: UInt32) -> UInt32? {
        isOriginator ? bySlot[slot]?.originator.fin : bySlot[slot]?.responder.fin
    }

    /// Keeps a range that lies beyond a hole.
    mutating func insert(_ range: SequenceRange, isOriginator: Bool, slot: UInt32, shared: inout SharedRecord) {
        change(slot, isOriginator, &shared) { $0.insert(range, atMost: Self.mostBlocks) }
    }

    mutating func dropBlocks(isOriginator: Bool, slot: UInt32) {
        guard bySlot[slot] != nil else { return }
        if isOriginator { bySlot[slot]?.originator.blocks = [] } else { bySlot[slot]?.responder.blocks = [] }
    }

    /// Where the hole at `delivered` ends, if something kept lies before `limit`.
    func endOfHole(before limit: UInt32, isOriginator: Bool, slot: UInt32) -> UInt32? {
        guard let overflow = bySlot[slot] else { return nil }
        let blocks = (isOriginator ? overflow.originator : overflow.responder).blocks
        guard let first = blocks.first, sequenceDistance(first.start, from: limit) < 0 else { return nil }
        return first.start
    }

    /// Moves `delivered` behind every kept range that it touches.
    @inline(always)
    mutating func joinBlocks(to endpoint: inout EndpointRecord, isOriginator: Bool, slot: UInt32, shared: SharedRecord) {
        guard shared.flags.contains(.hasOverflow) else { return }
        joinKeptBlocks(to: &endpoint, isOriginator: isOriginator, slot: slot)
    }

    @inline(never)
    private mutating func joinKeptBlocks(to endpoint: inout EndpointRecord, isOriginator: Bool, slot: UInt32) {
        let delivered = endpoint.delivered
        if isOriginator {
            endpoint.delivered = bySlot[slot]?.originator.join(delivered) ?? delivered
        } else {
            endpoint.delivered = bySlot[slot]?.responder.join(delivered) ?? delivered
        }
    }

    private mutating func change(_ slot: UInt32, _ shared: inout SharedRecord, _ body: (inout Overflow) -> Void) {
        guard shared.flags.contains(.hasOverflow) || bySlot.count < maximumCount else { return }
        shared.flags.insert(.hasOverflow)
        body(&bySlot[slot, default: Overflow()])
    }

    private mutating func change(
        _ slot: UInt32,
        _ isOriginator: Bool,
        _ shared: inout SharedRecord,
        _ body: (inout Overflow.Side) -> Void
    ) {
        change(slot, &shared) { overflow in
            if isOriginator { body(&overflow.originator) } else { body(&overflow.responder) }
        }
    }
}

extension Overflow.Side {
    /// Puts a range in its place, joined with those that it touches.
    mutating func insert(_ range: SequenceRange, atMost limit: Int) {
        var joined = range
        var kept: [SequenceRange] = []
        kept.reserveCapacity(blocks.count + 1)
        for block in blocks where sequenceDistance(block.end, from: range.start) < 0 { kept.append(block) }
        let before = kept.count
        for block in blocks.dropFirst(before) {
            if sequenceDistance(block.start, from: joined.end) <= 0 {
                if sequenceDistance(block.start, from: joined.start) < 0 { joined.start = block.start }
                if sequenceDistance(block.end, from: joined.end) > 0 { joined.end = block.end }
            } else {
                kept.append(block)
            }
        }
        kept.insert(joined, at: before)
        if kept.count > limit, let last = kept.popLast() { kept[kept.count - 1].end = last.end }
        blocks = kept
    }

    mutating func join(_ delivered: UInt32) -> UInt32 {
        var delivered = delivered
        while let first = blocks.first, sequenceDistance(first.start, from: delivered) <= 0 {
            if sequenceDistance(first.end, from: delivered) > 0 { delivered = first.end }
            blocks.removeFirst()
        }
        return delivered
    }
}
