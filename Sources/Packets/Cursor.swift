/// Where a layer's bytes lie in the frame.
///
/// Its numbers are bounded by the frame's count and by lengths of 32 bits, so that no arithmetic on them overflows.
@usableFromInline
struct Cursor: BitwiseCopyable {
    /// The layer's first byte.
    private(set) var offset: Int
    /// One past its last byte that was captured; at most the frame's count.
    private(set) var end: Int
    /// One past its last byte on the wire, by the lengths of the headers around it. Never under `end`.
    private(set) var wireEnd: Int

    init(captured: Int, wireLength: Int) {
        offset = 0
        end = captured
        wireEnd = max(captured, wireLength)
    }

    /// Where in the frame what was captured from the offset on lies.
    @inline(__always) var captured: Range<Int> { offset..<end }
    /// Bytes captured from the offset on.
    @inline(__always) var available: Int { end &- offset }
    /// Bytes that were on the wire from the offset on.
    @inline(__always) var wireAvailable: Int { wireEnd &- offset }
    /// Whether the capture holds the whole layer.
    @inline(__always) var isWhole: Bool { end == wireEnd }

    /// Why a header of this many bytes is not there, or `nil` where it is.
    @inline(__always)
    func lacks(_ count: Int) -> DecodeOutcome? {
        count <= available ? nil : lack(of: count)
    }

    /// Why a header of this many bytes is not there, where it is not.
    @inline(__always)
    func lack(of count: Int) -> DecodeOutcome {
        count <= wireAvailable ? .cut : .malformed
    }

    /// Moves past a header of `count` bytes, which must be present.
    @inline(__always)
    mutating func advance(_ count: Int) {
        offset &+= count
    }

    /// Ends the layer `count` bytes behind the offset, where that is nearer than what encloses it: what follows is padding.
    @inline(__always)
    mutating func limit(to count: Int) {
        wireEnd = min(wireEnd, offset &+ count)
        end = min(end, wireEnd)
    }
}
