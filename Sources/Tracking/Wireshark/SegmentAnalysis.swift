/// Wireshark's sequence analysis (`tcp_analyze_sequence_number` in its packet-tcp.c), as far as a record of fixed size can follow
/// it.
///
/// Wireshark stores the last acknowledgement of a side; this record stores the highest. An acknowledgement of unseen data is reported
/// once, not for every segment that repeats it.
enum SegmentAnalysis {
    /// Wireshark's threshold for a retransmission to be a fast one, and for a late segment to be out of order while no round trip
    /// is known.
    private static let fastRetransmissionWindow: Int64 = 20_000_000
    private static let outOfOrderWindow: Int64 = 3_000_000

    /// Returns the anomalies of a segment, given the records before it. Marks on them what the analysis of the next segment needs.
    @inline(always)
    static func findings(
        _ segment: TrackedSegment,
        from sender: inout EndpointRecord,
        to receiver: inout EndpointRecord,
        roundTrip: Int64?,
        at offset: Int64
    ) -> Findings {
        let flags = segment.flags
        let length = segment.payloadLength
        let isControl = flags.control != 0
        let isKnown = sender.packets > 0
        var findings = Findings.none

        let ahead = sequenceDistance(segment.sequence, from: sender.last)
        // A probe sends the same byte again and again (RFC 9293 section 3.8.6.1).
        let isAtProbe = ahead == 0 || ahead == -1 && sender.flags.contains(.sentWindowProbe)
        let isProbe = length == 1 && isKnown && isAtProbe && receiver.packets > 0 && receiver.window == 0
        if isProbe { findings.insert(.zeroWindowProbe) }
        if segment.window == 0, !isControl, !isProbe { findings.insert(.zeroWindow) }
        if isKnown, ahead > 0, !flags.hasRst, !flags.hasSyn { findings.insert(.previousSegmentLost) }
        if isKnown, length <= 1, ahead == -1, !isControl, !isProbe { findings.insert(.keepAlive) }
        // Of a side that never sent anything, `ack` is the start that an acknowledgement lets one guess.
        let acknowledged = receiver.state == .inactive ? receiver.ack &+ 1 : receiver.ack
        // With MPTCP the same acknowledgement again may carry another option (RFC 8684 section 4).
        if isKnown, length == 0, ahead == 0, !isControl, segment.acknowledgement == acknowledged, flags.hasAck, !segment.isMultipath
        {
            findings.formUnion(repeatedAcknowledgement(segment, from: &sender, to: receiver))
        }
        if segment.acknowledgement != acknowledged { sender.flags.forgetDuplicates() }
        if flags.hasAck, receiver.packets > 0, acknowledgesUnseen(segment.acknowledgement, of: receiver) {
            findings.insert(.acknowledgesUnseen)
        }
        // A SYN-ACK may follow a RST that refused an earlier SYN, or another SYN-ACK.
        let isNewSYN = flags.hasSyn && (sender.seen.isDisjoint(with: .syn) || segment.sequence != sender.start)
        if length > 0 || flags.hasSyn || flags.hasFin, isKnown, !isNewSYN, !isProbe, !findings.contains(.keepAlive) {
            findings.formUnion(repetition(segment, ahead: ahead, from: sender, to: receiver, roundTrip: roundTrip, at: offset))
        }

        if length > 0, !isControl, fillsWindow(segment, from: sender, to: receiver) { findings.insert(.windowFull) }
        if flags.hasSyn { noteWindowScale(segment, of: &sender, receiver: &receiver) }

        sender.flags.forgetProbes()
        if findings.contains(.keepAlive) { sender.flags.insert(.sentKeepAlive) }
        if isProbe { sender.flags.insert(.sentWindowProbe) }
        sender.window = segment.window
        if segment.isCut { sender.isCut = true }
        return findings
    }

    /// Whether an acknowledgement is a new one for something that the capture does not hold.
    @inline(always)
    private static func acknowledgesUnseen(_ number: UInt32, of receiver: EndpointRecord) -> Bool {
        guard sequenceDistance(number, from: receiver.ack) > 0 else { return false }
        if sequenceDistance(number, from: receiver.last) > 0 { return true }
        guard !receiver.isCut, !receiver.flags.contains(.skipsHoles) else { return false }
        let fin: Int32 = receiver.sentFin && number == receiver.last ? 1 : 0
        return sequenceDistance(number, from: receiver.delivered) > fin
    }

    /// Whether data ends where the window ends that the receiver offered last.
    @inline(always)
    private static func fillsWindow(
        _ segment: TrackedSegment,
        from sender: EndpointRecord,
        to receiver: EndpointRecord
    ) -> Bool {
        let inFlight = Int(sequenceDistance(segment.sequence, from: sender.ack)) + segment.payloadLength
        guard inFlight >= receiver.window, receiver.window > 0, let scale = receiver.windowScale else { return false }
        // The window of a SYN or SYN-ACK is not scaled.
        let isScaled = !receiver.seen.isDisjoint(with: .data | .pureAck | .fin)
        return inFlight == Int(receiver.window) << (isScaled ? Int(scale) : 0)
    }

    /// Windows are scaled where both SYNs offer it.
    @inline(never)
    private static func noteWindowScale(
        _ segment: TrackedSegment,
        of sender: inout EndpointRecord,
        receiver: inout EndpointRecord
    ) {
        sender.windowScale = segment.windowScale ?? 0
        if segment.windowScale == nil, receiver.windowScale != nil { receiver.windowScale = 0 }
    }

    /// An empty segment with unchanged numbers: its window reveals its purpose.
    @inline(always)
    private static func repeatedAcknowledgement(
        _ segment: TrackedSegment,
        from sender: inout EndpointRecord,
        to receiver: EndpointRecord
    ) -> Findings {
        guard segment.window == sender.window else { return segment.window == 0 ? .none : .windowUpdate }
        if segment.window == 0 { return receiver.flags.contains(.sentWindowProbe) ? .zeroWindowProbeAck : .none }
        if receiver.flags.contains(.sentKeepAlive) { return .keepAliveAck }
        sender.flags.insert(sender.flags.contains(.oneDuplicateAck) ? .moreDuplicateAcks : .oneDuplicateAck)
        return .duplicateAck
    }

    /// Which kind of repetition a segment with data, SYN or FIN is, if it is one.
    @inline(always)
    private static func repetition(
        _ segment: TrackedSegment,
        ahead: Int32,
        from sender: EndpointRecord,
        to receiver: EndpointRecord,
        roundTrip: Int64?,
        at offset: Int64
    ) -> Findings {
        let length = segment.payloadLength
        let end = segment.sequence &+ UInt32(truncatingIfNeeded: length)
        // A longer segment one byte back adds data behind what may have been a window probe.
        let repeats = ahead < 0 && !(length > 1 && ahead == -1)
        if length > 0, sender.ack != sender.start, sequenceDistance(end, from: sender.ack) <= 0 { return .spuriousRetransmission }
        guard repeats else { return .none }
        if receiver.flags.contains(.moreDuplicateAcks), sender.ack == segment.sequence,
            offset - receiver.timeOffset < fastRetransmissionWindow
        {
            return .fastRetransmission
        }
        let control: UInt32 = segment.flags.hasSyn || segment.flags.hasFin ? 1 : 0
        let isRecent = sender.sinceHighest(at: offset) < roundTrip ?? outOfOrderWindow
        return isRecent && sender.last != end &+ control ? .outOfOrder : .retransmission
    }
}
