package import Console
package import Packets
package import Tracking

/// One way of telling a capture: takes segments and connections as they come and writes what it makes of them.
///
/// A view is one file with one type; it writes bytes into the buffer it is lent and keeps no strings of a segment.
package protocol CaptureReport {
    /// Whether it tells segments, not only connections.
    var tellsSegments: Bool { get }
    /// Before the first segment.
    mutating func begin(into text: inout TextBuffer)
    /// - Parameters:
    ///   - number: the frame's number in the capture, from 1.
    ///   - payload: the part of the payload that lies in the frame.
    mutating func segment(
        _ segment: Segment,
        _ annotation: Annotation,
        number: UInt64,
        payload: Span<UInt8>,
        into text: inout TextBuffer
    )
    /// A connection that has ended, or that the end of the capture cut off.
    mutating func connection(_ record: ConnectionRecord, into text: inout TextBuffer)
    /// After the last connection.
    mutating func end(into text: inout TextBuffer)
}

extension CaptureReport {
    package var tellsSegments: Bool { true }
    package mutating func begin(into text: inout TextBuffer) {}
    package mutating func segment(
        _ segment: Segment,
        _ annotation: Annotation,
        number: UInt64,
        payload: Span<UInt8>,
        into text: inout TextBuffer
    ) {}
    package mutating func connection(_ record: ConnectionRecord, into text: inout TextBuffer) {}
    package mutating func end(into text: inout TextBuffer) {}
}

/// Prints nothing: for a capture that goes to standard output itself.
package struct SilentReport: CaptureReport {
    package init() {}
}
