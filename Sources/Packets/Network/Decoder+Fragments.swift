internal import Addresses

/// Which fragmented datagrams a frame belongs to, by numbers that are unique within a decoder: for those who keep frames until their
/// datagram is whole.
package struct FragmentTrail: Sendable, Equatable {
    /// The datagram that the frame's fragment was added to and that is not whole yet.
    package internal(set) var held: UInt64?
    /// The datagrams that the frame completed, the outermost first.
    package internal(set) var completed: [UInt64] = []
}

/// Fragments of IPv4 and IPv6: kept until their datagram is whole, which is then decoded like any other.
extension Decoder {
    /// Takes the piece of a datagram that begins at the cursor.
    @inline(never)
    mutating func reassemble(_ piece: FragmentStore.Piece, _ frame: Span<UInt8>, _ cursor: Cursor, nesting: Int) -> Layer {
        guard cursor.isWhole, payloadLengthIsKnown else {
            // The rest will never arrive. The header in a first fragment is worth decoding even so.
            return piece.offset == 0 ? next(piece) : .done(.fragmentDropped)
        }
        switch fragments.add(piece, frame.extracting(cursor.offset..<cursor.offset + cursor.available), at: segment.time) {
        case .held(let number):
            fragmentTrail.held = number
            isMarked = true
            return .done(.fragmentHeld)
        case .dropped: return .done(.fragmentDropped)
        case .whole(let datagram, let first, let number):
            fragmentTrail.completed.append(number)
            isMarked = true
            let whole = Cursor(captured: datagram.count, wireLength: datagram.count)
            let outcome = walkOn(datagram.span, from: next(first), whole, nesting: nesting)
            // What was found lies in the datagram, not in this frame.
            segment.payloadOffset = 0
            segment.capturedPayloadLength = 0
            aggregateRest = nil
            nameAnswer = nil
            return .done(outcome)
        }
    }

    private func next(_ piece: FragmentStore.Piece) -> Layer {
        piece.source.family == .v4 ? .transport(piece.next) : .ipv6Next(piece.next)
    }
}
