package import Console
package import Packets
package import Tracking

/// What a segment means, in words: the one place for the notes of every view.
///
/// `payload` is the part of the payload that was captured; only a reset's is looked at, which may tell its reason.
extension TextBuffer {
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
        case .none: append("carries nothing")
        case .wantsToConnect:
            append("wants to connect")
            append(optionsOf: segment)
        case .repeatsSYN(let attempt, let silence):
            append("asks again, ")
            if let attempt {
                append(ordinal: attempt)
                append(" ")
            }
            append("retransmission of the SYN, after ")
            append(duration: silence)
        case .opensSimultaneously:
            append("wants to connect too, at the same time")
            append(optionsOf: segment)
        case .accepts(let elapsed):
            append("accepts")
            append(since: elapsed)
        case .acceptsWrongly: append("answers with numbers that fit no SYN seen")
        case .establishes(let elapsed):
            append("established")
            if let elapsed {
                append(", handshake ")
                append(milliseconds: elapsed)
            }
            append(dataBehind: segment)
        case .sendsData: append(byteCount: segment.payloadLength)
        case .sendsDataHalfClosed:
            append(byteCount: segment.payloadLength)
            append(" through the half that is still open")
        case .acknowledges: append("acknowledges")
        case .closesFirst:
            append("closes its direction")
            append(dataBehind: segment)
        case .acknowledgesFIN: append("acknowledges the close; its own direction stays open")
        case .acknowledgesCrossingFIN: append("acknowledges the other side's close")
        case .closesToo:
            append("acknowledges the close and closes too")
            append(dataBehind: segment)
        case .closesSecond:
            append("closes the other direction")
            append(dataBehind: segment)
        case .closesSimultaneously: append("closes at the same time")
        case .acknowledgesLastFIN: append("closed in order")
        case .refuses(let elapsed):
            append("refuses")
            append(since: elapsed)
            append(reason: payload)
        case .abandons:
            append("gives up before the connection stands")
            append(reason: payload)
        case .aborts:
            append("aborts the connection")
            append(reason: payload)
        case .abortsAfterFIN:
            append("aborts after its own close: what still comes is not wanted")
            append(reason: payload)
        case .abortsAfterPeerFIN:
            append("aborts after the other side's close")
            append(reason: payload)
        case .resetsAfterClose:
            append("resets what is closed already")
            append(reason: payload)
        case .resetsUnseen:
            append("resets a connection whose beginning was not captured")
            append(reason: payload)
        case .contradictsItself: append("flags or numbers that fit nothing here")
        case .hasBadChecksum: append("wrong checksum, not looked at any further")
        }
    }

    private mutating func append(findings annotation: Annotation) {
        let findings = annotation.reportedFindings
        guard findings.rawValue != 0 else { return }
        let start = count
        if findings.contains(.reusesEndpoints) { append("same ports as an earlier connection") }
        for (finding, words) in Findings.named where findings.contains(finding) {
            if count > start { append(", ") }
            append(words)
            if Findings.anyRetransmission.contains(finding), let silence = annotation.retransmittedAfter {
                append(" after ")
                append(duration: silence)
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
            append(options.fastOpenCookieLength == 0 ? "asks for a Fast Open cookie" : "Fast Open cookie")
        }
        if options.present.contains(.multipath) {
            separate(&self)
            append("multipath")
        }
        if options.present.contains(.cut) {
            separate(&self)
            append("options cut by the capture")
        }
        if options.present.contains(.unknown) {
            separate(&self)
            append("option ")
            append(Int(options.firstUnknownKind))
        }
        if count == first { removeLast(count - start) } else { append(")") }
        append(dataBehind: segment)
    }

    private mutating func append(dataBehind segment: Segment) {
        guard segment.payloadLength > 0 else { return }
        append(", with ")
        append(byteCount: segment.payloadLength)
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

    private mutating func append(ordinal number: Int) {
        append(number)
        switch (number % 10, number % 100) {
        case (1, let rest) where rest != 11: append("st")
        case (2, let rest) where rest != 12: append("nd")
        case (3, let rest) where rest != 13: append("rd")
        default: append("th")
        }
    }

    /// A reset's payload: text where it is text (RFC 9293 section 3.5.3 allows it), else its bytes in hexadecimal.
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
            append(", its payload says ")
            for index in 0..<min(shown.count, 16) { append(hex: UInt64(shown[index]), digits: 2) }
        }
        if payload.count > (isText ? 64 : 16) { append("...") }
    }
}

extension Annotation {
    /// The findings that its event does not tell already: a SYN that comes again is no retransmission besides.
    var reportedFindings: Findings {
        if kind == .repeatsSYN { findings.subtracting(.anyRetransmission) } else { findings }
    }

    /// Whether it is a retransmission of any kind.
    var isRetransmission: Bool { findings.rawValue & Findings.anyRetransmission.rawValue != 0 }
}

extension Event.Kind {
    /// Nothing that a finding does not say better.
    fileprivate var isPlain: Bool {
        switch self {
        case .none, .sendsData, .acknowledges, .contradictsItself: true
        default: false
        }
    }
}

extension Findings {
    /// In the words and the order in which they are told.
    static let named: [(Findings, StaticString)] = [
        (.previousSegmentLost, "a segment before it was not captured"),
        (.acknowledgesUnseen, "acknowledges what was not captured"),
        (.retransmission, "retransmission"),
        (.fastRetransmission, "fast retransmission"),
        (.spuriousRetransmission, "spurious retransmission"),
        (.outOfOrder, "out of order"),
        (.keepAlive, "keep-alive"),
        (.keepAliveAck, "keep-alive answered"),
        (.zeroWindow, "zero window"),
        (.zeroWindowProbe, "zero window probe"),
        (.zeroWindowProbeAck, "zero window probe answered"),
        (.windowUpdate, "window update"),
        (.duplicateAck, "duplicate acknowledgement"),
    ]
}
