/// A sequence diagram of two participants: two uprights, and one rung per message between them.
///
/// Each `LadderFormat` has a file of its own. Texts are stored as they are and escaped when drawn, since each format needs its own
/// escaping.
package struct Ladder: Sendable {
    package enum Direction: Sendable {
        case rightward
        case leftward
    }

    package struct Rung: Sendable {
        /// As it is printed: `0.021`.
        package var time: String
        package var direction: Direction
        /// Printed on the arrow.
        package var label: String
        /// What the message means; printed beside the arrow.
        package var note: String
        package var style: Style

        package init(time: String, direction: Direction, label: String, note: String = "", style: Style = .plain) {
            self.time = time
            self.direction = direction
            self.label = label
            self.note = note
            self.style = style
        }
    }

    /// One row of the drawing.
    package enum Row: Sendable {
        case rung(Rung)
        /// Text across both uprights: a number of rungs left out, a verdict.
        case remark(String)
    }

    package var left: String
    package var right: String
    /// The unit of the times: `ms`.
    package var timeUnit: String
    /// Which of the two is coloured as the originator.
    package var isLeftOriginator = true
    package private(set) var rows: [Row] = []

    package init(left: String, right: String, timeUnit: String) {
        self.left = left
        self.right = right
        self.timeUnit = timeUnit
    }

    package mutating func add(_ rung: Rung) { rows.append(.rung(rung)) }
    package mutating func add(remark: String) { rows.append(.remark(remark)) }

    /// Draws the ladder.
    ///
    /// - Parameter width: the columns of the terminal, to which notes are truncated; `nil`: no limit. Text formats only.
    package func render(_ format: LadderFormat, into text: inout TextBuffer, width: Int? = nil, _ palette: Palette = .plain) {
        switch format {
        case .text: renderText(.unicode, into: &text, width: width, palette)
        case .ascii: renderText(.ascii, into: &text, width: width, palette)
        case .svg: Self.renderSVG([self], into: &text)
        case .mermaid: renderMermaid(into: &text)
        }
    }

    var leftStyle: Style { isLeftOriginator ? .originator : .responder }
    var rightStyle: Style { isLeftOriginator ? .responder : .originator }
}

package enum LadderFormat: String, CaseIterable, Sendable {
    case text
    case ascii
    case svg
    case mermaid
}
