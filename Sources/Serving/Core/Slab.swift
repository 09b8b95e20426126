/// Records in one block of memory, each reached by a small number that never moves.
///
/// A token is a slot with the generation of its record: a slot is used again after its record left, and a late event that still
/// names the old one finds nothing. Tokens of records are at least `firstToken`; the owner may use lower ones for itself.
@safe package struct Slab<Record: ~Copyable>: ~Copyable {
    private var records: UnsafeMutablePointer<Record>
    /// Odd while the slot holds a record.
    private var generations: [UInt32] = []
    private var free: [UInt32] = []
    private var capacity: Int
    package private(set) var count = 0

    package static var firstToken: UInt64 { 1 << 32 }

    package init() {
        capacity = 64
        unsafe records = .allocate(capacity: 64)
    }

    deinit {
        for slot in generations.indices where generations[slot] & 1 == 1 { unsafe (records + slot).deinitialize(count: 1) }
        unsafe records.deallocate()
    }

    /// All slots, the empty ones too.
    package var slots: Range<Int> { generations.indices }

    package func isLive(_ slot: Int) -> Bool { generations[slot] & 1 == 1 }

    /// The slot that the next record gets.
    private mutating func emptySlot() -> Int {
        if let slot = free.popLast() { return Int(slot) }
        if generations.count == capacity {
            let larger = UnsafeMutablePointer<Record>.allocate(capacity: capacity * 2)
            unsafe larger.moveInitialize(from: records, count: capacity)
            unsafe records.deallocate()
            unsafe records = larger
            capacity *= 2
        }
        generations.append(0)
        return generations.count - 1
    }

    package mutating func insert(_ record: consuming Record) -> Int {
        let slot = emptySlot()
        unsafe (records + slot).initialize(to: record)
        generations[slot] &+= 1
        count += 1
        return slot
    }

    package mutating func remove(_ slot: Int) -> Record {
        precondition(isLive(slot))
        generations[slot] &+= 1
        free.append(UInt32(slot))
        count -= 1
        return unsafe (records + slot).move()
    }

    package func token(of slot: Int) -> UInt64 { UInt64(generations[slot]) << 32 | UInt64(slot) }

    /// The slot that `token` names; `nil` where its record has left.
    @inline(__always)
    package func slot(of token: UInt64) -> Int? {
        let slot = Int(token & 0xFFFF_FFFF)
        guard slot < generations.count, generations[slot] == UInt32(token >> 32), isLive(slot) else { return nil }
        return slot
    }

    package subscript(slot: Int) -> Record {
        // Safe: a slot that is live holds a record, and slots do not move while one is borrowed.
        @inline(__always) _read {
            precondition(isLive(slot))
            yield unsafe records[slot]
        }
        @inline(__always) _modify {
            precondition(isLive(slot))
            yield unsafe &records[slot]
        }
    }
}
