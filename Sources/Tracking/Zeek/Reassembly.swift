/// What Zeek's reassembler keeps of a direction (its TCP_Reassembler.cc), without the bytes: up to where it is whole, and what lies
/// beyond a hole.
struct Reassembly {
    let slot: UInt32
    let facts: StateMachine.Facts

    /// More than this beyond a hole without any acknowledgement: the other direction is not in the capture.
    private static let mostAboveHole: Int32 = 16_384
    /// More than this without any acknowledgement is not waited for either.
    private static let mostUnacknowledged: Int32 = 16_384

    /// Zeek's `DataPending`: whether a closing side's stream, or the data that the other side still waits to see acknowledged, is
    /// not whole yet.
    @inline(always)
    static func isPending(_ endpoint: EndpointRecord, peer: EndpointRecord) -> Bool {
        guard !endpoint.flags.contains(.skipsHoles) else { return false }
        let missing = sequenceDistance(endpoint.last, from: endpoint.delivered)
        guard missing >= 0 else { return false }
        if missing > 1 { return true }
        return endpoint.state != .reset && holdsUnacknowledged(peer)
    }

    /// Whether data was seen of a side that is not acknowledged yet.
    @inline(always)
    private static func holdsUnacknowledged(_ endpoint: EndpointRecord) -> Bool {
        guard endpoint.state != .inactive, !endpoint.flags.contains(.skipsHoles) else { return false }
        if endpoint.hasNothingAcknowledged, sequenceDistance(endpoint.last, from: endpoint.start) > mostUnacknowledged {
            return false
        }
        let acknowledged = endpoint.hasNothingAcknowledged ? endpoint.start &+ 1 : endpoint.ack
        return sequenceDistance(endpoint.delivered, from: acknowledged) > 0
    }

    /// Takes the segment's payload in, if all of it was captured.
    @inline(always)
    func deliver(to endpoint: inout EndpointRecord, shared: inout SharedRecord, overflows: inout OverflowStore) {
        guard facts.isWhole, !endpoint.flags.contains(.skipsHoles) else { return }
        let start = facts.flags.hasSyn ? facts.sequence &+ 1 : facts.sequence
        let end = start &+ UInt32(truncatingIfNeeded: facts.length)
        guard sequenceDistance(end, from: endpoint.delivered) > 0 else { return }
        if sequenceDistance(start, from: endpoint.delivered) <= 0 {
            endpoint.delivered = end
            overflows.joinBlocks(to: &endpoint, isOriginator: facts.isOriginator, slot: slot, shared: shared)
            return
        }
        overflows.insert(SequenceRange(start: start, end: end), isOriginator: facts.isOriginator, slot: slot, shared: &shared)
        if endpoint.hasNothingAcknowledged, sequenceDistance(end, from: endpoint.delivered) > Self.mostAboveHole {
            overflows.dropBlocks(isOriginator: facts.isOriginator, slot: slot)
            endpoint.flags.insert(.skipsHoles)
        }
    }

    /// The other side acknowledged up to `number`: data missing before it will not arrive any more, and counts as a gap.
    @inline(always)
    func acknowledge(
        _ number: UInt32,
        of endpoint: inout EndpointRecord,
        by peer: EndpointRecord,
        machine: StateMachine,
        shared: inout SharedRecord,
        overflows: inout OverflowStore
    ) {
        let isOriginator = !facts.isOriginator
        var number = number
        if endpoint.sentFin {
            let fin = overflows.fin(of: endpoint, isOriginator: isOriginator, slot: slot, shared: shared)
            if sequenceDistance(number, from: fin) > 0 { number = fin }
        }
        guard sequenceDistance(number, from: endpoint.delivered) > 0, !endpoint.flags.contains(.skipsHoles) else { return }
        // The beginning of a partial connection is a guess, off by one after a keep-alive.
        if shared.flags.contains(.isPartial), sequenceDistance(number, from: endpoint.start) <= 2 { return }
        let countsGaps = endpoint.isClean && peer.isClean
        while sequenceDistance(number, from: endpoint.delivered) > 0 {
            let end = overflows.endOfHole(before: number, isOriginator: isOriginator, slot: slot) ?? number
            if countsGaps {
                machine.count(.gap, of: &endpoint, isOriginator: isOriginator, shared: &shared, overflows: &overflows)
                overflows.miss(end &- endpoint.delivered, slot: slot, shared: &shared)
            }
            endpoint.delivered = end
            overflows.joinBlocks(to: &endpoint, isOriginator: isOriginator, slot: slot, shared: shared)
        }
    }
}
