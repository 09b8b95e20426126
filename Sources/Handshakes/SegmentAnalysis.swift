internal import Packets

/// Wireshark's sequence analysis (`tcp_analyze_sequence_number` in its packet-tcp.c), as far as a record of fixed size can follow it.
///
/// Where Wireshark remembers the last acknowledgement of a side, the highest one stands here; where it remembers when the highest
/// sequence number was sent, the time of the side's last segment.
enum SegmentAnalysis {
    /// Wireshark's threshold for a retransmission to be a fast one, and for a late segment to be out of order while no round trip is known.
    private static let fastRetransmissionWindow: Int64 = 20_000_000
    private static let outOfOrderWindow: Int64 = 3_000_000

    /// What is odd about a segment, told from the records as they stand before it; marks on them what the next segment's analysis needs.
    @inline(__always)
    static func findings(
        _ segment: Segment,
        from sender: inout EndpointRecord,
        to receiver: inout EndpointRecord,
        roundTrip: Int64?,
        at offset: Int64
    ) -> Findings {
        let flags = segment.flags
        let length = segment.payloadLength
        let isControl = !flags.isDisjoint(with: [.syn, .fin, .rst])
        let isKnown = sender.packets > 0
        var findings: Findings = []

        let isProbe = length == 1 && isKnown && segment.sequence == sender.last && receiver.packets > 0 && receiver.window == 0
        if isProbe { findings.insert(.zeroWindowProbe) }
        if segment.window == 0, !isControl, !isProbe { findings.insert(.zeroWindow) }
        let ahead = sequenceDistance(segment.sequence, from: sender.last)
        if isKnown, ahead > 0, !flags.contains(.rst) { findings.insert(.previousSegmentLost) }
        if isKnown, length <= 1, ahead == -1, !isControl { findings.insert(.keepAlive) }
        if isKnown, length == 0, ahead == 0, !isControl, segment.acknowledgement == receiver.ack {
            findings.formUnion(repeatedAcknowledgement(segment, from: &sender, to: receiver))
        }
        if segment.acknowledgement != receiver.ack { sender.marks.subtract([.oneDuplicateAck, .moreDuplicateAcks]) }
        if flags.contains(.ack), receiver.packets > 0, sequenceDistance(segment.acknowledgement, from: receiver.last) > 0 {
            findings.insert(.acknowledgesUnseen)
        }
        if length > 0 || !flags.isDisjoint(with: [.syn, .fin]), isKnown, !findings.contains(.keepAlive) {
            findings.formUnion(repetition(segment, ahead: ahead, from: sender, to: receiver, roundTrip: roundTrip, at: offset))
        }

        sender.marks.subtract([.sentKeepAlive, .sentWindowProbe])
        if findings.contains(.keepAlive) { sender.marks.insert(.sentKeepAlive) }
        if isProbe { sender.marks.insert(.sentWindowProbe) }
        sender.window = segment.window
        return findings
    }

    /// An empty segment with the same numbers as before: its window tells what it is for.
    private static func repeatedAcknowledgement(
        _ segment: Segment,
        from sender: inout EndpointRecord,
        to receiver: EndpointRecord
    ) -> Findings {
        guard segment.window == sender.window else { return segment.window == 0 ? [] : .windowUpdate }
        if segment.window == 0 { return receiver.marks.contains(.sentWindowProbe) ? .zeroWindowProbeAck : [] }
        if receiver.marks.contains(.sentKeepAlive) { return .keepAliveAck }
        sender.marks.insert(sender.marks.contains(.oneDuplicateAck) ? .moreDuplicateAcks : .oneDuplicateAck)
        return .duplicateAck
    }

    /// Which kind of repetition a segment with data, SYN or FIN is, if it is one.
    private static func repetition(
        _ segment: Segment,
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
        guard repeats else { return [] }
        if receiver.marks.contains(.moreDuplicateAcks), sender.ack == segment.sequence,
            offset - receiver.timeOffset < fastRetransmissionWindow
        {
            return .fastRetransmission
        }
        let control: UInt32 = segment.flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1
        if offset - sender.timeOffset < roundTrip ?? outOfOrderWindow, sender.last != end &+ control { return .outOfOrder }
        return .retransmission
    }
}
