/// Where a layer's bytes lie in the frame.
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

    /// Bytes captured from the offset on.
    var available: Int { end - offset }
    /// Bytes that were on the wire from the offset on.
    var wireAvailable: Int { wireEnd - offset }
    /// Whether the capture holds the whole layer.
    var isWhole: Bool { end == wireEnd }

    /// Why a header of this many bytes is not there, or `nil` where it is.
    func lacks(_ count: Int) -> DecodeOutcome? {
        if count <= available { return nil }
        return count <= wireAvailable ? .cut : .malformed
    }

    /// Goes on behind a header of `count` bytes, which must be there.
    mutating func advance(_ count: Int) {
        offset += count
    }

    /// Ends the layer `count` bytes behind the offset, where that is nearer than what encloses it: what follows is padding.
    mutating func limit(to count: Int) {
        wireEnd = min(wireEnd, offset + count)
        end = min(end, wireEnd)
    }
}
