/// MPLS (RFC 3032).
extension Decoder {
    private enum LabelStackEntry {
        /// The lowest bit of its third byte marks the last of the stack.
        static let bottom = 2
        static let size = 4
    }

    /// Size of the optional control word before a frame in a pseudowire (RFC 4385). Its first four bits are zero.
    private static let controlWordSize = 4

    /// No field names the payload. A first nibble of 4 or 6 is taken for IP, 0 for a control word, and any other value for an Ethernet
    /// frame without one. RFC 4928 explains why the first nibble suffices.
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
