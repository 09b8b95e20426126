import CaptureReports
package import Console
package import Packets
package import Time
package import Tracking

/// The demonstration's view of its capture: each segment with its explanation as it was seen, then all of them as a ladder.
package struct DemoReport: CaptureReport {
    private var lines: SegmentLines
    private var ladder: LadderView
    private var drawings = ""
    private let palette: Palette

    /// - Parameter format: of the ladder; one of the text formats.
    package init(palette: Palette, width: Int?, zone: TimeZone, format: LadderFormat) {
        self.palette = palette
        lines = SegmentLines(palette: palette, explains: true, width: width, zone: zone)
        ladder = LadderView(format: format, width: width, zone: zone, palette: palette)
    }

    package mutating func begin(into text: inout TextBuffer) {
        text.append(heading: "On the wire", palette)
    }

    package mutating func segment(
        _ segment: Segment,
        _ annotation: Annotation,
        number: UInt64,
        payload: Span<UInt8>,
        into text: inout TextBuffer
    ) {
        lines.segment(segment, annotation, number: number, payload: payload, into: &text)
        ladder.segment(segment, annotation, number: number, payload: payload, into: &text)
    }

    package mutating func connection(_ record: ConnectionRecord, into text: inout TextBuffer) {
        var drawing = TextBuffer()
        ladder.connection(record, into: &drawing)
        drawings += drawing.string
    }

    package mutating func end(into text: inout TextBuffer) {
        text.append(heading: "As a ladder", palette)
        text.append(trusted: drawings)
    }
}

extension TextBuffer {
    /// A title with an empty line before it.
    package mutating func append(heading: StaticString, _ palette: Palette) {
        append("\n")
        append(heading, .strong, palette)
        append("\n")
    }
}
