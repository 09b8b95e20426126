/// The connections of a table in one block of memory, each accessed by its slot number.
///
/// The block is as large as it may ever become. Accessing a connection costs a comparison; an array would check uniqueness, too.
@safe struct ConnectionStore: ~Copyable {
    private let records: UnsafeMutablePointer<Connection>
    /// Maximum connections: what was asked for, or less where the memory's limit leaves less.
    let capacity: Int
    /// Slots used so far, vacant ones included.
    private(set) var count = 0
    private let memory: RecordMemory

    init(capacity wanted: Int, in memory: RecordMemory) {
        self.memory = memory
        var capacity = min(wanted, max(memory.maximumSize / MemoryLayout<Connection>.stride, 1))
        var block = unsafe memory.reserve(Self.size(of: capacity))
        while unsafe block == nil, capacity > 1 {
            capacity /= 2
            unsafe block = memory.reserve(Self.size(of: capacity))
        }
        guard let block = unsafe block else { fatalError("no memory for a single connection") }
        self.capacity = capacity
        unsafe records = block.bindMemory(to: Connection.self, capacity: capacity)
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

    /// Adds a connection, for which there must be room.
    ///
    /// - Returns: its slot.
    mutating func append(_ connection: Connection) -> UInt32 {
        precondition(count < capacity)
        // Safe: the capacity is greater than the count.
        unsafe (records + count).initialize(to: connection)
        count += 1
        return UInt32(count - 1)
    }

    /// Removes all connections and gives their memory back.
    mutating func removeAll() {
        count = 0
        // Safe: the block is this store's alone, and no slot is below the count any more.
        unsafe memory.discard(UnsafeMutableRawPointer(records), Self.size(of: capacity))
    }

    /// In bytes.
    private static func size(of capacity: Int) -> Int { capacity * MemoryLayout<Connection>.stride }
}
