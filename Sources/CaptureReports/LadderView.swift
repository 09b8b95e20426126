package import Console
package import Packets
import Time
package import Tracking

/// `--ladder`: a sequence diagram a connection, drawn as it ends; in SVG all in one picture at the end.
package struct LadderView: CaptureReport {
    let format: LadderFormat
    let width: Int?
    let palette: Palette

    private var drawings: [UInt32: Drawing] = [:]
    /// What waits for the end, where one picture is to hold all.
    private var finished: [Ladder] = []
    /// Rungs of all that is kept.
    private var rungs = 0
    /// Segments of connections for which no room was left.
    private var undrawn = 0

    private struct Drawing {
        var ladder: Ladder
        let start: Timestamp
        let source: String
        var omitted = 0
    }

    /// Segments drawn of one connection, and of all at once: bounds for captures that nobody would draw.
    private static let mostRungs = 1000
    private static let mostRungsOfAll = 200_000

    package init(format: LadderFormat, width: Int?, palette: Palette) {
        self.format = format
        self.width = width
        self.palette = palette
    }

    package mutating func segment(
        _ segment: Segment,
        _ annotation: Annotation,
        number: UInt64,
        payload: Span<UInt8>,
        into text: inout TextBuffer
    ) {
        if drawings[annotation.connection] == nil {
            guard rungs < Self.mostRungsOfAll else {
                undrawn += 1
                return
            }
            drawings[annotation.connection] = Self.drawing(from: segment)
        }
        guard let drawing = drawings[annotation.connection] else { return }
        guard drawing.ladder.rows.count < Self.mostRungs, rungs < Self.mostRungsOfAll else {
            drawings[annotation.connection]?.omitted += 1
            return
        }
        var source = TextBuffer()
        source.append(endpoint: segment.source, segment.sourcePort)
        var time = TextBuffer()
        time.append((segment.time.nanoseconds - drawing.start.nanoseconds) / 1000, fractionDigits: 3)
        var label = TextBuffer()
        label.append(flags: segment.flags)
        if segment.payloadLength > 0 {
            label.append(", ")
            label.append(segment.payloadLength)
            label.append(" B")
        }
        var note = TextBuffer()
        note.append(step: annotation.step)
        if !note.isEmpty { note.append("  ") }
        note.append(noteOf: annotation, segment, payload: payload)
        let rung = Ladder.Rung(
            time: time.string,
            direction: source.string == drawing.source ? .rightward : .leftward,
            label: label.string,
            note: note.string,
            style: annotation.style
        )
        drawings[annotation.connection]?.ladder.add(rung)
        rungs += 1
    }

    private static func drawing(from segment: Segment) -> Drawing {
        var left = TextBuffer()
        left.append(endpoint: segment.source, segment.sourcePort)
        var right = TextBuffer()
        right.append(endpoint: segment.destination, segment.destinationPort)
        let ladder = Ladder(left: left.string, right: right.string, timeUnit: "ms")
        return Drawing(ladder: ladder, start: segment.time, source: left.string)
    }

    package mutating func connection(_ record: ConnectionRecord, into text: inout TextBuffer) {
        guard var drawing = drawings.removeValue(forKey: record.identifier) else { return }
        let remarks = drawing.omitted > 0 ? 2 : 1
        if drawing.omitted > 0 { drawing.ladder.add(remark: "\(drawing.omitted) more segments") }
        drawing.ladder.add(remark: "\(record.state.name): \(record.verdict.words)")
        guard format != .svg else {
            finished.append(drawing.ladder)
            return
        }
        rungs -= drawing.ladder.rows.count - remarks
        drawing.ladder.render(format, into: &text, width: width, palette)
        text.append("\n")
    }

    package mutating func end(into text: inout TextBuffer) {
        if format == .svg { Ladder.renderSVG(finished, into: &text) }
        guard undrawn > 0 else { return }
        // A comment where the format is to be read by a program.
        let (before, after): (StaticString, StaticString) =
            switch format {
            case .text, .ascii: ("", "\n")
            case .svg: ("<!-- ", " -->\n")
            case .mermaid: ("%% ", "\n")
            }
        text.append(before)
        text.append(undrawn)
        text.append(" segments of connections that found no room were not drawn: a filter picks what to draw")
        text.append(after)
    }
}
