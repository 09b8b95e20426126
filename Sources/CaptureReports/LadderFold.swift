import Console
import Packets
import Time
import Tracking

/// Segments that a ladder draws as one row.
struct LadderFold {
    /// When the first was sent, as it is printed.
    private let time: String
    private let first: Timestamp
    private var last: Timestamp
    private var segments = 1
    private var bytesRightward: UInt64 = 0
    private var bytesLeftward: UInt64 = 0
    private var duplicateAcks = 0
    private var retransmissions = 0

    init(_ segment: Segment, _ annotation: Annotation, isRightward: Bool, at time: String) {
        self.time = time
        first = segment.time
        last = segment.time
        if isRightward { bytesRightward = UInt64(segment.payloadLength) } else { bytesLeftward = UInt64(segment.payloadLength) }
        if annotation.findings.contains(.duplicateAck) { duplicateAcks = 1 }
        if annotation.isRetransmission { retransmissions = 1 }
    }

    mutating func take(_ other: LadderFold) {
        last = other.last
        segments += other.segments
        bytesRightward += other.bytesRightward
        bytesLeftward += other.bytesLeftward
        duplicateAcks += other.duplicateAcks
        retransmissions += other.retransmissions
    }

    static func join(_ fold: inout LadderFold?, _ part: LadderFold) {
        if fold == nil { fold = part } else { fold?.take(part) }
    }

    var row: Ladder.Fold {
        var label = TextBuffer()
        label.append(count: segments, of: "segment")
        let bytes = bytesRightward + bytesLeftward
        if bytes > 0 {
            label.append(", ")
            label.append(decimalBytes: bytes)
        }
        return Ladder.Fold(
            time: time,
            label: label.string,
            note: note,
            goesRight: bytesRightward > 0,
            goesLeft: bytesLeftward > 0
        )
    }

    private var note: String {
        var note = TextBuffer()
        note.append("in ")
        note.append(duration: max(0, last.nanoseconds - first.nanoseconds))
        if bytesRightward > 0, bytesLeftward > 0 {
            note.append(", ")
            note.append(decimalBytes: bytesRightward)
            note.append(" to the right, ")
            note.append(decimalBytes: bytesLeftward)
            note.append(" to the left")
        }
        if retransmissions > 0 {
            note.append(", ")
            note.append(count: retransmissions, of: "retransmission")
        }
        if duplicateAcks > 0 {
            note.append(", ")
            note.append(count: duplicateAcks, of: "duplicate ACK")
        }
        return note.string
    }
}
