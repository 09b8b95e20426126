import Addresses
package import Console
package import Packets
import Time
package import Tracking

/// `--ladder`: one sequence diagram per connection, drawn as it ends; in SVG all in one picture at the end of the capture.
package struct LadderView: CaptureReport {
    let format: LadderFormat
    let width: Int?
    let palette: Palette

    private var drawings: [UInt32: Drawing] = [:]
    /// Ladders that wait for the end, where one picture holds all.
    private var finished: [Ladder] = []
    /// The rungs of all ladders that are kept.
    private var rungs = 0
    /// Segments of connections that were not drawn, since the maximum was reached.
    private var undrawn = 0

    private struct Drawing {
        var ladder: Ladder
        let start: Timestamp
        let source: String
        var omitted = 0
    }

    /// The maximum of rungs per connection, and of all connections together.
    private static let mostRungs = 1000
    private let mostRungsOfAll: Int

    package init(format: LadderFormat, width: Int?, palette: Palette) {
        self.init(format: format, width: width, palette: palette, mostRungsOfAll: 200_000)
    }

    init(format: LadderFormat, width: Int?, palette: Palette, mostRungsOfAll: Int) {
        self.mostRungsOfAll = mostRungsOfAll
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
            guard rungs < mostRungsOfAll else {
                undrawn += 1
                return
            }
            drawings[annotation.connection] = Self.drawing(from: segment)
        }
        guard let drawing = drawings[annotation.connection] else { return }
        guard drawing.ladder.rows.count < Self.mostRungs, rungs < mostRungsOfAll else {
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
        if drawing.omitted > 0 { drawing.ladder.add(remark: "\(drawing.omitted) more segment\(drawing.omitted == 1 ? "" : "s")") }
        drawing.ladder.isLeftOriginator = drawing.source == Self.text(record.originator)
        drawing.ladder.add(remark: "\(record.state.name): \(record.verdict.words)")
        guard format != .svg else {
            finished.append(drawing.ladder)
            return
        }
        rungs -= drawing.ladder.rows.count - remarks
        drawing.ladder.render(format, into: &text, width: width, palette)
        text.append("\n")
    }

    private static func text(_ endpoint: Endpoint) -> String {
        var text = TextBuffer()
        text.append(endpoint)
        return text.string
    }

    package mutating func end(into text: inout TextBuffer) {
        if format == .svg { Ladder.renderSVG(finished, into: &text) }
        guard undrawn > 0 else { return }
        // A comment where a program reads the format.
        let (before, after): (StaticString, StaticString) =
            switch format {
            case .text, .ascii: ("", "\n")
            case .svg: ("<!-- ", " -->\n")
            case .mermaid: ("%% ", "\n")
            }
        text.append(before)
        text.append(undrawn)
        text.append(" segments not drawn (too many connections at once); select connections with a filter")
        text.append(after)
    }
}
