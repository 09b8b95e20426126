package import Console
package import Packets
package import Tracking

extension TextBuffer {
    /// Appends what a segment means: the note of every view.
    ///
    /// - Parameter payload: the captured part of the payload. It is used for a RST only, where it may hold the reason.
    package mutating func append(noteOf annotation: Annotation, _ segment: Segment, payload: Span<UInt8>) {
        let start = count
        append(findings: annotation)
        if count > start, annotation.kind.isPlain {
            if segment.payloadLength > 0, annotation.findings.isDisjoint(with: [.keepAlive, .zeroWindowProbe]) {
                append(", ")
                append(byteCount: segment.payloadLength)
            }
            return
        }
        if count > start { append(", ") }
        append(annotation.event, segment, payload: payload)
    }

    private mutating func append(_ event: Event, _ segment: Segment, payload: Span<UInt8>) {
        switch event {
        case .none: append("neither ACK nor data")
        case .wantsToConnect:
            append("wants to connect")
            append(optionsOf: segment)
        case .repeatsSYN(let attempt, let age):
            append("SYN retransmission")
            if let attempt {
                append(" ")
                append(attempt)
            }
            if let age {
                append(" after ")
                append(duration: age)
            }
        case .opensSimultaneously:
            append("wants to connect too: simultaneous open")
            append(optionsOf: segment)
        case .accepts(let elapsed):
            append("accepts")
            append(since: elapsed)
        case .acceptsWrongly: append("SYN-ACK that matches no captured SYN")
        case .acceptsAnew: append("SYN-ACK with another sequence number than the one before it")
        case .synCapturedLate: append("the SYN of this connection, captured after its answer")
        case .establishes(let elapsed):
            append("established")
            if let elapsed {
                append(", handshake ")
                append(milliseconds: elapsed)
            }
        case .sendsData: append(byteCount: segment.payloadLength)
        case .sendsDataHalfClosed:
            append(byteCount: segment.payloadLength)
            append(" in the direction still open")
        case .acknowledges: append("acknowledges")
        case .closesFirst: append("closes its direction")
        case .acknowledgesFIN: append("acknowledges the FIN; its own direction stays open")
        case .acknowledgesCrossingFIN: append("acknowledges the other side's FIN")
        case .closesToo: append("acknowledges the FIN and closes too")
        case .closesSecond: append("closes the other direction")
        case .closesSimultaneously: append("closes too: simultaneous close")
        case .acknowledgesLastFIN, .acknowledgesLastCrossingFIN: append("closed in order")
        case .refuses(let elapsed):
            append("refuses")
            append(since: elapsed)
            append(reason: payload)
        case .abandons:
            append("aborts before the handshake completes")
            append(reason: payload)
        case .withdraws:
            append("aborts after its SYN-ACK, before the handshake completes")
            append(reason: payload)
        case .aborts:
            append("aborts the established connection")
            append(reason: payload)
        case .abortsAfterFIN:
            append("aborts after its own FIN")
            append(reason: payload)
        case .abortsAfterFINForData:
            append("aborts after its own FIN, probably because data arrived for a closed socket")
            append(reason: payload)
        case .abortsAfterPeerFIN:
            append("aborts after the other side's FIN")
            append(reason: payload)
        case .abortsBeforeLastAcknowledgement:
            append("aborts after both FINs, before both are acknowledged")
            append(reason: payload)
        case .resetsAfterClose:
            append("RST after both sides closed")
            append(reason: payload)
        case .resetsUnseen:
            append("resets a connection whose start was not captured")
            append(reason: payload)
        case .resetsNoSYN:
            append("RST that does not acknowledge the SYN: the receiver ignores it")
            append(reason: payload)
        case .resetsWrongNumber:
            append("RST with a sequence number other than the next: the receiver ignores it or sends a challenge ACK")
            append(reason: payload)
        case .rejectsAcknowledgement:
            append("rejects an ACK of something never sent")
            append(reason: payload)
        case .challenges: append("challenge ACK: the connection is still open")
        case .contradictsItself: append("unexpected flags or sequence numbers")
        case .capturedTwice: append("captured twice: one frame seen at two points")
        case .hasBadChecksum: append("wrong checksum, ignored")
        }
        guard segment.payloadLength > 0, event.leavesDataOut else { return }
        append(", with ")
        append(byteCount: segment.payloadLength)
    }

    private mutating func append(findings annotation: Annotation) {
        guard annotation.findings.rawValue != 0 else { return }
        let findings = annotation.reportedFindings
        guard findings.rawValue != 0 else { return }
        let start = count
        if findings.contains(.reusesEndpoints) { append("reuses the ports of an earlier connection") }
        for (finding, words) in Findings.named where findings.contains(finding) {
            if count > start { append(", ") }
            append(words)
            if Findings.anyRetransmission.contains(finding), let age = annotation.retransmittedAfter {
                append(" after ")
                append(duration: age)
            }
        }
    }

    private mutating func append(optionsOf segment: Segment) {
        let options = segment.options
        let start = count
        append(" (")
        let first = count
        func separate(_ text: inout TextBuffer) { if text.count > first { text.append(", ") } }
        if options.present.contains(.maximumSegmentSize) {
            append("mss ")
            append(Int(options.maximumSegmentSize))
        }
        if options.present.contains(.windowScale) {
            separate(&self)
            append("wscale ")
            append(Int(options.windowScale))
        }
        if options.present.contains(.fastOpen) {
            separate(&self)
            append(options.fastOpenCookieLength == 0 ? "requests a Fast Open cookie" : "Fast Open cookie")
        }
        if options.present.contains(.multipath) {
            separate(&self)
            append("multipath")
        }
        if options.present.contains(.md5Signature) {
            separate(&self)
            append("md5 signature")
        }
        if options.present.contains(.authentication) {
            separate(&self)
            append("authentication")
        }
        if options.present.contains(.userTimeout) {
            separate(&self)
            append("user timeout ")
            append(options.userTimeoutSeconds)
            append(" s")
        }
        if options.present.contains(.cut) {
            separate(&self)
            append("options truncated by the capture")
        }
        options.forEachUnknownKind { kind in
            separate(&self)
            append("unknown option ")
            append(Int(kind))
        }
        if count == first { removeLast(count - start) } else { append(")") }
    }

    private mutating func append(byteCount count: Int) {
        append(count)
        append(count == 1 ? " byte" : " bytes")
    }

    private mutating func append(since nanoseconds: Int64?) {
        guard let nanoseconds else { return }
        append(", +")
        append(milliseconds: nanoseconds)
    }

    /// `0.021 ms`: whole microseconds.
    mutating func append(milliseconds nanoseconds: Int64) {
        append(nanoseconds / 1000, fractionDigits: 3)
        append(" ms")
    }

    /// Appends the payload of a RST, where a sender may state its reason (RFC 9293 section 3.5.3): as text if it is ASCII, else in
    /// hexadecimal.
    private mutating func append(reason payload: Span<UInt8>) {
        guard !payload.isEmpty else { return }
        let shown = payload.extracting(first: 64)
        var isText = true
        for index in shown.indices where shown[index] < 0x20 || shown[index] > 0x7E { isText = false }
        if isText {
            append(": \"")
            append(escaped: shown)
            append("\"")
        } else {
            append(", payload ")
            for index in 0..<min(shown.count, 16) { append(hex: UInt64(shown[index]), digits: 2) }
        }
        if payload.count > (isText ? 64 : 16) { append("...") }
    }
}

extension Annotation {
    /// The findings that its event does not state already: a repeated SYN is not called a retransmission once more.
    var reportedFindings: Findings {
        // Not by `==`, which is generic, and called for each segment.
        if case .repeatsSYN = kind { findings.subtracting(.anyRetransmission) } else { findings }
    }

    /// Whether it is a retransmission of any kind.
    var isRetransmission: Bool { findings.rawValue & Findings.anyRetransmission.rawValue != 0 }
}

extension Event {
    /// Whether its words leave out the data that a segment carries beside what they state.
    fileprivate var leavesDataOut: Bool {
        switch self {
        case .sendsData, .sendsDataHalfClosed: false
        // A RST quotes what it carries.
        case .refuses, .abandons, .withdraws, .aborts, .abortsAfterFIN, .abortsAfterFINForData, .abortsAfterPeerFIN,
            .abortsBeforeLastAcknowledgement, .resetsAfterClose, .resetsUnseen, .resetsNoSYN, .resetsWrongNumber,
            .rejectsAcknowledgement:
            false
        // Whose data counts elsewhere, or not at all.
        case .capturedTwice, .hasBadChecksum: false
        default: true
        }
    }
}

extension Event.Kind {
    /// Whether a finding alone says more.
    fileprivate var isPlain: Bool {
        switch self {
        case .none, .sendsData, .acknowledges, .contradictsItself: true
        default: false
        }
    }
}

extension Findings {
    /// In the order in which a note lists them.
    static let named: [(Findings, StaticString)] = [
        (.previousSegmentLost, "previous segment not captured"),
        (.acknowledgesUnseen, "acknowledges data not captured"),
        (.retransmission, "retransmission"),
        (.fastRetransmission, "fast retransmission"),
        (.spuriousRetransmission, "spurious retransmission"),
        (.outOfOrder, "out of order"),
        (.keepAlive, "keep-alive"),
        (.keepAliveAck, "keep-alive ACK"),
        (.zeroWindow, "zero window"),
        (.zeroWindowProbe, "zero-window probe"),
        (.zeroWindowProbeAck, "zero-window probe ACK"),
        (.windowUpdate, "window update"),
        (.duplicateAck, "duplicate ACK"),
        (.windowFull, "window full"),
    ]
}
