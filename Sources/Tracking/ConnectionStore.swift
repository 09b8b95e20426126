internal import Glibc

/// The connections of a table in one block of memory, each reached by its slot.
///
/// Address space for all that there may be is reserved at the beginning; memory comes with the first write to each page. A look at
/// a connection costs a comparison: an array would be asked besides whether somebody else holds it too.
@safe struct ConnectionStore: ~Copyable {
    private let records: UnsafeMutablePointer<Connection>
    /// How many connections find room: what was asked for, or less where a limit of address space (RLIMIT_AS) leaves less.
    let capacity: Int
    /// Slots used so far, the vacant among them too.
    private(set) var count = 0

    private static let hugePage = 1 << 21

    init(capacity wanted: Int) {
        var capacity = min(wanted, Self.share / MemoryLayout<Connection>.stride)
        var mapping = unsafe Self.mapping(for: capacity)
        while unsafe mapping == nil, capacity > 1 {
            capacity /= 2
            unsafe mapping = Self.mapping(for: capacity)
        }
        guard let mapping = unsafe mapping else { fatalError("no memory for a single connection") }
        self.capacity = capacity
        unsafe records = mapping
    }

    deinit {
        // Safe: the mapping is this store's alone. Connections are plain values, which need no destruction.
        unsafe munmap(records, Self.size(of: capacity))
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

    /// Takes a connection in, for which there must be room.
    ///
    /// - Returns: its slot.
    mutating func append(_ connection: Connection) -> UInt32 {
        precondition(count < capacity)
        // Safe: the capacity is greater than the count.
        unsafe (records + count).initialize(to: connection)
        count += 1
        return UInt32(count - 1)
    }

    /// Forgets all connections and gives their memory back.
    mutating func removeAll() {
        count = 0
        // Safe: the mapping is this store's alone, and reads as zero afterwards.
        _ = unsafe madvise(records, Self.size(of: capacity), MADV_DONTNEED)
    }

    /// The bytes that a store may take: of a limit of address space an eighth, since what is told of connections needs room as well.
    private static var share: Int {
        var limit = rlimit()
        // Safe: the call fills the structure that it is lent.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < UInt64(Int.max) else {
            return .max
        }
        return max(Int(limit.rlim_cur) / 8, MemoryLayout<Connection>.stride)
    }

    /// Memory for so many connections; `nil` where the system refuses it.
    ///
    /// All but the beginning asks for huge pages: the connections of a busy capture are reached in no order, and a page of 4 KiB
    /// costs a fault for every 27 of them. A small capture is spared the clearing of 2 MiB.
    private static func mapping(for capacity: Int) -> UnsafeMutablePointer<Connection>? {
        let size = size(of: capacity)
        // Safe: a new mapping, which nobody else knows of.
        let mapped = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else { return nil }
        if size > hugePage {
            // Safe: the range lies in the mapping but for the rest of its last page, and advice changes no content. Where the
            // kernel ignores it, nothing is lost.
            _ = unsafe madvise(mapped + hugePage, size - hugePage, MADV_HUGEPAGE)
        }
        return unsafe mapped.bindMemory(to: Connection.self, capacity: capacity)
    }

    /// In bytes.
    private static func size(of capacity: Int) -> Int { capacity * MemoryLayout<Connection>.stride }
}
