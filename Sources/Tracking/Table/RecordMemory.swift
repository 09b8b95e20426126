/// Supplies the block of memory that holds a table's connections.
///
/// Tracking asks nothing of the system itself: who creates a table chooses where its memory comes from.
@safe
package struct RecordMemory: Sendable {
    /// The largest block that a table may ask for, in bytes.
    let maximumSize: Int
    /// Reserves the given number of bytes, zeroed or uninitialized; `nil` if the reservation is refused.
    let reserve: @Sendable (Int) -> UnsafeMutableRawPointer?
    /// Gives the memory of a block back and keeps its addresses. Its content is lost.
    let discard: @Sendable (UnsafeMutableRawPointer, Int) -> Void
    /// Ends a block.
    let release: @Sendable (UnsafeMutableRawPointer, Int) -> Void

    /// The closures take a block's start and its size in bytes, as `reserve` was given it.
    package init(
        maximumSize: Int,
        reserve: @escaping @Sendable (Int) -> UnsafeMutableRawPointer?,
        discard: @escaping @Sendable (UnsafeMutableRawPointer, Int) -> Void,
        release: @escaping @Sendable (UnsafeMutableRawPointer, Int) -> Void
    ) {
        self.maximumSize = maximumSize
        unsafe self.reserve = reserve
        unsafe self.discard = discard
        unsafe self.release = release
    }

    /// The process's heap: for small tables and tests.
    package static let heap = unsafe RecordMemory(
        maximumSize: .max,
        reserve: { size in UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64) },
        discard: { _, _ in },
        release: { start, _ in unsafe start.deallocate() }
    )
}
