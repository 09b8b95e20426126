import PacketCapture
import Packets
import Tracking

/// The decoded segments of several frames: the only data that passes from reading and decoding to tracking and reporting.
///
/// One thread or two use the same batch. Its arrays are reused, so in steady state a batch allocates nothing.
struct Batch: Sendable {
    /// What a report needs of a segment beside `TrackedSegment`.
    struct ReportedSegment: Sendable {
        let segment: Segment
        /// The frame's number in the capture, from 1.
        var number: UInt64
        /// The payload captured, in `bytes`; empty for all but resets, whose text is the only one that is shown.
        let payload: Range<Int>
    }

    /// A frame for the capture file.
    struct WrittenFrame: Sendable {
        let header: FrameHeader
        /// Its bytes, in `bytes`.
        let place: Range<Int>
        /// The items up to here belong to this frame and those before it.
        let itemEnd: Int
    }

    /// Segments and the times between them, in order.
    var items: [TrackedSegment] = []
    /// One for each segment among `items`, where segments are reported or annotated in the capture file.
    var segments: [ReportedSegment] = []
    /// Every frame, where a capture file is written.
    var frames: [WrittenFrame] = []
    var bytes: [UInt8] = []

    var frameCount: UInt64 = 0
    var tally = DecodeTally()
    /// What went wrong with the source behind these frames, in order.
    var failures: [any Error] = []
    /// The link type in the source's header.
    var linkType: LinkType?
    /// Whether the source has nothing more for now, so that results must not wait.
    var precedesWait = false
    /// Whether no batch follows.
    var isLast = false

    mutating func removeAll() {
        items.removeAll(keepingCapacity: true)
        segments.removeAll(keepingCapacity: true)
        frames.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        frameCount = 0
        tally = DecodeTally()
        if !failures.isEmpty { failures.removeAll() }
        linkType = nil
        precedesWait = false
        isLast = false
    }
}
