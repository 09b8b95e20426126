extension Decoder {
    /// Authentication header (RFC 4302): next header, length in words of four bytes, less two; then nothing that hides what
    /// follows.
    func authentication(_ frame: Span<UInt8>, _ cursor: inout Cursor, isIPv6: Bool) -> Layer {
        if let lack = cursor.lacks(8) { return .done(lack) }
        let next = frame[cursor.offset]
        let size = (Int(frame[cursor.offset + 1]) + 2) * 4
        if let lack = cursor.lacks(size) { return .done(lack) }
        cursor.advance(size)
        return isIPv6 ? .ipv6Next(next) : .transport(next)
    }
}
