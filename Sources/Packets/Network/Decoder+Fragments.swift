internal import Addresses

/// Fragments of IPv4 and IPv6: kept until their datagram is whole, which is then decoded like any other.
extension Decoder {
    /// Takes the piece of a datagram that begins at the cursor.
    @inline(never)
    mutating func reassemble(_ piece: FragmentStore.Piece, _ frame: Span<UInt8>, _ cursor: Cursor, nesting: Int) -> Layer {
        guard cursor.isWhole, payloadLengthIsKnown else {
            // The rest will never come. What a first piece's header tells is worth having even so.
            return piece.offset == 0 ? next(piece) : .done(.fragmentDropped)
        }
        switch fragments.add(piece, frame.extracting(cursor.offset..<cursor.offset + cursor.available), at: segment.time) {
        case .held: return .done(.fragmentHeld)
        case .dropped: return .done(.fragmentDropped)
        case .whole(let datagram, let first):
            let whole = Cursor(captured: datagram.count, wireLength: datagram.count)
            let outcome = walk(datagram.span, from: next(first), whole, nesting: nesting)
            // What was found lies in the datagram, not in this frame.
            segment.payloadOffset = 0
            segment.capturedPayloadLength = 0
            aggregateRest = nil
            return .done(outcome)
        }
    }

    private func next(_ piece: FragmentStore.Piece) -> Layer {
        piece.source.family == .v4 ? .transport(piece.next) : .ipv6Next(piece.next)
    }
}
