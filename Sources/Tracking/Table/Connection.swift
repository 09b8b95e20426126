/// A connection as the table keeps it: 128 bytes, two cache lines, without references.
///
/// The originator is the side that opened it: by its SYN or, if none was seen, by Zeek's heuristics.
struct Connection: BitwiseCopyable {
    var key: ShortKey
    var shared: SharedRecord
    var originator = EndpointRecord()
    var responder = EndpointRecord()

    @inline(always)
    var isV4: Bool { shared.flags.contains(.isV4) }

    /// Whether a FIN or RST was seen: before that no side can close.
    @inline(always)
    var isLeaving: Bool { originator.hasLeft || responder.hasLeft }

    /// How many sides have closed.
    @inline(always)
    var closes: Int { (originator.didClose ? 1 : 0) + (responder.didClose ? 1 : 0) }
    /// Whether a side reset the connection: in Zeek by any RST, otherwise by one that its receiver acts on.
    @inline(always)
    var anyReset: Bool {
        shared.steps.followsZeek ? originator.state == .reset || responder.state == .reset : shared.steps.hasReset
    }

    /// Closed to the last step, or reset. Where acknowledgements are left out of the capture, both FINs are the last that shows.
    @inline(always)
    var isOver: Bool {
        shared.steps.isClosed || (shared.steps.seesControlOnly && originator.sentFin && responder.sentFin) || anyReset
            || (shared.flags.contains(.isEnding) && !shared.steps.isClosing)
    }

    /// How many segments had a wrong checksum, as far as the sides' own counts go.
    var wrongChecksums: Int { Int(originator.counts & 15) + Int(responder.counts & 15) }

    /// When its last segment came that still counts for its duration, in nanoseconds since the epoch.
    var lastTime: Int64 {
        shared.start + (shared.flags.contains(.originatorSpokeLast) ? originator : responder).timeOffset
    }
}

extension Connection {
    /// Takes a segment in: analysis and steps first, which look at the records as they are before it, then the state machine.
    ///
    /// - Returns: what the segment means, and whether originator and responder are to change places.
    @inline(always)
    mutating func absorb(
        _ segment: TrackedSegment,
        isOriginator: Bool,
        slot: UInt32,
        at time: Int64,
        overflows: inout OverflowStore
    ) -> (Annotation, flips: Bool) {
        isOriginator
            ? Self.absorb(segment, isOriginator: true, slot, time, &originator, &responder, &shared, &overflows)
            : Self.absorb(segment, isOriginator: false, slot, time, &responder, &originator, &shared, &overflows)
    }

    /// Takes nothing of a segment in: one whose checksum is wrong is counted, a copy or one whose header is cut not even that.
    @inline(never)
    mutating func turnAway(
        _ segment: TrackedSegment,
        isOriginator: Bool,
        slot: UInt32,
        at time: Int64,
        overflows: inout OverflowStore
    ) -> Annotation {
        var annotation = Annotation()
        annotation.connection = shared.identifier
        annotation.isFromOriginator = isOriginator
        let (sender, receiver) = isOriginator ? (originator, responder) : (responder, originator)
        // The numbers of a side begin with the first segment that counts.
        let start = sender.start == 0 ? segment.sequence &- (segment.flags.hasSyn ? 0 : 1) : sender.start
        annotation.relativeSequence = segment.sequence &- start
        annotation.relativeAcknowledgement = receiver.start == 0 ? 1 : segment.acknowledgement &- receiver.start
        if segment.isCopy {
            annotation.kind = .capturedTwice
            return annotation
        }
        guard !segment.isHeaderCut else { return annotation }
        annotation.kind = .hasBadChecksum
        if !shared.flags.contains(.hasSegments), !shared.steps.followsZeek { noteTime(time - shared.start, isOriginator) }
        let machine = StateMachine(slot: slot, time: time)
        if isOriginator {
            machine.count(.checksum, of: &originator, isOriginator: true, shared: &shared, overflows: &overflows)
        } else {
            machine.count(.checksum, of: &responder, isOriginator: false, shared: &shared, overflows: &overflows)
        }
        return annotation
    }

    /// Where only segments with wrong checksums were captured, their times still show that the connection is in use.
    private mutating func noteTime(_ offset: Int64, _ isOriginator: Bool) {
        if isOriginator {
            originator.timeOffset = offset
            shared.flags.insert(.originatorSpokeLast)
        } else {
            responder.timeOffset = offset
            shared.flags.remove(.originatorSpokeLast)
        }
    }

    @inline(always)
    private static func absorb(
        _ segment: TrackedSegment,
        isOriginator: Bool,
        _ slot: UInt32,
        _ time: Int64,
        _ sender: inout EndpointRecord,
        _ receiver: inout EndpointRecord,
        _ shared: inout SharedRecord,
        _ overflows: inout OverflowStore
    ) -> (Annotation, flips: Bool) {
        let offset = time - shared.start
        var annotation = Annotation()
        annotation.connection = shared.identifier
        annotation.isFromOriginator = isOriginator
        annotation.findings = SegmentAnalysis.findings(
            segment,
            from: &sender,
            to: &receiver,
            roundTrip: shared.roundTrip,
            at: offset
        )
        (annotation.step, annotation.kind) = HandshakeSteps.tell(
            segment,
            from: sender,
            to: &receiver,
            isOriginator: isOriginator,
            findings: annotation.findings,
            slot: slot,
            shared: &shared,
            overflows: &overflows
        )
        if annotation.findings.contains(.keepAlive), case .sendsDataHalfClosed = annotation.kind { annotation.kind = .sendsData }
        if shared.steps.isUnusual {
            // What was left out on purpose is neither lost nor unseen.
            if shared.steps.seesControlOnly { annotation.findings.subtract(.previousSegmentLost | .acknowledgesUnseen) }
            if shared.steps.opensSimultaneously, !annotation.step.isNone {
                // Its SYN's number again, as the other side's SYN calls for: no repetition.
                annotation.findings.subtract(.anyRetransmission)
            }
        }
        var isStray = false
        if segment.flags.hasSyn {
            isStray = Self.isStray(segment, from: sender, shared: shared)
            if isStray {
                annotation.findings = .none
                if case .accepts = annotation.kind { annotation.kind = .acceptsWrongly }
            } else if beginsNumbers(segment, annotation.kind, shared: shared) {
                annotation.findings.subtract(.anyRetransmission)
            }
        }
        if segment.flags.hasFin, HandshakeSteps.isDropped(segment, shared: shared) { isStray = true }
        note(segment, isOriginator: isOriginator, offset: offset, sender: sender, shared: &shared, annotation: &annotation)
        sender.packets &+= 1
        guard !isStray else {
            annotation.relativeSequence = segment.sequence &- sender.start
            annotation.relativeAcknowledgement = segment.acknowledgement &- receiver.start
            return (annotation, false)
        }

        var facts = StateMachine.Facts(segment, isOriginator: isOriginator)
        facts.isIgnored = segment.flags.hasRst && annotation.kind.isIgnoredReset && !shared.steps.followsZeek
        let flips = StateMachine(slot: slot, time: time).absorb(
            facts,
            window: segment.window,
            from: &sender,
            to: &receiver,
            shared: &shared,
            overflows: &overflows
        )
        annotation.relativeSequence = segment.sequence &- sender.start
        annotation.relativeAcknowledgement = segment.acknowledgement &- receiver.start
        return (annotation, flips)
    }

    /// Whether a SYN or SYN-ACK is the first of its kind, so that it repeats nothing, whatever was captured before it: a socket that is
    /// connected to itself answers its SYN with the number of that.
    @inline(always)
    private static func beginsNumbers(_ segment: TrackedSegment, _ kind: Event.Kind, shared: SharedRecord) -> Bool {
        segment.flags.hasAck ? !shared.completeness.contains(.synAck) : kind == .synCapturedLate
    }

    /// Whether a SYN is a SYN-ACK with another number in an open connection, which changes nothing (RFC 9293 section 3.10.7.4).
    @inline(always)
    private static func isStray(_ segment: TrackedSegment, from sender: EndpointRecord, shared: SharedRecord) -> Bool {
        guard segment.flags.hasAck else { return false }
        return shared.steps.isOpen && sender.packets > 0 && segment.sequence != sender.start && !shared.steps.followsZeek
    }

    /// Keeps what Wireshark says of a connection as a whole, and who ended it.
    @inline(always)
    private static func note(
        _ segment: TrackedSegment,
        isOriginator: Bool,
        offset: Int64,
        sender: EndpointRecord,
        shared: inout SharedRecord,
        annotation: inout Annotation
    ) {
        let flags = segment.flags
        let isSyn = flags.hasSyn
        let isAck = flags.hasAck
        shared.completeness.formUnion(Completeness(of: segment))
        if !shared.flags.contains(.hasSegments) {
            shared.flags.insert(.hasSegments)
            if isSyn, !isAck { shared.completeness.formUnion(segment.payloadLength > 0 ? .syn | .data : .syn) }
        }

        if isSyn || !shared.flags.contains(.hasRoundTrip) {
            noteRoundTrip(isSyn: isSyn, isAck: isAck, offset: offset, shared: &shared, annotation: &annotation)
        }
        if isSyn, !isAck {
            if segment.payloadLength > 0 {
                shared.flags.insert(.synCarriedData)
                annotation.findings.insert(.synData)
            }
            if annotation.kind == .repeatsSYN {
                if shared.synRetransmits < .max { shared.synRetransmits += 1 }
                annotation.attempt = shared.steps.opensSimultaneously ? 0 : UInt32(shared.synRetransmits)
                annotation.age = sender.age(at: offset)
            }
        } else if !annotation.findings.isDisjoint(with: .anyRetransmission) {
            if shared.retransmits < .max { shared.retransmits += 1 }
            annotation.age = sender.age(at: offset)
        }
        if flags.hasFin || flags.hasRst, !HandshakeSteps.isDropped(segment, shared: shared),
            !annotation.kind.isIgnoredReset || shared.steps.hasReset,
            !shared.flags.contains(.originatorEnded),
            !shared.flags.contains(.responderEnded)
        {
            shared.flags.insert(isOriginator ? .originatorEnded : .responderEnded)
        }
    }

    /// Wireshark's initial round trip: from the latest SYN to the first acknowledgement without SYN.
    @inline(always)
    private static func noteRoundTrip(
        isSyn: Bool,
        isAck: Bool,
        offset: Int64,
        shared: inout SharedRecord,
        annotation: inout Annotation
    ) {
        let microseconds = UInt32(truncatingIfNeeded: min(max(offset / 1000, 0), Int64(UInt32.max)))
        if isSyn, !isAck {
            guard !shared.flags.contains(.hasRoundTrip) else { return }
            if offset >= 0 {
                shared.setSynOffset(microseconds: microseconds)
            } else {
                // Before the first segment of the connection: that time is not kept.
                shared.flags.remove(.hasSynTime)
            }
            return
        }
        guard shared.flags.contains(.hasSynTime) else { return }
        let elapsed = offset - shared.synOffset
        // Where the capture's times run backwards they measure nothing.
        guard elapsed >= 0 else {
            if isAck, !isSyn, !shared.flags.contains(.hasRoundTrip) { shared.flags.remove(.hasSynTime) }
            return
        }
        if !shared.flags.contains(.hasRoundTrip) { annotation.sinceSYN = elapsed }
        guard isAck, !isSyn, !shared.flags.contains(.hasRoundTrip) else { return }
        // The first acknowledgement was left out, save where the first answer is a refusal.
        if shared.steps.seesControlOnly, annotation.kind != .refuses { return }
        shared.setRoundTrip(microseconds: UInt32(truncatingIfNeeded: min(elapsed / 1000, Int64(UInt32.max))))
    }

    /// Lets originator and responder change places.
    @inline(never)
    mutating func flip() {
        key.flip()
        swap(&originator, &responder)
        var flags = shared.flags
        flags.subtract(.originatorSpoke | .responderSpoke | .originatorEnded | .responderEnded | .originatorSpokeLast | .isPartial)
        if shared.flags.contains(.originatorSpoke) { flags.insert(.responderSpoke) }
        if shared.flags.contains(.responderSpoke) { flags.insert(.originatorSpoke) }
        if shared.flags.contains(.originatorEnded) { flags.insert(.responderEnded) }
        if shared.flags.contains(.responderEnded) { flags.insert(.originatorEnded) }
        if !shared.flags.contains(.originatorSpokeLast) { flags.insert(.originatorSpokeLast) }
        shared.flags = flags
        shared.steps.flip()
    }
}

extension Event.Kind {
    /// Whether it is a RST that says nothing about the connection: its receiver ignores it, or knows another connection.
    @inline(always)
    fileprivate var isIgnoredReset: Bool {
        switch self {
        case .resetsNoSYN, .resetsWrongNumber, .rejectsAcknowledgement: true
        default: false
        }
    }
}
