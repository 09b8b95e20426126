import Addresses
import CaptureReports
import ConnectionTracing
import Console
import Packets
import SondeSystem
import Time
import Tracking

/// What the capture has of one traced connection: the handshake, the ladder and the JSON of its segments.
struct TraceEvidence {
    private(set) var handshake: HandshakeEvidence?
    private(set) var ladder: Ladder?
    private(set) var json = ""
    private var drawing: LadderDrawing?
    /// ICMP errors that are not drawn yet, the first last.
    private var errors: [TracedConnection.TimedError]
    private let zone: TimeZone

    init(of connection: TracedConnection, _ zone: TimeZone) {
        errors = connection.errors.reversed()
        self.zone = zone
    }

    mutating func take(_ segment: Segment, _ annotation: Annotation, payload: Span<UInt8>, local: Endpoint) {
        if handshake == nil { handshake = HandshakeEvidence(local: local) }
        handshake?.take(segment)
        if drawing == nil { drawing = LadderDrawing(from: segment, zone) }
        drawErrors(before: segment.time)
        drawing?.add(segment, annotation, payload: payload)
    }

    mutating func append(json text: borrowing TextBuffer) { json += text.string }

    mutating func end(_ record: ConnectionRecord) {
        drawErrors(before: Timestamp(nanoseconds: .max))
        drawing?.end(record)
        ladder = drawing?.ladder
        drawing = nil
    }

    private mutating func drawErrors(before time: Timestamp) {
        guard drawing != nil else { return }
        while let next = errors.last, next.time < time {
            errors.removeLast()
            let sender = next.error.offender.map { "\($0)" } ?? "this machine"
            drawing?.add(from: sender, at: next.time, label: next.error.label, note: next.error.note)
        }
    }
}
