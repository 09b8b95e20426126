import Addresses
package import Console
package import Packets
import Time
package import Tracking

/// `--json`: one object per segment and one per connection as it ends; with `--connections` the latter only.
package struct CaptureJSON: CaptureReport {
    package let tellsSegments: Bool
    package let tellsServerNames = true
    private var clock = EpochSeconds()
    private let interfaceName: @Sendable (UInt32) -> String?
    /// The interface of the last segment, since most have the same.
    private var last: (interface: UInt32, name: String?)?

    /// - Parameter interfaceName: the name of `Segment.interface`, `nil` where the capture does not have it.
    package init(tellsSegments: Bool, interfaceName: @escaping @Sendable (UInt32) -> String? = { _ in nil }) {
        self.tellsSegments = tellsSegments
        self.interfaceName = interfaceName
    }

    package mutating func segment(
        _ segment: Segment,
        _ annotation: Annotation,
        number: UInt64,
        payload: Span<UInt8>,
        into text: inout TextBuffer
    ) {
        text.append(json: { write(segment, annotation, number, payload, into: &$0) })
    }

    private mutating func write(
        _ segment: Segment,
        _ annotation: Annotation,
        _ number: UInt64,
        _ payload: Span<UInt8>,
        into writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.field("type", literal: "packet")
        writer.field("number", number)
        writer.field("time", number: { clock.append(segment.time, to: &$0) })
        writer.field("connection", UInt64(annotation.connection))
        writer.field("src", ascii: { $0.append(segment.source) })
        writer.field("sport", UInt64(segment.sourcePort))
        writer.field("dst", ascii: { $0.append(segment.destination) })
        writer.field("dport", UInt64(segment.destinationPort))
        writer.beginArray("flags")
        segment.flags.forEachName { writer.element(literal: $0) }
        writer.endArray()
        writer.field("seq", UInt64(segment.sequence))
        writer.field("ack", segment.flags.contains(.ack) ? UInt64(segment.acknowledgement) : nil)
        writer.field("window", UInt64(segment.window))
        writer.field("length", UInt64(segment.payloadLength))
        if annotation.step.isNone {
            writer.null("step")
        } else {
            writer.field("step", ascii: { $0.append(step: annotation.step) })
        }
        writeNote(annotation, segment, payload, into: &writer)
        writer.field("relative_seq", UInt64(annotation.relativeSequence))
        writer.field("relative_ack", segment.flags.contains(.ack) ? UInt64(annotation.relativeAcknowledgement) : nil)
        writer.field("ttl", UInt64(segment.hopLimit))
        writer.field(options: segment.options)
        writer.field("vlan", segment.vlan == 0 ? nil : UInt64(segment.vlan))
        writer.field("interface", name(of: segment.interface))
        writer.endObject()
        writer.endLine()
    }

    private mutating func name(of interface: UInt32) -> String? {
        if let last, last.interface == interface { return last.name }
        let name = interfaceName(interface)
        last = (interface, name)
        return name
    }

    /// Only the note of a RST can contain bytes from the network; it is escaped.
    private func writeNote(
        _ annotation: Annotation,
        _ segment: Segment,
        _ payload: Span<UInt8>,
        into writer: inout JSONWriter
    ) {
        guard payload.isEmpty || !segment.flags.contains(.rst) else {
            var note = TextBuffer()
            note.append(noteOf: annotation, segment, payload: payload)
            return writer.field("note", note.string)
        }
        let nothing: [UInt8] = []
        writer.field("note", ascii: { $0.append(noteOf: annotation, segment, payload: nothing.span) })
    }

    package mutating func connection(_ record: ConnectionRecord, into text: inout TextBuffer) {
        connection(record, serverName: nil, into: &text)
    }

    package mutating func connection(_ record: ConnectionRecord, serverName: String?, into text: inout TextBuffer) {
        text.append(json: { write(record, serverName, into: &$0) })
    }

    private func write(_ record: ConnectionRecord, _ serverName: String?, into writer: inout JSONWriter) {
        let hasDuration = record.duration > 0
        writer.beginObject()
        writer.field("type", literal: "connection")
        writer.field("id", UInt64(record.identifier))
        writer.field("ts", fixed: record.start.nanoseconds / 1000, fractionDigits: 6)
        writer.field("duration", fixed: hasDuration ? record.duration / 1000 : nil, fractionDigits: 6)
        writer.field("orig_h", ascii: { $0.append(record.originator.address) })
        writer.field("orig_p", UInt64(record.originator.port))
        writer.field("resp_h", ascii: { $0.append(record.responder.address) })
        writer.field("resp_p", UInt64(record.responder.port))
        writer.field("conn_state", literal: record.state.name)
        writer.field("history", ascii: { text in record.forEachHistoryByte { text.append(byte: $0) } })
        writer.field("orig_pkts", UInt64(record.originatorPackets))
        writer.field("resp_pkts", UInt64(record.responderPackets))
        // Zeek leaves them out where all segments have one time; they are known all the same.
        writer.field("orig_bytes", UInt64(record.originatorBytes))
        writer.field("resp_bytes", UInt64(record.responderBytes))
        writer.field("completeness", UInt64(record.completeness.rawValue))
        writer.field("initial_rtt_ms", fixed: record.initialRoundTrip.map { $0 / 1000 }, fractionDigits: 3)
        writer.field("syn_retransmits", record.synRetransmits)
        writer.field("retransmits", record.retransmits)
        writer.field("opened_by", record.openedBy)
        writer.field("closed_by", record.closedBy)
        writer.field("verdict", literal: record.verdict.words)
        writer.field("community_id", ascii: { CommunityID(record.originator, record.responder).append(to: &$0) })
        writer.field("server_name", serverName)
        writer.endObject()
        writer.endLine()
    }
}

extension JSONWriter {
    fileprivate mutating func field(_ name: StaticString, _ side: ConnectionRecord.Side?) {
        if let side { field(name, literal: side.name) } else { null(name) }
    }
}
