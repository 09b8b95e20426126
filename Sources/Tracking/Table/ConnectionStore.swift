internal import CPrefetch

/// The connections of a table in one block of memory, each accessed by its slot number.
///
/// The block is as large as it may ever become. Accessing a connection costs a comparison; an array would check uniqueness, too.
///
/// It holds three areas. The records are two cache lines each, which is all that a segment touches. What else belongs to a slot lies apart:
/// its links in a list of the timer wheel, and the rest of its addresses if they are IPv6. Memory that nothing is written to costs nothing.
@safe struct ConnectionStore: ~Copyable {
    private let records: UnsafeMutablePointer<Connection>
    private let links: UnsafeMutablePointer<Link>
    private let uppers: UnsafeMutablePointer<UpperAddresses>
    /// Maximum connections: what was asked for, or less where the memory's limit leaves less.
    let capacity: Int
    /// Slots used so far, vacant ones included.
    private(set) var count = 0
    private let memory: RecordMemory

    /// A slot's neighbours in its list.
    struct Link: BitwiseCopyable {
        var previous = TimerWheel.none
        var next = TimerWheel.none
    }

    /// Bytes per connection.
    static let slotSize = MemoryLayout<Connection>.stride + MemoryLayout<UpperAddresses>.stride + MemoryLayout<Link>.stride

    init(capacity wanted: Int, in memory: RecordMemory) {
        self.memory = memory
        var capacity = min(wanted, max(memory.maximumSize / Self.slotSize, 1))
        var block = unsafe memory.reserve(Self.size(of: capacity))
        while unsafe block == nil, capacity > 1 {
            capacity /= 2
            unsafe block = memory.reserve(Self.size(of: capacity))
        }
        guard let block = unsafe block else { fatalError("no memory for a single connection") }
        self.capacity = capacity
        // Safe: the areas follow each other within the block, the one with the strictest alignment first, and sizes are multiples of 8.
        unsafe records = block.bindMemory(to: Connection.self, capacity: capacity)
        let behindRecords = unsafe block + capacity * MemoryLayout<Connection>.stride
        unsafe uppers = behindRecords.bindMemory(to: UpperAddresses.self, capacity: capacity)
        let behindUppers = unsafe behindRecords + capacity * MemoryLayout<UpperAddresses>.stride
        unsafe links = behindUppers.bindMemory(to: Link.self, capacity: capacity)
    }

    deinit {
        // Safe: the block is this store's alone. Connections are plain values, which need no destruction.
        unsafe memory.release(UnsafeMutableRawPointer(records), Self.size(of: capacity))
    }

    var slots: Range<UInt32> { 0..<UInt32(count) }

    subscript(slot: UInt32) -> Connection {
        // Safe: every slot below the count holds a connection, and none ever moves. By address, since the compiler takes a copy of
        // what a `_read` accessor yields.
        @inline(always) unsafeAddress {
            precondition(slot < count)
            return unsafe UnsafePointer(records + Int(slot))
        }
        @inline(always) unsafeMutableAddress {
            precondition(slot < count)
            return unsafe records + Int(slot)
        }
    }

    subscript(linkOf slot: UInt32) -> Link {
        // Safe: as above; the link of every such slot was initialized with it.
        @inline(always) unsafeAddress {
            precondition(slot < count)
            return unsafe UnsafePointer(links + Int(slot))
        }
        @inline(always) unsafeMutableAddress {
            precondition(slot < count)
            return unsafe links + Int(slot)
        }
    }

    /// Fetches both cache lines of a connection.
    @inline(always)
    func prefetch(_ slot: UInt32) {
        let record = unsafe UnsafeRawPointer(records + Int(slot))
        // Safe: nothing is read, and an address need not even be mapped.
        unsafe cprefetch(record)
        unsafe cprefetch(record + 64)
    }

    /// Adds a connection, for which there must be room.
    ///
    /// - Returns: its slot.
    mutating func append(_ shared: SharedRecord, between key: ConnectionKey) -> UInt32 {
        precondition(count < capacity)
        count += 1
        let slot = UInt32(count - 1)
        put(shared, between: key, in: slot)
        return slot
    }

    /// Puts a connection in the place of another.
    mutating func put(_ shared: SharedRecord, between key: ConnectionKey, in slot: UInt32) {
        precondition(slot < count)
        // Safe: the slot is below the count, which is at most the capacity.
        unsafe (records + Int(slot)).initialize(to: Connection(key: ShortKey(key), shared: shared))
        unsafe (links + Int(slot)).initialize(to: Link())
        if !shared.flags.contains(.isV4) { unsafe (uppers + Int(slot)).initialize(to: UpperAddresses(key)) }
    }

    /// Whether a slot below the count holds a connection that has not ended.
    @inline(always)
    func isInUse(_ slot: UInt32) -> Bool { self[slot].shared.identifier != 0 }

    /// Both ends of a connection.
    @inline(always)
    func key(of slot: UInt32) -> ConnectionKey {
        // Safe: the subscript checks the slot; of an IPv6 connection the rest of the addresses was initialized with the record.
        self[slot].isV4 ? ConnectionKey(self[slot].key, nil) : ConnectionKey(self[slot].key, unsafe uppers[Int(slot)])
    }

    /// Whether a segment runs between the ends of a connection, in either direction.
    @inline(always)
    func matches(_ segment: TrackedSegment, _ slot: UInt32) -> Bool {
        guard self[slot].key.matches(segment), self[slot].isV4 == segment.isV4 else { return false }
        return segment.isV4 || key(of: slot).matches(segment)
    }

    /// Whether the originator sent a segment that runs between the ends of a connection.
    @inline(always)
    func isOriginator(of segment: TrackedSegment, _ slot: UInt32) -> Bool {
        self[slot].key.isOriginator(of: segment) && (segment.isV4 || key(of: slot).isOriginator(of: segment))
    }

    /// The sides of a connection, as its segment has them.
    struct Ends {
        let sender: EndpointRecord
        let receiver: EndpointRecord
        let isFromOriginator: Bool
    }

    func ends(of segment: TrackedSegment, _ slot: UInt32) -> Ends {
        let connection = self[slot]
        let isOriginator = isOriginator(of: segment, slot)
        return Ends(
            sender: isOriginator ? connection.originator : connection.responder,
            receiver: isOriginator ? connection.responder : connection.originator,
            isFromOriginator: isOriginator
        )
    }

    /// Lets originator and responder change places.
    mutating func flip(_ slot: UInt32) {
        self[slot].flip()
        // Safe: as in `key(of:)`.
        if !self[slot].isV4 { unsafe uppers[Int(slot)].flip() }
    }

    /// Removes all connections and gives their memory back.
    mutating func removeAll() {
        count = 0
        // Safe: the block is this store's alone, and no slot is below the count any more.
        unsafe memory.discard(UnsafeMutableRawPointer(records), Self.size(of: capacity))
    }

    /// In bytes.
    private static func size(of capacity: Int) -> Int { capacity * slotSize }
}
