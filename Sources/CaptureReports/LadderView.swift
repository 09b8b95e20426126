package import Addresses
package import Console
package import Packets
package import Time
package import Tracking

/// `--ladder`: one sequence diagram per connection, drawn as it ends; in SVG all in one picture at the end of the capture.
///
/// What it holds does not grow with the segments of a connection: runs of data become one row, and so does everything beyond the
/// maximum of rows.
package struct LadderView: CaptureReport {
    let format: LadderFormat
    let width: Int?
    let palette: Palette

    private let zone: TimeZone
    private var drawings: [UInt32: LadderDrawing] = [:]
    /// Ladders that wait for the end, where one picture holds all.
    private var finished: [Ladder] = []
    /// The rows of all ladders that are kept.
    private var rows = 0
    /// Segments of connections that were not drawn, since the maximum was reached.
    private var undrawn = 0
    /// Whether a ladder was written.
    private var hasDrawn = false

    /// The maximum of rows of all connections together.
    private let mostRows: Int
    private var names: EndpointNames?

    package init(format: LadderFormat, width: Int?, zone: TimeZone, palette: Palette, names: EndpointNames? = nil) {
        self.init(format: format, width: width, zone: zone, palette: palette, mostRows: 200_000)
        self.names = names
    }

    init(format: LadderFormat, width: Int?, zone: TimeZone, palette: Palette, mostRows: Int) {
        self.mostRows = mostRows
        self.format = format
        self.width = width
        self.zone = zone
        self.palette = palette
    }

    package var tellsNames: Bool { names != nil }
    package mutating func learn(_ name: String, of address: IPAddress) { names?.learn(name, of: address) }

    package mutating func segment(
        _ segment: Segment,
        _ annotation: Annotation,
        number: UInt64,
        payload: Span<UInt8>,
        into text: inout TextBuffer
    ) {
        let hasRoom = rows < mostRows
        if drawings[annotation.connection] == nil {
            guard hasRoom else {
                undrawn += 1
                return
            }
            drawings[annotation.connection] = LadderDrawing(from: segment, zone, names)
        }
        // In place: a copy would copy its rows.
        rows += drawings[annotation.connection]?.add(segment, annotation, payload: payload, hasRoom: hasRoom) ?? 0
    }

    package mutating func connection(_ record: ConnectionRecord, into text: inout TextBuffer) {
        guard var drawing = drawings.removeValue(forKey: record.identifier) else { return }
        rows += drawing.end(record)
        guard format != .svg else {
            finished.append(drawing.ladder)
            return
        }
        rows -= drawing.ladder.rows.count
        if format == .mermaid {
            // A file has one diagram, which holds all connections.
            if !hasDrawn { Ladder.beginMermaid(into: &text) }
            drawing.ladder.renderMermaid(into: &text)
        } else {
            if hasDrawn { text.append("\n") }
            drawing.ladder.render(format, into: &text, width: width, palette)
        }
        hasDrawn = true
    }

    package mutating func end(into text: inout TextBuffer) {
        if format == .svg, !finished.isEmpty { Ladder.renderSVG(finished, into: &text) }
        guard undrawn > 0 else { return }
        // A comment where a program reads the format.
        let (before, after): (StaticString, StaticString) =
            switch format {
            case .text, .ascii: ("\n", "\n")
            case .svg: ("<!-- ", " -->\n")
            case .mermaid: ("%% ", "\n")
            }
        text.append(before)
        text.append(undrawn)
        text.append(" segments not drawn (too many connections at once); select connections with a filter")
        text.append(after)
    }
}
