internal import Addresses
internal import Packets

/// Finds the slot of a connection by its endpoints: open addressing over slot numbers, linear probing, deletion by shifting back.
///
/// The hash is keyed anew in every run and the same for both directions. At most two thirds of the places are taken. A place
/// holds a slot number and, above it, bits of its hash, so that passing a stranger by does not wait for the memory of its record.
struct ConnectionIndex {
    static let vacant = UInt32.max
    private static let smallest = 1024

    private var places = [UInt32](repeating: vacant, count: smallest)
    private var count = 0
    private let seed: (UInt64, UInt64)
    private let mostPlaces: Int
    /// The bits of a place that hold the slot number.
    private let slotMask: UInt32

    init(seed: (UInt64, UInt64), maximumCount: Int) {
        // Even factors would lose bits of what they multiply.
        self.seed = (seed.0 | 1, seed.1 | 1)
        mostPlaces = max(Self.smallest, min(maximumCount / 2 * 3 + 16, Int(UInt32.max) - 1))
        // Slot numbers go up to the maximum, and one more stays for what is vacant.
        slotMask = UInt32.max >> UInt32((UInt32(min(maximumCount, Int(Int32.max))) + 1).leadingZeroBitCount)
    }

    @inline(__always)
    func hash(of segment: Segment) -> UInt32 {
        hash(
            half(segment.source.high, segment.source.low, segment.sourcePort),
            half(segment.destination.high, segment.destination.low, segment.destinationPort)
        )
    }

    @inline(__always)
    func hash(of key: ConnectionKey) -> UInt32 {
        hash(
            half(key.originatorHigh, key.originatorLow, key.originatorPort),
            half(key.responderHigh, key.responderLow, key.responderPort)
        )
    }

    /// One end's share, a keyed multiplication of its address and port folded to 64 bits.
    @inline(__always)
    private func half(_ high: UInt64, _ low: UInt64, _ port: UInt16) -> UInt64 {
        let upper = folded(high ^ seed.0, seed.1 ^ UInt64(port))
        return folded(low ^ upper ^ seed.1, seed.0 ^ (UInt64(port) << 32))
    }

    /// The sum of both shares does not care which end sent.
    @inline(__always)
    private func hash(_ one: UInt64, _ other: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: folded((one &+ other) ^ seed.0, seed.1) >> 16)
    }

    @inline(__always)
    private func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    @inline(__always)
    private func home(_ hash: UInt32) -> Int {
        Int((UInt64(hash) &* UInt64(places.count)) >> 32)
    }

    @inline(__always)
    private func following(_ place: Int) -> Int {
        place + 1 == places.count ? 0 : place + 1
    }

    /// The tag of a hash: its low bits, brought up, since the home follows from the upper ones.
    @inline(__always)
    private func tag(_ hash: UInt32) -> UInt32 { hash.byteSwapped & ~slotMask }

    /// The first slot whose tag is the hash's, nearly always the right one; `vacant` where there is none.
    @inline(__always)
    func likelySlot(_ hash: UInt32) -> UInt32 {
        let tag = tag(hash)
        var place = home(hash)
        while true {
            let entry = places[place]
            if entry == Self.vacant { return entry }
            if entry & ~slotMask == tag { return entry & slotMask }
            place = following(place)
        }
    }

    /// A read of the memory that `find` begins with.
    @inline(__always)
    func touch(_ hash: UInt32) -> UInt32 { places[home(hash)] }

    /// The slot whose connection runs between the segment's ends.
    @inline(__always)
    func find(_ segment: Segment, hash: UInt32, in connections: [Connection]) -> UInt32? {
        let tag = tag(hash)
        var place = home(hash)
        while true {
            let entry = places[place]
            guard entry != Self.vacant else { return nil }
            if entry & ~slotMask == tag, connections[Int(entry & slotMask)].matches(segment) { return entry & slotMask }
            place = following(place)
        }
    }

    mutating func insert(_ slot: UInt32, hash: UInt32, in connections: [Connection]) {
        if (count + 1) * 3 > places.count * 2 { grow(connections, without: slot) }
        count += 1
        place(slot, hash: hash)
    }

    private mutating func place(_ slot: UInt32, hash: UInt32) {
        var place = home(hash)
        while places[place] != Self.vacant { place = following(place) }
        places[place] = slot | tag(hash)
    }

    /// Makes room, in the order of the records: those lie in a row, the places of a hash anywhere.
    private mutating func grow(_ connections: [Connection], without new: UInt32) {
        let size = min(places.count * 2, max(mostPlaces, places.count + 16))
        places = [UInt32](repeating: Self.vacant, count: size)
        for slot in connections.indices where connections[slot].shared.identifier != 0 && slot != Int(new) {
            place(UInt32(slot), hash: hash(of: connections[slot].key))
        }
    }

    mutating func remove(_ slot: UInt32, in connections: [Connection]) {
        let hash = hash(of: connections[Int(slot)].key)
        let entry = slot | tag(hash)
        var hole = home(hash)
        while places[hole] != entry {
            guard places[hole] != Self.vacant else { return }
            hole = following(hole)
        }
        count -= 1
        // Whatever may no longer be reached across the hole moves into it.
        var place = following(hole)
        while places[place] != Self.vacant {
            let home = home(self.hash(of: connections[Int(places[place] & slotMask)].key))
            let isReachable = hole < place ? hole < home && home <= place : hole < home || home <= place
            if !isReachable {
                places[hole] = places[place]
                hole = place
            }
            place = following(place)
        }
        places[hole] = Self.vacant
    }
}
