import Addresses
package import Console
package import Packets
package import Time
package import Tracking

/// The default view: a line a segment, with time, endpoints, flags in words, step and note.
package struct SegmentLines: CaptureReport {
    let palette: Palette
    /// Adds the why below each line where there is one: at every step, at anything else once.
    let explains: Bool
    /// The columns that explanations are set in.
    let width: Int?

    private var clock: TimeOfDay
    private var endpointsWidth = 0
    private var explained: Set<Event> = []

    private static let flagsWidth = 7
    private static let stepWidth = 9
    /// Behind the time.
    private static let explanationIndent = 17
    /// Endpoints are padded to the longest so far, within reason.
    private static let widestEndpoints = 64

    package init(palette: Palette, explains: Bool, width: Int?, zone: TimeZone) {
        self.palette = palette
        self.explains = explains
        self.width = width
        clock = TimeOfDay(in: zone)
    }

    package mutating func segment(
        _ segment: Segment,
        _ annotation: Annotation,
        number: UInt64,
        payload: Span<UInt8>,
        into text: inout TextBuffer
    ) {
        clock.append(segment.time, to: &text)
        text.append("  ")
        let start = text.count
        text.append(endpoint: segment.source, segment.sourcePort)
        text.append(" → ")
        text.append(endpoint: segment.destination, segment.destinationPort)
        // The arrow is one column of three bytes.
        let width = text.count - start - 2
        endpointsWidth = max(endpointsWidth, min(width, Self.widestEndpoints))
        text.append(UInt8(ascii: " "), times: max(0, endpointsWidth - width) + 2)

        let flags = text.count
        text.styled(annotation.style, palette) { $0.append(flags: segment.flags) }
        let shown = palette.isColored && annotation.style != .plain ? TextBuffer.width(of: segment.flags) : text.count - flags
        text.append(UInt8(ascii: " "), times: max(0, Self.flagsWidth - shown) + 2)

        let step = text.count
        text.append(step: annotation.step)
        text.append(UInt8(ascii: " "), times: max(0, Self.stepWidth - (text.count - step)) + 2)
        text.append(noteOf: annotation, segment, payload: payload)
        text.append(byte: UInt8(ascii: "\n"))
        if explains { explain(annotation, &text) }
    }

    private mutating func explain(_ annotation: Annotation, _ text: inout TextBuffer) {
        let isNew = explained.insert(annotation.event).inserted
        guard isNew || !annotation.step.isNone || !annotation.findings.isEmpty, let why = Explanation.of(annotation) else { return }
        text.append(prose: why.description, indent: Self.explanationIndent, width: width, .faint, palette)
    }
}

extension Annotation {
    /// How a segment is to look.
    var style: Style {
        switch event {
        case .refuses, .abandons, .aborts, .abortsAfterFin, .abortsAfterPeerFin, .resetsAfterClose, .resetsUnseen: .bad
        case .contradictsItself, .hasBadChecksum, .acceptsWrongly, .repeatsSyn: .doubtful
        default: sendsAgain ? .doubtful : step.isNone ? .plain : .good
        }
    }
}

extension TextBuffer {
    /// `SYN ACK`: the control bits in words, SYN first; a hyphen for none.
    mutating func append(flags: TCPFlags) {
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

    /// `open 1/3`, `close 2/4`; nothing where there is none.
    package mutating func append(step: Step) {
        guard !step.isNone else { return }
        switch step.phase {
        case .open: append("open ")
        case .close: append("close ")
        }
        append(byte: UInt8(ascii: "0") + step.number)
        append(byte: UInt8(ascii: "/"))
        append(byte: UInt8(ascii: "0") + step.total)
    }
}

extension TCPFlags {
    /// Calls `body` with the names of the control bits (RFC 9293 section 3.1) in the order in which views tell them.
    @inline(__always)
    func forEachName(_ body: (StaticString) -> Void) {
        let bits = rawValue
        if bits & 0x02 != 0 { body("SYN") }
        if bits & 0x01 != 0 { body("FIN") }
        if bits & 0x04 != 0 { body("RST") }
        if bits & 0x08 != 0 { body("PSH") }
        if bits & 0x10 != 0 { body("ACK") }
        if bits & 0x20 != 0 { body("URG") }
        if bits & 0x40 != 0 { body("ECE") }
        if bits & 0x80 != 0 { body("CWR") }
    }
}
