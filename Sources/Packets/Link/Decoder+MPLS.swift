/// MPLS (RFC 3032).
extension Decoder {
    private enum LabelStackEntry {
        /// The lowest bit of its third byte marks the last of the stack.
        static let bottom = 2
        static let size = 4
    }

    /// The control word that may stand before a frame in a pseudo-wire (RFC 4385); its first four bits are zero.
    private static let controlWordSize = 4

    /// Nothing says what follows the stack: a first nibble of 4 or 6 is taken for IP, of 0 for a control word, any other for an
    /// Ethernet frame without one (RFC 4928 tells why these can be told apart).
    func mpls(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        var isBottom = false
        while !isBottom {
            if let lack = cursor.lacks(LabelStackEntry.size) { return .done(lack) }
            isBottom = frame[cursor.offset + LabelStackEntry.bottom] & 1 != 0
            cursor.advance(LabelStackEntry.size)
        }
        if let lack = cursor.lacks(Self.controlWordSize) { return .done(lack) }
        switch frame[cursor.offset] >> 4 {
        case 4: return .ipv4
        case 6: return .ipv6
        case 0:
            cursor.advance(Self.controlWordSize)
            return .ethernet
        default: return .ethernet
        }
    }
}
