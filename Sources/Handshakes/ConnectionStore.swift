internal import Glibc

/// The connections of a table in one block of memory, each reached by its slot.
///
/// A look at one costs a comparison: an array would be asked besides whether somebody else holds it too.
@safe struct ConnectionStore: ~Copyable {
    private var records: UnsafeMutablePointer<Connection>
    private var capacity = 0
    /// Slots used so far, the vacant among them too.
    private(set) var count = 0

    private static let largestReservation = 1 << 22
    private static let hugePage = 1 << 21

    init() {
        unsafe records = .allocate(capacity: 0)
    }

    deinit {
        // Connections are plain values, which need no destruction.
        unsafe records.deallocate()
    }

    var slots: Range<UInt32> { 0..<UInt32(count) }

    subscript(slot: UInt32) -> Connection {
        // Safe: every slot below the count holds a connection, and none moves while one is looked at. By address, since the compiler
        // takes a copy of what is yielded.
        @inline(always) unsafeAddress {
            precondition(slot < count)
            return unsafe UnsafePointer(records + Int(slot))
        }
        @inline(always) unsafeMutableAddress {
            precondition(slot < count)
            return unsafe records + Int(slot)
        }
    }

    /// - Parameter most: how many there will be at most.
    /// - Returns: the connection's slot.
    mutating func append(_ connection: Connection, atMost most: Int) -> UInt32 {
        if count == capacity { grow(atMost: most) }
        // Safe: the capacity is greater than the count.
        unsafe (records + count).initialize(to: connection)
        count += 1
        return UInt32(count - 1)
    }

    /// Memory that nothing was written to yet costs nothing, and growing by copies would cost twice as much.
    private mutating func grow(atMost most: Int) {
        capacity = capacity == 0 ? max(min(most, Self.largestReservation), 1) : capacity * 2
        let larger = unsafe Self.allocate(capacity)
        // Safe: the new block is larger than the old one, which is given up with what it held moved.
        unsafe larger.moveInitialize(from: records, count: count)
        unsafe records.deallocate()
        unsafe records = larger
    }

    /// A block of which all but the beginning asks for huge pages: the connections of a busy capture are reached in no order, and a page
    /// of 4 KiB costs a fault for every 27 of them. A small capture is spared the clearing of 2 MiB.
    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Connection> {
        let size = capacity * MemoryLayout<Connection>.stride
        let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: hugePage)
        if size > hugePage {
            // Safe: the range lies in the block, whose content advice does not change. Where the kernel ignores it, nothing is lost.
            _ = unsafe madvise(block + hugePage, size - hugePage, MADV_HUGEPAGE)
        }
        return unsafe block.bindMemory(to: Connection.self, capacity: capacity)
    }
}
