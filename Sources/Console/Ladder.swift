/// A sequence diagram of two participants: two uprights, and one rung per message between them.
///
/// Each `LadderFormat` has a file of its own. Texts are stored as they are and escaped when drawn, since each format needs its own
/// escaping.
package struct Ladder: Sendable {
    package enum Direction: Sendable {
        case rightward
        case leftward
    }

    /// What sets a message apart without its colour.
    package enum Mark: Sendable {
        case none
        /// Sent again: its beam is broken.
        case repeated
        /// Ends the conversation at once: its head is a cross.
        case reset
    }

    /// Who sends nothing more after a message: that side's upright is broken from there on.
    package enum Ending: Sendable {
        case none
        case sender
        case both
    }

    package struct Rung: Sendable {
        /// Since the first message, as it is printed: `0.021`.
        package var time: String
        /// Since the message before: `+0.004`; may be empty.
        package var delta = ""
        package var direction: Direction
        /// Printed on the arrow.
        package var label: String
        /// Printed behind the label where there is room: `seq 0, ack 1`.
        package var numbers = ""
        /// The step that the message is: `open 1/3`; may be empty.
        package var step = ""
        /// What the message means; printed beside the arrow.
        package var note: String
        package var style: Style
        package var mark = Mark.none
        package var ending = Ending.none
        /// Who sent it, where that is neither side: the arrow to the left side begins at this name.
        package var sender = ""

        package init(time: String, direction: Direction, label: String, note: String = "", style: Style = .plain) {
            self.time = time
            self.direction = direction
            self.label = label
            self.note = note
            self.style = style
        }

        /// The label and the numbers.
        var whole: String { numbers.isEmpty ? label : "\(label), \(numbers)" }
        /// The step and the note.
        var meaning: String { step.isEmpty ? note : note.isEmpty ? step : "\(step)  \(note)" }
    }

    /// Messages that are drawn as one row.
    package struct Fold: Sendable {
        /// When the first was sent.
        package var time: String
        /// How many they are, and how much they carry: `12 segments, 9.4 kB`.
        package var label: String
        package var note: String
        /// Which way data went.
        package var goesRight: Bool
        package var goesLeft: Bool

        package init(time: String, label: String, note: String = "", goesRight: Bool = false, goesLeft: Bool = false) {
            self.time = time
            self.label = label
            self.note = note
            self.goesRight = goesRight
            self.goesLeft = goesLeft
        }
    }

    /// One row of the drawing.
    package enum Row: Sendable {
        case rung(Rung)
        case fold(Fold)
        /// A place where messages are missing.
        case gap(String)
    }

    package var left: String
    package var right: String
    /// When the first message was sent; printed above the names, may be empty.
    package var title = ""
    /// The unit of the times: `ms`.
    package var timeUnit: String
    /// Which of the two is coloured as the originator.
    package var isLeftOriginator = true
    /// How it ended; printed below.
    package var verdict = ""
    package private(set) var rows: [Row] = []

    package init(left: String, right: String, timeUnit: String) {
        self.left = left
        self.right = right
        self.timeUnit = timeUnit
    }

    package mutating func add(_ rung: Rung) { rows.append(.rung(rung)) }
    package mutating func add(_ fold: Fold) { rows.append(.fold(fold)) }
    package mutating func add(gap: String) { rows.append(.gap(gap)) }
    /// Removes the last rows, for a fold in their place.
    package mutating func removeLast(_ count: Int) { rows.removeLast(count) }

    /// Draws the ladder.
    ///
    /// - Parameter width: the columns of the terminal, which the text formats keep to; `nil`: no limit.
    package func render(_ format: LadderFormat, into text: inout TextBuffer, width: Int? = nil, _ palette: Palette = .plain) {
        switch format {
        case .text: renderText(.unicode, into: &text, width: width, palette)
        case .ascii: renderText(.ascii, into: &text, width: width, palette)
        case .svg: Self.renderSVG([self], into: &text)
        case .mermaid:
            Self.beginMermaid(into: &text)
            renderMermaid(into: &text)
        }
    }

    var leftStyle: Style { isLeftOriginator ? .originator : .responder }
    var rightStyle: Style { isLeftOriginator ? .responder : .originator }

    /// Which sides send nothing more, row after row.
    struct Silence {
        private(set) var left = false
        private(set) var right = false

        /// Takes note of a message that was drawn.
        mutating func follow(_ rung: Rung) {
            switch rung.ending {
            case .none: break
            case .sender where !rung.sender.isEmpty: break
            case .sender where rung.direction == .rightward: left = true
            case .sender: right = true
            case .both: (left, right) = (true, true)
            }
        }
    }
}

package enum LadderFormat: String, CaseIterable, Sendable {
    case text
    case ascii
    case svg
    case mermaid
}
