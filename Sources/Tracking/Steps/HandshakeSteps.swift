/// Determines which step of the opening or close a segment is, and what it does: RFC 9293 sections 3.5 and 3.6, seen from outside.
///
/// A step counts only when sequence and acknowledgement numbers fit those before it.
enum HandshakeSteps {
    /// Returns the step and the effect of a segment, from the records before it. Of two SYN-ACKs with different numbers it chooses.
    @inline(always)
    static func tell(
        _ segment: TrackedSegment,
        from sender: EndpointRecord,
        to receiver: inout EndpointRecord,
        isOriginator: Bool,
        findings: Findings,
        slot: UInt32,
        shared: inout SharedRecord,
        overflows: inout OverflowStore
    ) -> (Step, Event.Kind) {
        let control = segment.flags.control
        if shared.steps.opened == 2, isOriginator, segment.flags.hasAck {
            chooseStart(of: &receiver, acknowledged: segment.acknowledgement)
        }
        if shared.steps.hasAnyReset, control & ControlBits.rst == 0 {
            noteLife(segment, to: receiver, isOriginator: isOriginator, shared: &shared)
        }
        switch control {
        case 0:
            let closes = acknowledgesFin(segment, of: receiver, isOriginator, slot, shared, &overflows)
            return plain(segment, from: sender, to: receiver, isOriginator: isOriginator, acknowledgesFin: closes, shared: &shared)
        case ControlBits.syn: return syn(segment, from: sender, to: receiver, isOriginator: isOriginator, shared: &shared)
        case ControlBits.fin:
            let closes = acknowledgesFin(segment, of: receiver, isOriginator, slot, shared, &overflows)
            return fin(
                segment,
                from: sender,
                to: receiver,
                isOriginator: isOriginator,
                findings: findings,
                acknowledgesFin: closes,
                shared: &shared
            )
        case ControlBits.rst:
            return (.none, reset(segment, from: sender, to: receiver, isOriginator: isOriginator, shared: &shared))
        default: return (.none, .contradictsItself)
        }
    }

    /// Returns a responder to the number of its SYN-ACK before the last, where that one is acknowledged.
    @inline(never)
    private static func chooseStart(of receiver: inout EndpointRecord, acknowledged number: UInt32) {
        let start = number &- 1
        guard receiver.resetDigest == EndpointRecord.digest(ofStart: start), start != receiver.start else { return }
        guard receiver.seen.isDisjoint(with: .data | .pureAck | .fin | .rst) else { return }
        receiver.restart(at: start, last: number)
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
        shared.flags.subtract(.isEnding | (isOriginator ? .originatorEnded : .responderEnded))
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
            // Captured behind the answer to it, or behind what its sender sent next: by another queue or tap. Without a port that
            // servers use, the answer's sender counts as the originator.
            let isFirst = sender.packets == 0 || isOriginator && !shared.flags.contains(.sawOpening)
            let isBehind =
                shared.completeness.contains(.synAck) || !sender.seen.isDisjoint(with: .data | .pureAck | .fin)
                || isOriginator && receiver.packets > 0
            if isFirst, isBehind, sender.start == segment.sequence || isOriginator && isJustBehind(sender.start, segment.sequence) {
                if isOriginator { noteLateSYN(from: sender, to: receiver, shared: &shared) }
                return (.none, .synCapturedLate)
            }
            if repeats { return (.none, .repeatsSYN) }
            if isOriginator, shared.steps.opened <= 1 {
                shared.steps.opened = 1
                shared.flags.insert(.sawOpening)
                return (.open(1, of: 3), .wantsToConnect)
            }
            guard !isOriginator, shared.steps.opened == 1 else { return (.none, .contradictsItself) }
            shared.steps.opensSimultaneously = true
            shared.steps.opened = 2
            return (.open(2, of: 4), .opensSimultaneously)
        }
        let acknowledged = sequenceDistance(segment.acknowledgement, from: receiver.start)
        let fits = receiver.packets > 0 && acknowledged > 0 && sequenceDistance(segment.acknowledgement, from: receiver.last) <= 0
        let misfit = fits ? Event.Kind.acceptsAnew : .acceptsWrongly
        if shared.steps.opensSimultaneously, !shared.steps.isOpen {
            guard fits, repeats else { return (.none, misfit) }
            shared.steps.opened += 1
            return (.open(shared.steps.opened, of: 4), shared.steps.isOpen ? .establishes : .accepts)
        }
        guard !isOriginator, shared.steps.opened == 1 else {
            return (.none, repeats || isOriginator || shared.steps.opened == 0 ? .accepts : misfit)
        }
        guard fits else { return (.none, .acceptsWrongly) }
        shared.steps.opened = 2
        return (.open(2, of: 3), .accepts)
    }

    /// What can be under way in a handshake: windows are scaled behind it only (RFC 7323 section 2.2).
    static let unscaledWindow: Int32 = 65_535

    /// Whether a number is another one or lies so little behind it, as in a SYN and what follows it, that both belong together.
    @inline(always)
    static func isJustBehind(_ number: UInt32, _ other: UInt32) -> Bool { number &- other <= UInt32(unscaledWindow) }

    /// Counts the steps before a SYN that was captured behind what followed it.
    @inline(always)
    private static func noteLateSYN(from sender: EndpointRecord, to receiver: EndpointRecord, shared: inout SharedRecord) {
        shared.flags.insert(.sawOpening)
        if !shared.completeness.contains(.synAck) {
            shared.steps.opened = 1
        } else {
            // The third step may follow.
            shared.steps.opened = sender.packets > 0 && receiver.ack != receiver.start ? 3 : 2
        }
    }

    @inline(always)
    private static func plain(
        _ segment: TrackedSegment,
        from sender: EndpointRecord,
        to receiver: EndpointRecord,
        isOriginator: Bool,
        acknowledgesFin: Bool,
        shared: inout SharedRecord
    ) -> (Step, Event.Kind) {
        if shared.steps.opened == 2, establishes(segment, from: sender, to: receiver, isOriginator: isOriginator, shared: shared) {
            shared.steps.opened = 3
            // Where the capture lacks what came before, it acknowledges the FIN as well.
            if !acknowledgesFin { return (.open(3, of: 3), .establishes) }
        }
        if completesCrossing(segment, of: receiver, shared: &shared) {
            if shared.steps.isOpen { return (.open(4, of: 4), .establishes) }
            return (.open(3, of: 4), segment.payloadLength > 0 ? .sendsData : .acknowledges)
        }
        if acknowledgesFin {
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

    /// Counts the acknowledgement of a SYN that crossed the sender's own, where no SYN-ACK carries it: its sender saw the other's
    /// SYN-ACK first, which left it nothing to send but the ACK, or never sends one.
    @inline(always)
    private static func completesCrossing(_ segment: TrackedSegment, of receiver: EndpointRecord, shared: inout SharedRecord)
        -> Bool
    {
        guard shared.steps.opensSimultaneously, !shared.steps.isOpen, acknowledgesSyn(segment, of: receiver) else { return false }
        shared.steps.opened += 1
        return true
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
        acknowledgesFin acknowledges: Bool,
        shared: inout SharedRecord
    ) -> (Step, Event.Kind) {
        guard !isDropped(segment, shared: shared) else { return (.none, .contradictsItself) }
        _ = completesCrossing(segment, of: receiver, shared: &shared)
        if shared.steps.opened == 2, establishes(segment, from: sender, to: receiver, isOriginator: isOriginator, shared: shared) {
            // RFC 9293 section 3.10.7.4: the acknowledgement of the SYN-ACK establishes, whatever carries it; then the FIN counts.
            shared.steps.opened = 3
        }
        if acknowledges { noteFinAcknowledged(isOriginator: isOriginator, shared: &shared) }
        let number = segment.sequence &+ UInt32(truncatingIfNeeded: segment.payloadLength)
        let acknowledged = sender.packets > 0 || sender.start == 0 ? sender.ack : sender.ack &+ 1
        let isBehindWhatIsLeftOut = shared.steps.seesControlOnly && findings.contains(.previousSegmentLost)
        // Contiguous, perhaps with data sent again; or what the other side waits for, though more was captured behind it.
        let isNext =
            sequenceDistance(segment.sequence, from: sender.last) <= 0 && sequenceDistance(number, from: sender.last) >= 0
            || number == acknowledged && acknowledged != sender.start
        guard !sender.sentFin, sender.packets == 0 || isNext || isBehindWhatIsLeftOut else {
            if acknowledges {
                // Its own FIN again, which acknowledges the other one now; or behind data that the capture lacks.
                guard !sender.sentFin, findings.contains(.previousSegmentLost) else {
                    return finAcknowledged(by: sender, shared: shared)
                }
                shared.steps.noteFin(ofOriginator: isOriginator)
                return (.closeSecondAndThird, .closesToo)
            }
            guard !sender.sentFin, findings.contains(.previousSegmentLost) else { return (.none, .contradictsItself) }
            // Data before it is missing, so it counts once the other side has acknowledged it.
            guard receiver.sentFin else { return (.none, .closesFirst) }
            return (.none, secondFin(isOriginator: isOriginator, shared: &shared))
        }
        shared.steps.noteFin(ofOriginator: isOriginator)
        let outcome = finStep(acknowledges: acknowledges, isOriginator: isOriginator, to: receiver, shared: &shared)
        // Captured behind its own acknowledgement.
        guard acknowledged == number &+ 1, sender.start != 0 || sender.packets > 0 else { return outcome }
        shared.steps.noteFinAcknowledged(ofOriginator: isOriginator)
        return outcome
    }

    /// Whether a FIN of an open connection has no ACK: its receiver drops it (RFC 9293 section 3.10.7.4, fifth).
    @inline(always)
    static func isDropped(_ segment: TrackedSegment, shared: SharedRecord) -> Bool {
        segment.flags.control == ControlBits.fin && !segment.flags.hasAck && shared.steps.isOpen && !shared.steps.followsZeek
    }

    @inline(always)
    private static func finStep(
        acknowledges: Bool,
        isOriginator: Bool,
        to receiver: EndpointRecord,
        shared: inout SharedRecord
    ) -> (Step, Event.Kind) {
        switch (shared.steps.closed, acknowledges) {
        case (3, true): return (.closeSecondAndThird, .closesToo)
        case (1, _):
            guard receiver.sentFin else { return (.close(1), .closesFirst) }
            return (.none, secondFin(isOriginator: isOriginator, shared: &shared))
        case (2, false): return (.close(2), secondFin(isOriginator: isOriginator, shared: &shared))
        case (3, false): return (.close(3), .closesSecond)
        default: return (.none, .contradictsItself)
        }
    }

    /// What a side's FIN is behind the other's that it does not acknowledge itself.
    @inline(always)
    private static func secondFin(isOriginator: Bool, shared: inout SharedRecord) -> Event.Kind {
        if shared.steps.isFinAcknowledged(ofOriginator: !isOriginator) { return .closesSecond }
        shared.steps.closesSimultaneously = true
        return .closesSimultaneously
    }

    /// Whether the segment is the first to acknowledge the other side's FIN, exactly: then that FIN's number is right, even where
    /// data before it is missing.
    @inline(always)
    private static func acknowledgesFin(
        _ segment: TrackedSegment,
        of receiver: EndpointRecord,
        _ isOriginator: Bool,
        _ slot: UInt32,
        _ shared: SharedRecord,
        _ overflows: inout OverflowStore
    ) -> Bool {
        guard receiver.sentFin, segment.flags.hasAck, !shared.steps.isFinAcknowledged(ofOriginator: !isOriginator) else {
            return false
        }
        if receiver.flags.contains(.finIsLast) { return segment.acknowledgement == receiver.last }
        return overflows.keptFin(isOriginator: !isOriginator, slot: slot) == segment.acknowledgement &- 1
    }

    @inline(always)
    private static func noteFinAcknowledged(isOriginator: Bool, shared: inout SharedRecord) {
        shared.steps.noteFin(ofOriginator: !isOriginator)
        shared.steps.noteFinAcknowledged(ofOriginator: !isOriginator)
    }

    @inline(always)
    private static func finAcknowledged(by sender: EndpointRecord, shared: SharedRecord) -> (Step, Event.Kind) {
        let step = Step.close(shared.steps.closed)
        if shared.steps.isClosed {
            return (step, shared.steps.closesSimultaneously ? .acknowledgesLastCrossingFIN : .acknowledgesLastFIN)
        }
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
            if rejectsAcknowledgement(segment, from: sender, to: receiver, isOriginator: isOriginator, shared: shared) {
                return .rejectsAcknowledgement
            }
            let answersSYN = isInSynSent(receiver, sender, isOriginator: isOriginator, shared: shared)
            if answersSYN || isInWindow(reset: segment, from: sender, to: receiver) {
                shared.steps.noteDoubtfulReset(byOriginator: isOriginator)
            }
            return answersSYN ? .resetsNoSYN : .resetsWrongNumber
        }
        shared.steps.noteReset(byOriginator: isOriginator)
        if sender.sentFin, receiver.sentFin {
            return shared.steps.isClosed || shared.steps.seesControlOnly ? .resetsAfterClose : .abortsBeforeLastAcknowledgement
        }
        if sender.sentFin {
            return sequenceDistance(receiver.last, from: receiver.ack) > 0 ? .abortsAfterFINForData : .abortsAfterFIN
        }
        if receiver.sentFin { return .abortsAfterPeerFIN }
        guard shared.flags.contains(.sawOpening) else { return shared.completeness.contains(.data) ? .aborts : .resetsUnseen }
        if shared.steps.isOpen || isBeyondHandshake(sender, receiver, isOriginator: isOriginator, shared: shared) { return .aborts }
        if shared.steps.seesControlOnly, shared.steps.opened > 1 {
            // The third step was left out: a reset in its place ends an attempt, one behind it a connection.
            return isOriginator && segment.sequence == sender.start &+ 1 ? .abandons : .aborts
        }
        if isOriginator || shared.steps.opensSimultaneously { return .abandons }
        return shared.steps.opened > 1 ? .withdraws : .refuses
    }

    /// Whether a handshake that lacks a segment in the capture was completed: what the originator sends behind its SYN answers a
    /// SYN-ACK, and a responder whose SYN-ACK was not captured sends no data before.
    @inline(always)
    private static func isBeyondHandshake(
        _ sender: EndpointRecord,
        _ receiver: EndpointRecord,
        isOriginator: Bool,
        shared: SharedRecord
    ) -> Bool {
        let (originatorSeen, responderSeen) = isOriginator ? (sender.seen, receiver.seen) : (receiver.seen, sender.seen)
        let isResponderAcknowledged =
            isOriginator
            ? receiver.packets == 0 || receiver.ack != receiver.start : sender.packets == 0 || sender.ack != sender.start
        return isResponderAcknowledged && !originatorSeen.isDisjoint(with: .data | .pureAck)
            || shared.steps.opened == 1 && responderSeen.contains(.data)
    }

    /// Whether a RST whose number is not the sender's next answers the acknowledgement of something that the sender never sent: its
    /// number is what that acknowledged (RFC 9293 sections 3.10.7.3 and 3.10.7.4).
    ///
    /// Of what the responder never sent, the gap up to it has been counted; of the originator, which has sent its SYN alone, no other
    /// RST is known.
    @inline(always)
    private static func rejectsAcknowledgement(
        _ segment: TrackedSegment,
        from sender: EndpointRecord,
        to receiver: EndpointRecord,
        isOriginator: Bool,
        shared: SharedRecord
    ) -> Bool {
        guard shared.steps.isOpening, !segment.flags.hasAck, receiver.packets > 0 else { return false }
        guard sender.seen.isDisjoint(with: .data | .pureAck | .fin) else { return false }
        if isOriginator { return shared.steps.opened == 1 }
        return shared.steps.opened == 2 && segment.sequence == sender.delivered
    }

    /// Whether a RST's number lies in its receiver's window, as far as the capture shows that: data before it may not have been
    /// captured.
    @inline(always)
    private static func isInWindow(reset segment: TrackedSegment, from sender: EndpointRecord, to receiver: EndpointRecord) -> Bool
    {
        let next = maximum(sender.last, lowestNumber(of: sender))
        let ahead = Int(sequenceDistance(segment.sequence, from: next))
        // Without a SYN its scale is not known: the largest then (RFC 7323 section 2.3).
        let window = max(Int(receiver.window) << Int(receiver.windowScale ?? 14), Int(unscaledWindow))
        return ahead > 0 && (ahead < window || receiver.packets == 0)
    }

    /// The lowest number that the other side may expect of a sender.
    @inline(always)
    private static func lowestNumber(of sender: EndpointRecord) -> UInt32 {
        sequenceDistance(sender.ack, from: sender.start) > 0 ? sender.ack : sender.start &+ 1
    }

    /// Whether the receiver of a segment waits for the answer to its SYN.
    @inline(always)
    private static func isInSynSent(
        _ receiver: EndpointRecord,
        _ sender: EndpointRecord,
        isOriginator: Bool,
        shared: SharedRecord
    ) -> Bool {
        let isRSTAlone = sender.seen.isDisjoint(with: .syn | .fin | .data | .pureAck | .inconsistent | .multipleFlags)
        return !isOriginator && isRSTAlone && shared.flags.contains(.sawOpening)
            && receiver.seen.isDisjoint(with: .data | .pureAck)
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
        let isInSynSent = isInSynSent(receiver, sender, isOriginator: isOriginator, shared: shared)
        if isInSynSent || !isOriginator && shared.steps.opened == 1 && receiver.seen.isDisjoint(with: .data | .pureAck) {
            let acknowledgesSYN =
                segment.flags.hasAck && sequenceDistance(segment.acknowledgement, from: receiver.start) > 0
                && sequenceDistance(segment.acknowledgement, from: receiver.last) <= 0
            // Where the responder has sent something else, the capture may lack the SYN-ACK before it.
            if isInSynSent || acknowledgesSYN { return acknowledgesSYN }
        }
        // Where data was left out, no number is known to be wrong.
        guard !shared.steps.seesControlOnly else { return true }
        guard sender.packets > 0 else { return fits(firstReset: segment, from: sender) }
        // What it sends next itself, whatever was acknowledged.
        if segment.sequence == sender.last { return true }
        let lowest = lowestNumber(of: sender)
        let isPast = receiver.packets > 0 && sequenceDistance(segment.sequence, from: lowest) < 0
        let isBeforeStart = sequenceDistance(segment.sequence, from: sender.start) < 0
        return !isPast && !isBeforeStart && sequenceDistance(segment.sequence, from: maximum(sender.last, lowest)) <= 0
    }

    /// Whether a RST of a side that was not seen before is one that its receiver acts on: it lies where that waits for the next segment,
    /// or little behind, since what was under way when the capture began is not known.
    @inline(always)
    private static func fits(firstReset segment: TrackedSegment, from sender: EndpointRecord) -> Bool {
        !sender.isKnownByAcknowledgement || isJustBehind(segment.sequence, lowestNumber(of: sender))
    }

    @inline(always)
    private static func maximum(_ one: UInt32, _ other: UInt32) -> UInt32 { sequenceDistance(one, from: other) >= 0 ? one : other }
}
