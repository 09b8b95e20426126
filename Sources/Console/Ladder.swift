/// A sequence diagram of two participants: two uprights, and a rung for each thing that went from one to the other.
///
/// It is drawn in any of `LadderFormat`'s ways, one file each. Texts come in as they are and are escaped by the drawing, since each
/// format has dangers of its own.
package struct Ladder: Sendable {
    package enum Direction: Sendable {
        case rightward
        case leftward
    }

    package struct Rung: Sendable {
        /// When, as it is to be shown: `0.021`.
        package var time: String
        package var direction: Direction
        /// What went across; stands on the arrow.
        package var label: String
        /// What it means; stands beside the arrow.
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
        /// What stands across both uprights: rungs that were left out, a phase that begins.
        case remark(String)
    }

    package var left: String
    package var right: String
    /// What the times count: `ms`.
    package var timeUnit: String
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
    /// - Parameter width: the columns of a terminal, which notes are cut to; `nil`: nothing is cut. Text formats only.
    package func render(_ format: LadderFormat, into text: inout TextBuffer, width: Int? = nil, _ palette: Palette = .plain) {
        switch format {
        case .text: renderText(.unicode, into: &text, width: width, palette)
        case .ascii: renderText(.ascii, into: &text, width: width, palette)
        case .svg: Self.renderSVG([self], into: &text)
        case .mermaid: renderMermaid(into: &text)
        }
    }
}

package enum LadderFormat: String, CaseIterable, Sendable {
    case text
    case ascii
    case svg
    case mermaid
}
