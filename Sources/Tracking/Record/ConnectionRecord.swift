package import Addresses
import Packets
package import Time

/// One connection as the reports show it, in Zeek's terms where Zeek has them.
package struct ConnectionRecord: Sendable {
    private let connection: Connection
    private let key: ConnectionKey
    private let overflow: Overflow?

    /// Payload bytes by the sequence numbers, as Zeek counts them: they hold for what was lost from the capture too.
    package let originatorBytes: Int64
    package let responderBytes: Int64

    init(_ connection: Connection, between key: ConnectionKey, overflow: Overflow?) {
        self.connection = connection
        self.key = key
        self.overflow = overflow
        let steps = connection.shared.steps
        originatorBytes = Self.bytes(of: connection.originator, peer: connection.responder, steps, isOriginator: true)
        responderBytes = Self.bytes(of: connection.responder, peer: connection.originator, steps, isOriginator: false)
    }

    /// Counted from 1 in the order of first segments.
    package var identifier: UInt32 { connection.shared.identifier }

    /// When its first segment was captured.
    package var start: Timestamp { Timestamp(nanoseconds: connection.shared.start) }

    /// Nanoseconds from the first segment to the last that counts: segments after both sides have closed do not.
    package var duration: Int64 { connection.lastTime - connection.shared.start }

    package var originator: Endpoint {
        Endpoint(address(key.originatorHigh, key.originatorLow), port: key.originatorPort)
    }

    package var responder: Endpoint {
        Endpoint(address(key.responderHigh, key.responderLow), port: key.responderPort)
    }

    private func address(_ high: UInt64, _ low: UInt64) -> IPAddress {
        connection.shared.flags.contains(.isV4)
            ? IPAddress(v4: UInt32(truncatingIfNeeded: low)) : IPAddress(v6High: high, low: low)
    }

    package var originatorPackets: UInt32 { connection.originator.packets }
    package var responderPackets: UInt32 { connection.responder.packets }

    /// Zeek's `TCP_Endpoint::Size`. In sonde's own views a side's FIN or RST shows how much it sent, whatever was acknowledged.
    @inline(always)
    private static func bytes(of endpoint: EndpointRecord, peer: EndpointRecord, _ steps: StepRecord, isOriginator: Bool) -> Int64 {
        if endpoint.previousState == .synSent, endpoint.state == .reset, peer.state == .inactive, !endpoint.hasNothingAcknowledged {
            return 0
        }
        let showsEnd =
            endpoint.flags.contains(.finIsLast) || endpoint.isResetNumberTaken && steps.hasReset(byOriginator: isOriginator)
        let end = showsEnd && !steps.followsZeek ? endpoint.fullLast : max(endpoint.fullLast, endpoint.fullAck)
        var size = end - Int64(endpoint.start)
        // A start that was guessed one below zero.
        if size < 0 { size += 1 << 32 }
        if size != 0 { size -= 1 }
        if endpoint.sentFin, size != 0 { size -= 1 }
        return max(size, 0)
    }

    /// Payload bytes that were acknowledged and never seen, the sum of the gaps in the history: Zeek's `missed_bytes`.
    ///
    /// `nil` where the table could not keep them all: `OverflowStore` is bounded.
    package var missedBytes: UInt64? {
        let gaps = gaps(of: connection.originator, overflow?.originator) + gaps(of: connection.responder, overflow?.responder)
        guard gaps > 0 else { return 0 }
        guard let missed = overflow?.missed, UInt64(missed.gaps) == gaps else { return nil }
        return missed.bytes
    }

    private func gaps(of endpoint: EndpointRecord, _ side: Overflow.Side?) -> UInt64 {
        let held = endpoint.counts >> UInt16(EventCounter.gap.rawValue * 4) & 15
        return held < 15 ? UInt64(held) : UInt64(side?.counts[EventCounter.gap.rawValue] ?? 15)
    }

    /// Zeek's `history`, as ASCII.
    package var history: [UInt8] {
        var bytes: [UInt8] = []
        forEachHistoryByte { bytes.append($0) }
        return bytes
    }

    package func forEachHistoryByte(_ body: (UInt8) -> Void) {
        connection.shared.history.forEachByte(body)
        guard let overflow else { return }
        for byte in overflow.history { body(byte) }
    }

    /// A lone segment that is no SYN completes nothing.
    package var completeness: Completeness {
        let seen = connection.shared.completeness
        guard originatorPackets + responderPackets == 1 else { return seen }
        return seen.contains(.syn) ? seen.intersection(.syn | .data) : .none
    }

    /// Wireshark's initial round trip time in nanoseconds, to the microsecond.
    package var initialRoundTrip: Int64? { connection.shared.roundTrip }

    package var synRetransmits: Int { Int(connection.shared.synRetransmits) }
    package var retransmits: Int { Int(connection.shared.retransmits) }

    /// Who sent the SYN; `nil` where no beginning was seen.
    package var openedBy: Side? {
        let sawHandshake = !connection.shared.completeness.isDisjoint(with: .syn | .synAck)
        return connection.shared.flags.contains(.sawOpening) || sawHandshake ? .originator : nil
    }

    /// Who sent the first FIN or RST.
    package var closedBy: Side? {
        if connection.shared.flags.contains(.originatorEnded) { return .originator }
        return connection.shared.flags.contains(.responderEnded) ? .responder : nil
    }

    package enum Side: Sendable {
        case originator
        case responder

        /// As Zeek shortens it.
        package var name: StaticString {
            switch self {
            case .originator: "orig"
            case .responder: "resp"
            }
        }
    }

    // MARK: - What the verdict asks

    /// Whether the SYN that opened it was captured.
    var sawSYN: Bool { connection.shared.flags.contains(.sawOpening) }
    var sawSYNACK: Bool { connection.shared.completeness.contains(.synAck) }
    var seesControlOnly: Bool { connection.shared.steps.seesControlOnly }

    private func endpoint(_ side: Side) -> EndpointRecord { side == .originator ? connection.originator : connection.responder }

    func sentFIN(_ side: Side) -> Bool { endpoint(side).sentFin }
    func sentData(_ side: Side) -> Bool { endpoint(side).seen.contains(.data) }
    /// Whether it sent something without SYN, FIN or RST.
    func sentAfterHandshake(_ side: Side) -> Bool { !endpoint(side).seen.isDisjoint(with: .data | .pureAck) }
    /// Whether a segment of the other side acknowledges the SYN of this one, as far as its number can be right.
    func isSYNAcknowledged(of side: Side) -> Bool { endpoint(side).ack != endpoint(side).start }
    /// Whether the other side acknowledges more than was captured.
    func isAcknowledgedBeyondCapture(of side: Side) -> Bool {
        sequenceDistance(endpoint(side).ack, from: endpoint(side).last) > 0
    }
    /// Whether a side sent anything but RSTs.
    func sentMoreThanResets(_ side: Side) -> Bool { !endpoint(side).seen.subtracting(.rst | .opened).isEmpty }
    /// Whether a SYN-ACK was captured, but none that acknowledges the SYN.
    var lacksFittingSYNACK: Bool { sawSYNACK && connection.shared.steps.opened == 1 }
    /// Whether the SYN was answered by an acknowledgement of another connection with the same ends.
    var isChallenged: Bool { connection.responder.hasChallenged }
    /// Whether anything but SYNs and RSTs acknowledges something.
    var acknowledgesAnything: Bool {
        let seen = connection.originator.seen.union(connection.responder.seen)
        let completeness = connection.shared.completeness
        return seen.contains(.pureAck) || completeness.contains(.fin) || seen.contains(.data) && completeness.contains(.data)
    }
    /// Who reset it: by a RST that its receiver acts on, or by the last thing that was captured.
    var resetBy: Side? {
        let steps = connection.shared.steps
        for side in [Side.originator, .responder] where steps.hasReset(byOriginator: side == .originator) { return side }
        for side in [Side.originator, .responder] where hasDoubtfulReset(by: side) { return side }
        return nil
    }
    /// Whether Zeek's state names a RST that, as what followed shows, its receiver ignored or its supposed sender did not send.
    package var stateNamesVainReset: Bool {
        switch state {
        case .rsto, .rstr, .rstos0, .rstrh: resetBy == nil
        default: false
        }
    }
    /// Whether a RST of the side that may fit, if data was not captured, was the last thing captured.
    func hasDoubtfulReset(by side: Side) -> Bool { connection.shared.steps.hasDoubtfulReset(byOriginator: side == .originator) }
    /// Whether nothing else than RSTs was captured.
    var hasOnlyResets: Bool {
        let seen = connection.originator.seen.union(connection.responder.seen)
        return seen.contains(.rst) && seen.isDisjoint(with: .syn | .fin | .data | .pureAck | .inconsistent | .multipleFlags)
    }
    /// Whether nothing else than SYN-ACKs was.
    var hasOnlySYNACKs: Bool {
        connection.originator.seen.union(connection.responder.seen).isDisjoint(with: .fin | .rst | .data | .pureAck)
    }

    package var originatorState: EndpointState { connection.originator.state }
    var responderState: EndpointState { connection.responder.state }
    package var opensSimultaneously: Bool { connection.shared.steps.opensSimultaneously }
    package var isOpen: Bool { connection.shared.steps.isOpen }
    package var isClosed: Bool { connection.shared.steps.isClosed }
    package var synCarriedData: Bool { connection.shared.flags.contains(.synCarriedData) }
    /// Whether both ends are one endpoint.
    var isConnectedToItself: Bool {
        key.originatorPort == key.responderPort && key.originatorLow == key.responderLow
            && key.originatorHigh == key.responderHigh
    }
    /// All of its segments had bad checksums.
    package var hasOnlyBadChecksums: Bool { !connection.shared.flags.contains(.hasSegments) }

    /// Bytes that a table keeps of a connection, and those that each segment touches.
    package static var slotSize: Int { ConnectionStore.slotSize }
    package static var recordSize: Int { MemoryLayout<Connection>.stride }
}
