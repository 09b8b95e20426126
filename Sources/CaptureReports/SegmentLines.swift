package import Addresses
package import Console
package import Packets
package import Time
package import Tracking

/// The default view: one line per segment with time, endpoints, flags, step and note.
package struct SegmentLines: CaptureReport {
    let palette: Palette
    /// Whether the reason follows a line: each explanation is printed once. The numbers that it speaks of follow the note.
    let explains: Bool
    /// Whether numbers, window, TTL and options follow a note.
    let isVerbose: Bool
    /// The columns of the terminal, which explanations are wrapped to.
    let width: Int?

    private var clock: TimeOfDay
    private var endpoints = EndpointColumn()
    private var explained: Set<String> = []
    private var names: EndpointNames?

    private static let flagsWidth = 7
    private static let stepWidth = 9
    /// The columns of the time and the blanks after it.
    private static let explanationIndent = 17

    package init(
        palette: Palette,
        explains: Bool,
        isVerbose: Bool = false,
        width: Int?,
        zone: TimeZone,
        names: EndpointNames? = nil
    ) {
        self.names = names
        self.isVerbose = isVerbose
        self.palette = palette
        self.explains = explains
        self.width = width
        clock = TimeOfDay(in: zone)
    }

    package var tellsNames: Bool { names != nil }
    package mutating func learn(_ name: String, of address: IPAddress) { names?.learn(name, of: address) }

    package mutating func segment(
        _ segment: Segment,
        _ annotation: Annotation,
        number: UInt64,
        payload: Span<UInt8>,
        into text: inout TextBuffer
    ) {
        clock.append(segment.time, to: &text)
        text.append("  ")
        endpoints.append(segment.source, segment.sourcePort, segment.destination, segment.destinationPort, names, to: &text)

        let flags = text.count
        text.styled(annotation.style, palette) { $0.append(flags: segment.flags) }
        let shown = palette.isColored && annotation.style != .plain ? TextBuffer.width(of: segment.flags) : text.count - flags
        text.append(UInt8(ascii: " "), times: max(0, Self.flagsWidth - shown) + 2)

        let step = text.count
        text.append(step: annotation.step)
        text.append(UInt8(ascii: " "), times: max(0, Self.stepWidth - (text.count - step)) + 2)
        text.append(noteOf: annotation, segment, payload: payload)
        if isVerbose {
            text.append("  ")
            text.append(detailsOf: segment, annotation)
        } else if explains {
            // The explanations speak of them.
            text.append("  ")
            text.append(numbersOf: segment, annotation)
        }
        text.append(byte: UInt8(ascii: "\n"))
        if explains { explain(annotation, &text) }
    }

    private mutating func explain(_ annotation: Annotation, _ text: inout TextBuffer) {
        guard let why = Explanation.of(annotation)?.description, explained.insert(why).inserted else { return }
        text.append(prose: why, indent: Self.explanationIndent, width: width, .faint, palette)
    }
}

extension Annotation {
    /// The style of its flags.
    var style: Style {
        switch kind {
        case .refuses, .abandons, .withdraws, .aborts, .abortsAfterFIN, .abortsAfterFINForData, .abortsAfterPeerFIN,
            .abortsBeforeLastAcknowledgement, .resetsAfterClose, .resetsUnseen:
            .bad
        case .contradictsItself, .hasBadChecksum, .acceptsWrongly, .acceptsAnew, .repeatsSYN, .synCapturedLate, .resetsNoSYN,
            .resetsWrongNumber, .rejectsAcknowledgement, .challenges:
            .doubtful
        default: isRetransmission ? .doubtful : step.isNone ? .plain : .good
        }
    }
}

extension TextBuffer {
    /// `SYN ACK`: the names of the control bits, SYN first; `-` for none.
    mutating func append(flags: TCPFlags) {
        // Those of nearly every segment, at one go.
        switch flags.rawValue {
        case 0x002: return append("SYN")
        case 0x010: return append("ACK")
        case 0x011: return append("FIN ACK")
        case 0x012: return append("SYN ACK")
        case 0x018: return append("PSH ACK")
        default: break
        }
        let start = count
        flags.forEachName { name in
            append(name)
            append(" ")
        }
        if count == start { append("-") } else { removeLast(1) }
    }

    static func width(of flags: TCPFlags) -> Int {
        var text = TextBuffer()
        text.append(flags: flags)
        return text.count
    }

    /// `open 1/3`, `close 2/4`, `close 2+3/4`; nothing where it is no step.
    package mutating func append(step: Step) {
        guard !step.isNone else { return }
        let number = UInt64(UInt8(ascii: "0") &+ step.number)
        let total = UInt8(ascii: "0") &+ step.total
        switch step.phase {
        case .open:
            // `open 1/3` fills a register, the first byte lowest.
            append(packed: 0x002F_0020_6E65_706F | number << 40 | UInt64(total) << 56, count: 8)
        case .close where step.last == step.number:
            append(packed: 0x2F00_2065_736F_6C63 | number << 48, count: 8)
            append(byte: total)
        case .close:
            append(packed: 0x2B00_2065_736F_6C63 | number << 48, count: 8)
            append(byte: UInt8(ascii: "0") &+ step.last)
            append(byte: UInt8(ascii: "/"))
            append(byte: total)
        }
    }
}
