/// Determines which step of the opening or close a segment is, and what it does: RFC 9293 sections 3.5 and 3.6, seen from outside.
///
/// A step counts only when sequence and acknowledgement numbers fit those before it.
enum HandshakeSteps {
    /// Returns the step and the effect of a segment, from the records before it.
    @inline(always)
    static func tell(
        _ segment: TrackedSegment,
        from sender: EndpointRecord,
        to receiver: EndpointRecord,
        isOriginator: Bool,
        findings: Findings,
        shared: inout SharedRecord
    ) -> (Step, Event.Kind) {
        let control = segment.flags.control
        if shared.steps.hasAnyReset, control & ControlBits.rst == 0 {
            noteLife(segment, to: receiver, isOriginator: isOriginator, shared: &shared)
        }
        switch control {
        case 0:
            return plain(segment, from: sender, to: receiver, isOriginator: isOriginator, shared: &shared)
        case ControlBits.syn: return syn(segment, from: sender, to: receiver, isOriginator: isOriginator, shared: &shared)
        case ControlBits.fin:
            return fin(segment, from: sender, to: receiver, isOriginator: isOriginator, findings: findings, shared: &shared)
        case ControlBits.rst:
            return (.none, reset(segment, from: sender, to: receiver, isOriginator: isOriginator, shared: &shared))
        default: return (.none, .contradictsItself)
        }
    }

    /// A segment after a RST shows that the RST ended nothing: any segment after a RST that did not fit, and data or a FIN of the side
    /// that sent a RST that did, since the RST then came from another sender.
    @inline(never)
    private static func noteLife(
        _ segment: TrackedSegment,
        to receiver: EndpointRecord,
        isOriginator: Bool,
        shared: inout SharedRecord
    ) {
        shared.steps.forgetDoubtfulResets()
        guard shared.steps.hasReset(byOriginator: isOriginator), segment.payloadLength > 0 || segment.flags.hasFin else { return }
        shared.steps.forgetReset(byOriginator: isOriginator)
        guard !shared.steps.followsZeek else { return }
        shared.flags.subtract([.isEnding, isOriginator ? .originatorEnded : .responderEnded])
        // Behind that RST the other side's FIN was not taken for the first.
        if receiver.sentFin { shared.flags.insert(isOriginator ? .responderEnded : .originatorEnded) }
    }

    @inline(always)
    private static func syn(
        _ segment: TrackedSegment,
        from sender: EndpointRecord,
        to receiver: EndpointRecord,
        isOriginator: Bool,
        shared: inout SharedRecord
    ) -> (Step, Event.Kind) {
        let repeats = sender.packets > 0 && sender.start == segment.sequence
        guard segment.flags.hasAck else {
            // Captured behind the answer to it: by another queue or tap. Without a port that servers use, the answer's sender counts as
            // the originator.
            let isFirst = sender.packets == 0 || isOriginator && !shared.flags.contains(.sawOpening)
            if isFirst, sender.start == segment.sequence, shared.completeness.contains(.synAck) {
                if isOriginator {
                    shared.flags.insert(.sawOpening)
                    // The third step may follow.
                    if sender.packets == 0 { shared.steps.opened = 2 }
                }
                return (.none, .synCapturedLate)
            }
            if repeats { return (.none, .repeatsSYN) }
            if isOriginator, shared.steps.opened <= 1 {
                shared.steps.opened = 1
                return (.open(1, of: 3), .wantsToConnect)
            }
            guard !isOriginator, shared.steps.opened == 1 else { return (.none, .contradictsItself) }
            shared.steps.opensSimultaneously = true
            shared.steps.opened = 2
            return (.open(2, of: 4), .opensSimultaneously)
        }
        let acknowledged = sequenceDistance(segment.acknowledgement, from: receiver.start)
        let fits = receiver.packets > 0 && acknowledged > 0 && sequenceDistance(segment.acknowledgement, from: receiver.last) <= 0
        if shared.steps.opensSimultaneously, !shared.steps.isOpen {
            guard fits, repeats else { return (.none, .acceptsWrongly) }
            shared.steps.opened += 1
            return (.open(shared.steps.opened, of: 4), shared.steps.isOpen ? .establishes : .accepts)
        }
        guard !isOriginator, shared.steps.opened == 1 else {
            return (.none, repeats || isOriginator || shared.steps.opened == 0 ? .accepts : .acceptsWrongly)
        }
        guard fits else { return (.none, .acceptsWrongly) }
        shared.steps.opened = 2
        return (.open(2, of: 3), .accepts)
    }

    @inline(always)
    private static func plain(
        _ segment: TrackedSegment,
        from sender: EndpointRecord,
        to receiver: EndpointRecord,
        isOriginator: Bool,
        shared: inout SharedRecord
    ) -> (Step, Event.Kind) {
        if shared.steps.opened == 2, establishes(segment, from: sender, to: receiver, isOriginator: isOriginator, shared: shared) {
            shared.steps.opened = 3
            // Where the capture lacks what came before, it acknowledges the FIN as well.
            if !acknowledgesFin(segment, of: receiver, isOriginator: isOriginator, shared: shared) {
                return (.open(3, of: 3), .establishes)
            }
        }
        if shared.steps.opensSimultaneously, shared.steps.opened == 3, acknowledgesSyn(segment, of: receiver) {
            // A SYN that got lost: its sender sees the other's SYN-ACK first, which leaves it nothing to send but the ACK.
            shared.steps.opened = 4
            return (.open(4, of: 4), .establishes)
        }
        if acknowledgesFin(segment, of: receiver, isOriginator: isOriginator, shared: shared) {
            noteFinAcknowledged(isOriginator: isOriginator, shared: &shared)
            return finAcknowledged(by: sender, shared: shared)
        }
        guard segment.payloadLength > 0 else { return (.none, segment.flags.hasAck ? .acknowledges : .none) }
        return (.none, receiver.sentFin && !sender.sentFin ? .sendsDataHalfClosed : .sendsData)
    }

    @inline(always)
    private static func establishes(
        _ segment: TrackedSegment,
        from sender: EndpointRecord,
        to receiver: EndpointRecord,
        isOriginator: Bool,
        shared: SharedRecord
    ) -> Bool {
        guard isOriginator, !shared.steps.opensSimultaneously, segment.flags.hasAck else { return false }
        let acknowledged = sequenceDistance(segment.acknowledgement, from: receiver.start)
        return acknowledged > 0 && sequenceDistance(segment.acknowledgement, from: receiver.last) <= 0
            && (segment.sequence == sender.start &+ 1 || segment.sequence == sender.last)
    }

    /// Whether the segment is the first to acknowledge the other side's SYN.
    @inline(always)
    private static func acknowledgesSyn(_ segment: TrackedSegment, of receiver: EndpointRecord) -> Bool {
        let acknowledged = sequenceDistance(segment.acknowledgement, from: receiver.start)
        return segment.flags.hasAck && receiver.ack == receiver.start && acknowledged > 0
            && sequenceDistance(segment.acknowledgement, from: receiver.last) <= 0
    }

    @inline(always)
    private static func fin(
        _ segment: TrackedSegment,
        from sender: EndpointRecord,
        to receiver: EndpointRecord,
        isOriginator: Bool,
        findings: Findings,
        shared: inout SharedRecord
    ) -> (Step, Event.Kind) {
        if shared.steps.opened == 2, establishes(segment, from: sender, to: receiver, isOriginator: isOriginator, shared: shared) {
            // RFC 9293 section 3.10.7.4: the acknowledgement of the SYN-ACK establishes, whatever carries it; then the FIN counts.
            shared.steps.opened = 3
        }
        let acknowledges = acknowledgesFin(segment, of: receiver, isOriginator: isOriginator, shared: shared)
        if acknowledges { noteFinAcknowledged(isOriginator: isOriginator, shared: &shared) }
        let isBehindWhatIsLeftOut = shared.steps.seesControlOnly && findings.contains(.previousSegmentLost)
        let fits = sender.packets == 0 || segment.sequence == sender.last || isBehindWhatIsLeftOut
        guard !sender.sentFin, fits else {
            // Its own FIN again, which acknowledges the other one now.
            if acknowledges { return finAcknowledged(by: sender, shared: shared) }
            guard !sender.sentFin, findings.contains(.previousSegmentLost) else { return (.none, .contradictsItself) }
            // Data before it is missing, so it counts once the other side has acknowledged it.
            return (.none, receiver.sentFin ? .closesSecond : .closesFirst)
        }
        shared.steps.noteFin(ofOriginator: isOriginator)
        switch (shared.steps.closed, acknowledges) {
        case (3, true): return (.closeSecondAndThird, .closesToo)
        case (1, _): return receiver.sentFin ? (.none, .closesSecond) : (.close(1), .closesFirst)
        case (2, false): return (.close(2), .closesSimultaneously)
        case (3, false): return (.close(3), .closesSecond)
        default: return (.none, .contradictsItself)
        }
    }

    /// Whether the segment is the first to acknowledge the other side's FIN, exactly: then that FIN's number is right, even where
    /// data before it is missing.
    @inline(always)
    private static func acknowledgesFin(
        _ segment: TrackedSegment,
        of receiver: EndpointRecord,
        isOriginator: Bool,
        shared: SharedRecord
    ) -> Bool {
        receiver.sentFin && receiver.flags.contains(.finIsLast) && segment.flags.hasAck
            && segment.acknowledgement == receiver.last && !shared.steps.isFinAcknowledged(ofOriginator: !isOriginator)
    }

    @inline(always)
    private static func noteFinAcknowledged(isOriginator: Bool, shared: inout SharedRecord) {
        shared.steps.noteFin(ofOriginator: !isOriginator)
        shared.steps.noteFinAcknowledged(ofOriginator: !isOriginator)
    }

    @inline(always)
    private static func finAcknowledged(by sender: EndpointRecord, shared: SharedRecord) -> (Step, Event.Kind) {
        let step = Step.close(shared.steps.closed)
        if shared.steps.isClosed { return (step, .acknowledgesLastFIN) }
        return (step, sender.sentFin ? .acknowledgesCrossingFIN : .acknowledgesFIN)
    }

    @inline(always)
    private static func reset(
        _ segment: TrackedSegment,
        from sender: EndpointRecord,
        to receiver: EndpointRecord,
        isOriginator: Bool,
        shared: inout SharedRecord
    ) -> Event.Kind {
        guard fits(reset: segment, from: sender, to: receiver, isOriginator: isOriginator, shared: shared) else {
            shared.steps.noteDoubtfulReset(byOriginator: isOriginator)
            return isInSynSent(receiver, sender, isOriginator: isOriginator, shared: shared) ? .resetsNoSYN : .resetsWrongNumber
        }
        shared.steps.noteReset(byOriginator: isOriginator)
        if sender.sentFin, receiver.sentFin { return .resetsAfterClose }
        if sender.sentFin { return .abortsAfterFIN }
        if receiver.sentFin { return .abortsAfterPeerFIN }
        if shared.steps.isOpen || shared.completeness.contains(.data) { return .aborts }
        guard shared.flags.contains(.sawOpening) else { return .resetsUnseen }
        if shared.steps.seesControlOnly, shared.steps.opened > 1 {
            // The third step was left out: a reset in its place ends an attempt, one behind it a connection.
            return isOriginator && segment.sequence == sender.start &+ 1 ? .abandons : .aborts
        }
        guard isOriginator else { return .refuses }
        return .abandons
    }

    /// Whether the receiver of a segment waits for the answer to its SYN.
    @inline(always)
    private static func isInSynSent(
        _ receiver: EndpointRecord,
        _ sender: EndpointRecord,
        isOriginator: Bool,
        shared: SharedRecord
    ) -> Bool {
        let isRSTAlone = sender.seen.isDisjoint(with: [.syn, .fin, .data, .pureAck, .inconsistent, .multipleFlags])
        return !isOriginator && isRSTAlone && shared.flags.contains(.sawOpening)
            && receiver.seen.isDisjoint(with: [.data, .pureAck])
    }

    /// Whether a RST is one that its receiver acts on (RFC 9293 sections 3.10.7.3 and 3.10.7.4, RFC 5961 section 3.2): in SYN-SENT it
    /// acknowledges the SYN, later its number is the next one that the receiver expects. The capture shows that number to lie from the
    /// last acknowledged one to the last one sent.
    ///
    /// Inlined though it is rare: a call would have both sides copied for each segment.
    @inline(always)
    private static func fits(
        reset segment: TrackedSegment,
        from sender: EndpointRecord,
        to receiver: EndpointRecord,
        isOriginator: Bool,
        shared: SharedRecord
    ) -> Bool {
        if isInSynSent(receiver, sender, isOriginator: isOriginator, shared: shared) {
            guard segment.flags.hasAck else { return false }
            return sequenceDistance(segment.acknowledgement, from: receiver.start) > 0
                && sequenceDistance(segment.acknowledgement, from: receiver.last) <= 0
        }
        // Of a side that was not seen, or whose data was left out, no number is known to be wrong.
        guard sender.packets > 0, !shared.steps.seesControlOnly else { return true }
        let lowest = sequenceDistance(sender.ack, from: sender.start) > 0 ? sender.ack : sender.start &+ 1
        let isPast = receiver.packets > 0 && sequenceDistance(segment.sequence, from: lowest) < 0
        let isBeforeStart = sequenceDistance(segment.sequence, from: sender.start) < 0
        return !isPast && !isBeforeStart && sequenceDistance(segment.sequence, from: maximum(sender.last, lowest)) <= 0
    }

    @inline(always)
    private static func maximum(_ one: UInt32, _ other: UInt32) -> UInt32 { sequenceDistance(one, from: other) >= 0 ? one : other }
}
