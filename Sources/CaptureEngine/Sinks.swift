import CaptureReports
package import Console
package import PacketCapture
import Packets
import SondeSystem
import Time
import Tracking

/// Where a report's text is written.
package protocol TextSink: AnyObject {
    /// Writes all of the text and empties it, also where it throws.
    func write(_ text: inout TextBuffer) throws
}

/// What a frame's segment means.
struct FrameNote {
    let annotation: Annotation
    let segment: Segment
    /// The connection that it closed or reset.
    let closed: ConnectionRecord?
}

/// The capture file that frames are written to, each with its annotation as a comment where the format has one.
package final class FrameSink {
    private var writer: CaptureWriter
    private var comment = TextBuffer()

    /// Whether the format has room for annotations.
    let annotates: Bool

    package init(_ writer: consuming CaptureWriter) {
        annotates = writer.writesComments
        self.writer = writer
    }

    /// Creates the file, so that a path that can't be written is known before the first frame.
    func begin(_ linkType: LinkType, at time: Timestamp) throws(CaptureError) { try writer.begin(linkType, at: time) }

    /// - Returns: `.enough` where the last file of a rotation is full; the frame is not written.
    func write(
        _ header: FrameHeader,
        _ frame: Span<UInt8>,
        _ note: FrameNote?
    ) throws(CaptureError) -> FrameDemand {
        comment.clear()
        if annotates, let note {
            let nothing: [UInt8] = []
            comment.append(step: note.annotation.step)
            if !comment.isEmpty { comment.append(": ") }
            comment.append(noteOf: note.annotation, note.segment, payload: nothing.span)
            if let record = note.closed {
                if !comment.isEmpty { comment.append("; ") }
                comment.append(trusted: record.summary)
            }
        }
        return try comment.withSpan { (comment) throws(CaptureError) in
            try writer.write(header, frame, comment: comment)
        }
    }

    func write(_ counts: LiveCapture.Statistics) throws(CaptureError) { try writer.write(counts, at: .now) }

    func flush() throws(CaptureError) { try writer.flush() }

    func finish() throws(CaptureError) { try writer.finish() }
}
