/// Growable UTF-8 text, reused line after line.
///
/// sonde builds all its output in such buffers, so that a line costs no string. Text from outside must use the `escaped` members of
/// `Escaping.swift`; the plain ones are for sonde's own words.
///
/// It owns its storage and cannot be copied. So appending costs a comparison with the capacity and the stores of the bytes: an
/// array would check at every append whether it is shared. Appends are inlined at the call, so that a literal becomes a few stores
/// of constants. Only this file touches the storage, which moves to another thread only together with its owner.
// Without the attribute a package type's `@inlinable` members are called, not inlined, from other modules (Swift 6.3).
@usableFromInline
@safe
package struct TextBuffer: ~Copyable, @unchecked Sendable {
    /// `capacity` bytes that the buffer owns; the first `count` are text.
    @usableFromInline var storage: UnsafeMutablePointer<UInt8>
    @usableFromInline var capacity: Int
    @usableFromInline var filled = 0

    package init() {
        capacity = 64
        unsafe storage = .allocate(capacity: capacity)
    }

    package init(_ text: String) {
        self.init()
        append(trusted: text)
    }

    deinit {
        unsafe storage.deallocate()
    }

    @inlinable package var count: Int { filled }

    package var isEmpty: Bool { filled == 0 }

    package var string: String { unsafe String(decoding: UnsafeBufferPointer(start: storage, count: filled), as: UTF8.self) }

    /// Lends the bytes.
    package func withSpan<Result, Failure: Error>(_ body: (Span<UInt8>) throws(Failure) -> Result) throws(Failure) -> Result {
        // Safe: the bytes below `filled` are initialized, and nothing changes them while they are lent.
        try body(unsafe Span(_unsafeStart: storage, count: filled))
    }

    /// Forgets the text and keeps the room.
    package mutating func clear() {
        filled = 0
    }

    /// Takes the last bytes away again.
    @inlinable @inline(__always)
    package mutating func removeLast(_ number: Int) {
        precondition(number >= 0 && number <= filled)
        filled &-= number
    }

    /// Makes room for the given number of bytes after the text.
    @inlinable @inline(__always)
    package mutating func reserve(_ number: Int) {
        if number > capacity &- filled { grow(by: number) }
    }

    @usableFromInline @inline(never)
    mutating func grow(by number: Int) {
        let larger = max(2 * capacity, filled + number)
        // Safe: the new storage is larger than the old, which nobody else knows.
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        unsafe moved.initialize(from: storage, count: filled)
        unsafe storage.deallocate()
        unsafe storage = moved
        capacity = larger
    }

    @inlinable @inline(__always)
    package mutating func append(byte: UInt8) {
        reserve(1)
        // Safe: there is room for it.
        unsafe storage[filled] = byte
        filled &+= 1
    }

    /// Up to eight bytes at once, the first one lowest; what lies above `number` bytes is not used.
    @inlinable @inline(__always)
    package mutating func append(packed bytes: UInt64, count number: Int) {
        precondition(number >= 0 && number <= 8)
        reserve(8)
        // Safe: there is room for all eight; those above the count are no text yet.
        unsafe UnsafeMutableRawPointer(storage + filled).storeBytes(of: bytes.littleEndian, as: UInt64.self)
        filled &+= number
    }

    /// Text of our own: trusted, printed as it is.
    @inlinable @inline(__always)
    package mutating func append(_ text: StaticString) {
        reserve(text.utf8CodeUnitCount)
        store(text)
    }

    /// Three in a row, room for which is made once.
    @inlinable @inline(__always)
    mutating func append(_ first: StaticString, _ second: StaticString, _ third: StaticString) {
        reserve(first.utf8CodeUnitCount &+ second.utf8CodeUnitCount &+ third.utf8CodeUnitCount)
        store(first)
        store(second)
        store(third)
    }

    /// Writes where there is room already.
    @inlinable @inline(__always)
    mutating func store(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        // Safe: the caller made room, and a literal's own storage lives as long as the program.
        unsafe (storage + filled).initialize(from: text.utf8Start, count: length)
        filled &+= length
    }

    /// Text that was made here from trusted parts or escaped before.
    package mutating func append(trusted text: String) {
        var text = text
        text.withUTF8 { utf8 in unsafe append(trusted: utf8.span) }
    }

    package mutating func append(trusted bytes: Span<UInt8>) {
        reserve(bytes.count)
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            // Safe: there is room for it; a span's bytes are initialized, and not this buffer's, which is being changed.
            unsafe (storage + filled).initialize(from: start, count: source.count)
        }
        filled &+= bytes.count
    }

    package mutating func append(_ other: borrowing TextBuffer) {
        other.withSpan { append(trusted: $0) }
    }

    /// Appends one byte the given number of times; nothing if that is less than once.
    @inlinable @inline(__always)
    package mutating func append(_ byte: UInt8, times: Int) {
        guard times > 0 else { return }
        guard times <= 16 else { return append(byte, manyTimes: times) }
        reserve(16)
        let eight = UInt64(byte) &* 0x0101_0101_0101_0101
        // Safe: there is room for all sixteen; those above the count are no text yet.
        unsafe UnsafeMutableRawPointer(storage + filled).storeBytes(of: eight, as: UInt64.self)
        unsafe UnsafeMutableRawPointer(storage + filled + 8).storeBytes(of: eight, as: UInt64.self)
        filled &+= times
    }

    @usableFromInline
    mutating func append(_ byte: UInt8, manyTimes times: Int) {
        reserve(times)
        // Safe: there is room for them.
        unsafe (storage + filled).initialize(repeating: byte, count: times)
        filled &+= times
    }
}
