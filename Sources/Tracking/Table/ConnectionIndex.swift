internal import CPrefetch

/// Finds the slot of a connection by its endpoints: open addressing over slot numbers, linear probing, deletion by shifting back.
///
/// At most two thirds of the places are taken. A place
/// holds a slot number and, above it, bits of its hash, so that passing a stranger by does not wait for the memory of its record.
struct ConnectionIndex: ~Copyable {
    static let vacant = UInt32.max
    private static let smallest = 1024

    private var places = IndexPlaces(count: smallest)
    private var count = 0
    let hasher: EndpointHasher
    private let mostPlaces: Int
    /// The bits of a place that hold the slot number.
    private let slotMask: UInt32

    init(hasher: EndpointHasher, maximumCount: Int) {
        self.hasher = hasher
        mostPlaces = max(Self.smallest, min(maximumCount / 2 * 3 + 16, Int(UInt32.max) - 1))
        // Slot numbers go up to the maximum, and one more stays for what is vacant.
        slotMask = UInt32.max >> UInt32((UInt32(min(maximumCount, Int(Int32.max))) + 1).leadingZeroBitCount)
    }

    private func hash(of key: ConnectionKey) -> UInt32 {
        hasher.hash(
            EndpointHasher.End(key.originatorHigh, key.originatorLow, key.originatorPort),
            EndpointHasher.End(key.responderHigh, key.responderLow, key.responderPort)
        )
    }

    @inline(always)
    private func home(_ hash: UInt32) -> Int {
        Int((UInt64(hash) &* UInt64(places.count)) >> 32)
    }

    @inline(always)
    private func following(_ place: Int) -> Int {
        place + 1 == places.count ? 0 : place + 1
    }

    /// The tag of a hash: its low bits, brought up, since the home follows from the upper ones.
    @inline(always)
    private func tag(_ hash: UInt32) -> UInt32 { hash.byteSwapped & ~slotMask }

    /// The first slot whose tag is the hash's, nearly always the right one; `vacant` where there is none.
    @inline(always)
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

    /// Fetches the memory that `find` begins with.
    @inline(always)
    func prefetch(_ hash: UInt32) { places.prefetch(home(hash)) }

    /// The slot whose connection runs between the segment's ends.
    ///
    /// `mutating` and `inout` though nothing changes: the compiler copies what it lends to `search` for each segment otherwise.
    ///
    /// - Parameter likely: the `likelySlot` of its hash, perhaps as it was some segments ago: nearly always the right one still.
    @inline(always)
    mutating func find(_ segment: TrackedSegment, likely: UInt32, in connections: inout ConnectionStore) -> UInt32? {
        let isRight = likely != Self.vacant && connections.isInUse(likely) && connections.matches(segment, likely)
        return isRight ? likely : search(segment, in: &connections)
    }

    @inline(never)
    private mutating func search(_ segment: TrackedSegment, in connections: inout ConnectionStore) -> UInt32? {
        let tag = tag(segment.hash)
        var place = home(segment.hash)
        while true {
            let entry = places[place]
            guard entry != Self.vacant else { return nil }
            if entry & ~slotMask == tag, connections.matches(segment, entry & slotMask) { return entry & slotMask }
            place = following(place)
        }
    }

    /// The slot, among those whose connections run between the segment's ends, that is rated highest; `nil` where all are rated 0.
    ///
    /// - Parameter best: the rating above which there is none.
    func find(
        _ segment: TrackedSegment,
        in connections: borrowing ConnectionStore,
        best: Int,
        rating: (UInt32) -> Int
    ) -> UInt32? {
        let tag = tag(segment.hash)
        var place = home(segment.hash)
        var found: UInt32?
        var (highest, seen) = (0, 0)
        while seen < Self.mostOfOneHash {
            let entry = places[place]
            guard entry != Self.vacant else { break }
            if entry & ~slotMask == tag, connections.matches(segment, entry & slotMask) {
                seen += 1
                let rate = rating(entry & slotMask)
                if rate > highest { (found, highest) = (entry & slotMask, rate) }
                if highest == best { break }
            }
            place = following(place)
        }
        return found
    }

    /// Connections between the same ends that are looked at for one segment: nobody may make that many to slow the table down.
    private static let mostOfOneHash = 64

    mutating func insert(_ slot: UInt32, hash: UInt32, in connections: borrowing ConnectionStore) {
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
    private mutating func grow(_ connections: borrowing ConnectionStore, without new: UInt32) {
        let size = min(places.count * 2, max(mostPlaces, places.count + 16))
        places = IndexPlaces(count: size)
        for slot in connections.slots where connections[slot].shared.identifier != 0 && slot != new {
            place(slot, hash: hash(of: connections.key(of: slot)))
        }
    }

    mutating func remove(_ slot: UInt32, in connections: borrowing ConnectionStore) {
        let hash = hash(of: connections.key(of: slot))
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
            let home = home(self.hash(of: connections.key(of: places[place] & slotMask)))
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

/// The places of an index, in memory of their own: of an array the compiler retains the storage, or checks whether it is shared, at each
/// segment.
@safe struct IndexPlaces: ~Copyable {
    private let start: UnsafeMutablePointer<UInt32>
    let count: Int

    /// All of them vacant.
    init(count: Int) {
        self.count = count
        unsafe start = .allocate(capacity: count)
        unsafe start.initialize(repeating: ConnectionIndex.vacant, count: count)
    }

    deinit {
        unsafe start.deallocate()
    }

    subscript(place: Int) -> UInt32 {
        // Safe: every place below the count was initialized.
        @inline(always) unsafeAddress {
            precondition(place >= 0 && place < count)
            return unsafe UnsafePointer(start + place)
        }
        @inline(always) unsafeMutableAddress {
            precondition(place >= 0 && place < count)
            return unsafe start + place
        }
    }

    @inline(always)
    func prefetch(_ place: Int) {
        // Safe: nothing is read, and an address need not even be mapped.
        unsafe cprefetch(start + place)
    }
}
