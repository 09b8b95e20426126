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
        switch control {
        case 0:
            return plain(segment, from: sender, to: receiver, isOriginator: isOriginator, shared: &shared)
        case ControlBits.syn: return syn(segment, from: sender, to: receiver, isOriginator: isOriginator, shared: &shared)
        case ControlBits.fin: return fin(segment, from: sender, to: receiver, findings: findings, shared: &shared)
        case ControlBits.rst: return (.none, reset(segment, from: sender, to: receiver, isOriginator: isOriginator, shared: shared))
        default: return (.none, .contradictsItself)
        }
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
            return (.open(3, of: 3), .establishes)
        }
        if shared.steps.opensSimultaneously, shared.steps.opened == 3, acknowledgesSyn(segment, of: receiver) {
            // A SYN that got lost: its sender sees the other's SYN-ACK first, which leaves it nothing to send but the ACK.
            shared.steps.opened = 4
            return (.open(4, of: 4), .establishes)
        }
        if acknowledgesFin(segment, of: receiver), shared.steps.closed > 0, !shared.steps.isClosed {
            shared.steps.closed += 1
            let step = Step.close(shared.steps.closed)
            if shared.steps.isClosed { return (step, .acknowledgesLastFIN) }
            return (step, sender.sentFin ? .acknowledgesCrossingFIN : .acknowledgesFIN)
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
        findings: Findings,
        shared: inout SharedRecord
    ) -> (Step, Event.Kind) {
        let isBehindWhatIsLeftOut = shared.steps.seesControlOnly && findings.contains(.previousSegmentLost)
        let fits = sender.packets == 0 || segment.sequence == sender.last || isBehindWhatIsLeftOut
        guard !sender.sentFin, fits else { return (.none, .contradictsItself) }
        let acknowledges = acknowledgesFin(segment, of: receiver)
        switch (shared.steps.closed, acknowledges) {
        case (0, _):
            guard !receiver.sentFin else { return (.none, .closesSecond) }
            shared.steps.closed = 1
            return (.close(1), .closesFirst)
        case (1, true):
            shared.steps.closed = 3
            return (.closeSecondAndThird, .closesToo)
        case (1, false):
            shared.steps.closed = 2
            return (.close(2), .closesSimultaneously)
        case (2, _):
            shared.steps.closed = 3
            return (.close(3), .closesSecond)
        default:
            return (.none, .contradictsItself)
        }
    }

    /// Whether the segment is the first to acknowledge the other side's FIN.
    @inline(always)
    private static func acknowledgesFin(_ segment: TrackedSegment, of receiver: EndpointRecord) -> Bool {
        receiver.sentFin && receiver.flags.contains(.finIsLast) && segment.flags.hasAck
            && segment.acknowledgement == receiver.last && receiver.ack != receiver.last
    }

    @inline(always)
    private static func reset(
        _ segment: TrackedSegment,
        from sender: EndpointRecord,
        to receiver: EndpointRecord,
        isOriginator: Bool,
        shared: SharedRecord
    ) -> Event.Kind {
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
}
