import Addresses
import Console
import Handshakes
import Packets

/// `--json`: an object a segment and one a connection as it ends; with `--connections` the latter alone.
struct CaptureJSON: CaptureReport {
    let tellsSegments: Bool
    private var writer = JSONWriter()

    init(tellsSegments: Bool) {
        self.tellsSegments = tellsSegments
    }

    mutating func segment(
        _ segment: Segment,
        _ annotation: Annotation,
        number: UInt64,
        payload: Span<UInt8>,
        into text: inout TextBuffer
    ) {
        swap(&writer.text, &text)
        defer { swap(&writer.text, &text) }
        writer.beginObject()
        writer.field("type", literal: "packet")
        writer.field("number", number)
        writer.field("time", fixed: segment.time.nanoseconds / 1000, fractionDigits: 6)
        writer.field("connection", UInt64(annotation.connection))
        writer.field("src", ascii: { segment.source.append(to: &$0) })
        writer.field("sport", UInt64(segment.sourcePort))
        writer.field("dst", ascii: { segment.destination.append(to: &$0) })
        writer.field("dport", UInt64(segment.destinationPort))
        writer.beginArray("flags")
        for (flag, name) in TCPFlags.named where segment.flags.contains(flag) { writer.element(literal: name) }
        writer.endArray()
        writer.field("seq", UInt64(segment.sequence))
        writer.field("ack", segment.flags.contains(.ack) ? UInt64(segment.acknowledgement) : nil)
        writer.field("window", UInt64(segment.window))
        writer.field("length", UInt64(segment.payloadLength))
        if annotation.step.isNone {
            writer.null("step")
        } else {
            writer.field("step", ascii: { bytes in Self.write(into: &bytes) { $0.append(step: annotation.step) } })
        }
        writeNote(annotation, segment, payload)
        writer.endObject()
        writer.endLine()
    }

    /// A note holds text from outside only where a reset tells its reason; then it takes the way that escapes it.
    private mutating func writeNote(_ annotation: Annotation, _ segment: Segment, _ payload: Span<UInt8>) {
        guard payload.isEmpty || !segment.flags.contains(.rst) else {
            var note = TextBuffer()
            note.append(noteOf: annotation, segment, payload: payload)
            return writer.field("note", note.string)
        }
        let nothing: [UInt8] = []
        writer.field(
            "note",
            ascii: { bytes in
                Self.write(into: &bytes) { $0.append(noteOf: annotation, segment, payload: nothing.span) }
            }
        )
    }

    @inline(__always)
    private static func write(into bytes: inout [UInt8], _ body: (inout TextBuffer) -> Void) {
        var text = TextBuffer()
        swap(&text.bytes, &bytes)
        body(&text)
        swap(&text.bytes, &bytes)
    }

    mutating func connection(_ record: ConnectionRecord, into text: inout TextBuffer) {
        swap(&writer.text, &text)
        defer { swap(&writer.text, &text) }
        let hasDuration = record.duration > 0
        writer.beginObject()
        writer.field("type", literal: "connection")
        writer.field("id", UInt64(record.identifier))
        writer.field("ts", fixed: record.start.nanoseconds / 1000, fractionDigits: 6)
        writer.field("duration", fixed: hasDuration ? record.duration / 1000 : nil, fractionDigits: 6)
        writer.field("orig_h", ascii: { record.originator.address.append(to: &$0) })
        writer.field("orig_p", UInt64(record.originator.port))
        writer.field("resp_h", ascii: { record.responder.address.append(to: &$0) })
        writer.field("resp_p", UInt64(record.responder.port))
        writer.field("conn_state", literal: record.state.name)
        writer.field("history", ascii: { bytes in record.forEachHistoryByte { bytes.append($0) } })
        writer.field("orig_pkts", UInt64(record.originatorPackets))
        writer.field("resp_pkts", UInt64(record.responderPackets))
        writer.field("orig_bytes", hasDuration ? UInt64(record.originatorBytes) : nil)
        writer.field("resp_bytes", hasDuration ? UInt64(record.responderBytes) : nil)
        writer.field("completeness", UInt64(record.completeness.rawValue))
        writer.field("initial_rtt_ms", fixed: record.initialRoundTrip.map { $0 / 1000 }, fractionDigits: 3)
        writer.field("syn_retransmits", record.synRetransmits)
        writer.field("retransmits", record.retransmits)
        write(side: record.openedBy, "opened_by")
        write(side: record.closedBy, "closed_by")
        writer.field("verdict", literal: record.verdict)
        writer.endObject()
        writer.endLine()
    }

    private mutating func write(side: ConnectionRecord.Side?, _ name: StaticString) {
        switch side {
        case .originator: writer.field(name, literal: "orig")
        case .responder: writer.field(name, literal: "resp")
        case nil: writer.null(name)
        }
    }
}
