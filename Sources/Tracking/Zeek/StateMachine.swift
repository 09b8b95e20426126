/// Zeek's state machine of a connection (its packet_analysis/protocol/tcp/TCPSessionAdapter.cc): both sides' states, the history
/// and the byte counts follow from it.
///
/// The order of the steps matters and is Zeek's: history is written before the state changes, gaps are judged after it.
struct StateMachine {
    let slot: UInt32
    let time: Int64

    /// Sequence numbers of a SYN or RST farther away than this are not trusted.
    static let farAway: Int32 = 1_048_576

    /// A segment's facts that several steps ask for.
    struct Facts {
        var flags: ControlBits
        var isOriginator: Bool
        var sequence: UInt32
        var acknowledgement: UInt32
        var length: Int
        var isWhole: Bool
        /// It is a RST that its receiver ignores: it counts for state and history as in Zeek, and ends nothing.
        var isIgnored = false
        /// One past the segment in sequence space: SYN and FIN count, a RST's payload does not.
        var end: UInt32

        @inline(always)
        init(_ segment: TrackedSegment, isOriginator: Bool) {
            flags = segment.flags
            self.isOriginator = isOriginator
            sequence = segment.sequence
            acknowledgement = segment.acknowledgement
            length = segment.payloadLength
            isWhole = segment.isPayloadWhole
            var span = UInt32(truncatingIfNeeded: segment.payloadLength)
            if flags.hasRst { span = 0 }
            if flags.hasSyn { span &+= 1 }
            if flags.hasFin { span &+= 1 }
            end = segment.sequence &+ span
        }
    }

    /// Takes a segment in.
    ///
    /// - Returns: whether originator and responder are to change places.
    @inline(always)
    func absorb(
        _ facts: Facts,
        window: UInt16,
        from sender: inout EndpointRecord,
        to receiver: inout EndpointRecord,
        shared: inout SharedRecord,
        overflows: inout OverflowStore
    ) -> Bool {
        notePartiality(facts, shared: &shared)
        initialize(&sender, facts, shared: shared)
        let (relative, underflow) = sender.relative(facts.sequence, near: sender.last, wraps: Int64(sender.wraps))
        writeHistory(facts, relative: relative, sender: &sender, shared: &shared, overflows: &overflows)
        if window == 0, !facts.flags.hasRst, receiver.state != .closed, sender.state != .reset {
            count(.zeroWindow, facts, &sender, &shared, &overflows)
        }
        if !sender.didClose || !receiver.didClose {
            sender.timeOffset = time - shared.start
            if facts.isOriginator {
                shared.flags.insert(.originatorSpokeLast)
            } else {
                shared.flags.remove(.originatorSpokeLast)
            }
        }
        let acknowledged = takeAcknowledgement(facts, from: sender, receiver: &receiver, shared: shared)
        advance(facts, sender: &sender, shared: &shared, overflows: &overflows)
        if facts.flags.hasFin { noteFin(facts, &sender, shared: &shared, overflows: &overflows) }
        var transition = transit(facts, sender: &sender, receiver: &receiver, shared: &shared)
        if facts.isIgnored { transition.closes = false }

        let reassembly = Reassembly(slot: slot, facts: facts)
        if let acknowledged {
            reassembly.acknowledge(acknowledged, of: &receiver, by: sender, machine: self, shared: &shared, overflows: &overflows)
            reachEnd(of: &receiver, peer: sender, shared: &shared)
        }
        shared.flags.insert(facts.isOriginator ? .originatorSpoke : .responderSpoke)
        if facts.length > 0, !facts.flags.hasRst, !underflow {
            reassembly.deliver(to: &sender, shared: &shared, overflows: &overflows)
        }
        reachEnd(of: &sender, peer: receiver, shared: &shared)
        if transition.closes { close(&sender, peer: receiver, shared: &shared) }
        return transition.flips
    }

    @inline(always)
    private func notePartiality(_ facts: Facts, shared: inout SharedRecord) {
        if facts.isOriginator {
            guard !shared.flags.contains(.originatorSpoke) else { return }
            if facts.flags.hasSyn, !facts.flags.hasAck {
                shared.flags.remove(.isPartial)
            } else {
                shared.flags.insert(.isPartial)
            }
        } else if !shared.flags.contains(.responderSpoke), !shared.flags.contains(.isPartial), !facts.flags.hasSyn {
            shared.flags.insert(.isPartial)
        }
    }

    @inline(always)
    private func initialize(_ sender: inout EndpointRecord, _ facts: Facts, shared: SharedRecord) {
        let isSyn = facts.flags.hasSyn
        let isKnown = isSyn && facts.sequence == sender.start && sender.packets > 1
        if isSyn || sender.state == .inactive, !isKnown { sender.noteHighest(at: time - shared.start) }
        // Zeek begins anew with a SYN that it knows already, too.
        if isSyn, sender.state != .inactive, facts.sequence == sender.start, !shared.steps.followsZeek { return }
        switch sender.state {
        case .inactive:
            // Zeek takes a side that has only acknowledged a SYN for one that has not spoken yet.
            if !isSyn, sender.packets > 1, !shared.steps.followsZeek { return }
            initializeFirst(&sender, facts, shared: shared)
        case .synSent, .synAckSent:
            if isSyn, facts.sequence != sender.start { sender.restart(at: facts.sequence, last: facts.end) }
        case .established, .partial:
            guard isSyn else { break }
            if !facts.flags.hasAck, !shared.steps.followsZeek, HandshakeSteps.isJustBehind(sender.start, facts.sequence) {
                return sender.begin(atLateSYN: facts.sequence)
            }
            if shared.steps.opened == 2, !shared.steps.followsZeek {
                sender.resetDigest = EndpointRecord.digest(ofStart: sender.start)
            }
            sender.restart(at: facts.sequence, last: facts.end)
        case .reset:
            if !facts.flags.hasRst, sender.sentResetsAlone, !shared.steps.followsZeek {
                initializeFirst(&sender, facts, shared: shared)
            } else if isSyn, sender.previousState == .inactive {
                sender.restart(at: facts.sequence, last: facts.end)
            }
        case .closed:
            break
        }
    }

    /// Takes the numbers of a side from its first segment; what the other side acknowledged before it may lie elsewhere.
    @inline(always)
    private func initializeFirst(_ sender: inout EndpointRecord, _ facts: Facts, shared: SharedRecord) {
        let next = sender.start &+ 1
        let isAcknowledged = sender.isKnownByAcknowledgement && !shared.steps.followsZeek
        if facts.flags.hasSyn {
            sender.initialize(start: facts.sequence, last: facts.end)
            // Captured behind its acknowledgement.
            if isAcknowledged, HandshakeSteps.isJustBehind(next, facts.sequence &+ 1) { sender.ack = next }
        } else {
            // A RST that does not fit what the other side waits for is anyone's.
            if isAcknowledged, facts.isIgnored { return }
            sender.initialize(start: facts.sequence &- 1, last: facts.sequence)
            // What the other side waits for may lie before the first segment that was captured.
            if isAcknowledged, sequenceDistance(facts.sequence, from: next) >= 0 { sender.ack = next }
        }
    }

    /// Takes what the segment acknowledges into the other side's record.
    ///
    /// - Returns: what to pass to its reassembler; `nil` if the segment acknowledges nothing or something before the beginning.
    @inline(always)
    private func takeAcknowledgement(
        _ facts: Facts,
        from sender: EndpointRecord,
        receiver: inout EndpointRecord,
        shared: SharedRecord
    ) -> UInt32? {
        guard facts.flags.hasAck, !facts.isIgnored else { return nil }
        if shared.steps.isOpening, isUnacceptable(facts, from: sender, receiver: receiver, shared: shared) {
            // Zeek counts it as a gap, where both sides have sent a SYN.
            return facts.flags.hasSyn || sender.isClean && receiver.isClean ? facts.acknowledgement : nil
        }
        if receiver.state == .inactive, receiver.packets == 0 || shared.steps.followsZeek {
            receiver.initialize(start: facts.acknowledgement &- 1, last: facts.acknowledgement &- 1)
            return facts.acknowledgement
        }
        let near = receiver.relative(facts.acknowledgement, near: receiver.ack, wraps: receiver.fullAck >> 32)
        guard !near.underflow else {
            if !shared.steps.followsZeek { Self.noteEarly(facts.acknowledgement, facts.flags, receiver: &receiver) }
            return nil
        }
        if !facts.flags.hasRst {
            let ahead = sequenceDistance(facts.acknowledgement, from: receiver.ack)
            if ahead > 0 {
                if ahead <= Self.farAway || Self.takesFar(facts.acknowledgement, receiver: &receiver, shared.steps.followsZeek) {
                    receiver.ack = facts.acknowledgement
                }
            } else if ahead < 0, !shared.steps.followsZeek {
                Self.takeBack(facts.acknowledgement, receiver: &receiver)
            }
        }
        return facts.acknowledgement
    }

    /// Whether a segment of an opening acknowledges what its receiver never sent, or lies outside its window, so that the receiver answers
    /// it with a RST, with an ACK, or not at all (RFC 9293 sections 3.10.7.3 and 3.10.7.4).
    ///
    /// Data that the capture lost is acknowledged as well, by a side that sent its SYN-ACK, or of one that went on behind its SYN; but
    /// in the handshake no more can be under way than the first window, which no option scales.
    @inline(always)
    private func isUnacceptable(_ facts: Facts, from sender: EndpointRecord, receiver: EndpointRecord, shared: SharedRecord) -> Bool
    {
        guard !shared.steps.followsZeek, !shared.steps.seesControlOnly, receiver.packets > 0 else { return false }
        if facts.isOriginator, shared.steps.opened == 2, !facts.flags.hasSyn,
            !HandshakeSteps.isJustBehind(facts.sequence, sender.start &+ 1)
        {
            return true
        }
        let beyond = sequenceDistance(facts.acknowledgement, from: receiver.last)
        guard beyond > 0 else { return false }
        let sentOnlySYN = receiver.seen.isDisjoint(with: .data | .pureAck | .fin)
        let mayNotBeOpen = facts.isOriginator || shared.steps.opened == 1 || shared.steps.opensSimultaneously
        return beyond > HandshakeSteps.unscaledWindow || sentOnlySYN && mayNotBeOpen
    }

    /// Whether to believe an acknowledgement far beyond the one before it. A side that sent nothing but RSTs begins anew there.
    @inline(never)
    private static func takesFar(_ acknowledgement: UInt32, receiver: inout EndpointRecord, _ followsZeek: Bool) -> Bool {
        guard acknowledgement != 0 else { return false }
        if receiver.sentResetsAlone, !followsZeek {
            receiver.initialize(start: acknowledgement &- 1, last: acknowledgement &- 1)
            return false
        }
        return true
    }

    /// Keeps the highest acknowledgement of what was sent before the first segment that was captured, to compare the next one with it.
    @inline(never)
    private static func noteEarly(_ acknowledgement: UInt32, _ flags: ControlBits, receiver: inout EndpointRecord) {
        if receiver.sentResetsAlone, !flags.hasRst {
            return receiver.initialize(start: acknowledgement &- 1, last: acknowledgement &- 1)
        }
        guard !flags.hasRst, receiver.seen.isDisjoint(with: .syn), receiver.hasNothingAcknowledged else { return }
        let isFirst = receiver.ack == receiver.start
        if isFirst || sequenceDistance(acknowledgement, from: receiver.ack) > 0 { receiver.ack = acknowledgement }
    }

    /// Takes an acknowledgement back that was beyond everything captured, where the sender acknowledges behind it what was captured, or
    /// far less: that one was damaged, or made up.
    @inline(never)
    private static func takeBack(_ acknowledgement: UInt32, receiver: inout EndpointRecord) {
        let beyond = sequenceDistance(receiver.ack, from: receiver.last)
        guard beyond > 0 else { return }
        let isCaptured = sequenceDistance(acknowledgement, from: receiver.last) <= 0
        guard isCaptured || beyond > farAway && sequenceDistance(acknowledgement, from: receiver.ack) < -farAway else { return }
        receiver.ack = acknowledgement
        if sequenceDistance(receiver.delivered, from: acknowledgement) > 0 { receiver.delivered = acknowledgement }
    }

    @inline(always)
    private func advance(_ facts: Facts, sender: inout EndpointRecord, shared: inout SharedRecord, overflows: inout OverflowStore) {
        guard !facts.isIgnored else { return }
        let ahead = sequenceDistance(facts.end, from: sender.last)
        if facts.flags.hasSyn || facts.flags.hasRst, ahead > Self.farAway || ahead < -Self.farAway { return }
        if facts.flags.hasFin, sender.last == sender.start &+ 1 {
            sender.advanceLast(to: facts.end)
            sender.noteHighest()
        } else if sender.state == .reset, shared.steps.followsZeek {
            return
        } else if ahead > 0 {
            if sender.flags.contains(.finIsLast), !facts.flags.hasFin {
                overflows.keepFin(sender.last &- 1, isOriginator: facts.isOriginator, slot: slot, shared: &shared)
                sender.flags.remove(.finIsLast)
            }
            sender.advanceLast(to: facts.end)
            if !facts.flags.hasRst { sender.noteHighest() }
        } else if facts.length > 0 {
            count(.retransmission, facts, &sender, &shared, &overflows)
        }
    }

    @inline(always)
    private func noteFin(
        _ facts: Facts,
        _ sender: inout EndpointRecord,
        shared: inout SharedRecord,
        overflows: inout OverflowStore
    ) {
        sender.sentFin = true
        if facts.end == sender.last {
            sender.flags.insert(.finIsLast)
        } else {
            sender.flags.remove(.finIsLast)
            overflows.keepFin(facts.end &- 1, isOriginator: facts.isOriginator, slot: slot, shared: &shared)
        }
    }

    /// Counts an event of the sender and writes its code at the 1st, 10th, 100th … time.
    func count(
        _ counter: EventCounter,
        _ facts: Facts,
        _ sender: inout EndpointRecord,
        _ shared: inout SharedRecord,
        _ overflows: inout OverflowStore
    ) {
        count(counter, of: &sender, isOriginator: facts.isOriginator, shared: &shared, overflows: &overflows)
    }

    func count(
        _ counter: EventCounter,
        of endpoint: inout EndpointRecord,
        isOriginator: Bool,
        shared: inout SharedRecord,
        overflows: inout OverflowStore
    ) {
        let shift = UInt16(counter.rawValue * 4)
        let held = endpoint.counts >> shift & 15
        let total: UInt32
        if held < 15 {
            endpoint.counts += 1 << shift
            total = UInt32(held) + 1
        } else {
            total = overflows.count(counter, isOriginator: isOriginator, slot: slot, shared: &shared)
        }
        if Self.isPowerOfTen(total) { write(counter.code, isOriginator, &shared, &overflows) }
    }

    private static func isPowerOfTen(_ number: UInt32) -> Bool {
        switch number {
        case 1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000: true
        default: false
        }
    }

    @inline(always)
    func write(_ code: HistoryCode, _ isOriginator: Bool, _ shared: inout SharedRecord, _ overflows: inout OverflowStore) {
        if shared.history.append(code, fromOriginator: isOriginator) { return }
        overflows.append(code, isOriginator: isOriginator, slot: slot, shared: &shared)
    }
}
