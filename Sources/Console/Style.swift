/// What a piece of text means; how it looks is the palette's affair.
@usableFromInline
package enum Style: Hashable, Sendable {
    case plain
    /// A yes: open, established, up.
    case good
    /// A no: closed, reset, an error.
    case bad
    /// In between: filtered, retransmitted, a warning.
    case doubtful
    /// What one may skip.
    case faint
    /// A heading or a name.
    case strong
    /// The originator's side and the responder's.
    case originator
    case responder
}

/// Whether styles become colours (SGR sequences of ECMA-48) or nothing at all.
@usableFromInline
package struct Palette: Hashable, Sendable {
    @usableFromInline package let isColored: Bool

    package init(isColored: Bool) {
        self.isColored = isColored
    }

    package static let plain = Palette(isColored: false)

    /// `auto` means: as the environment says (NO_COLOR, CLICOLOR_FORCE, TERM), else colours on a terminal and none elsewhere.
    package init(_ choice: ColorChoice, isTerminal: Bool, environment: (String) -> String?) {
        switch choice {
        case .always: isColored = true
        case .never: isColored = false
        case .auto:
            if environment("NO_COLOR").map({ !$0.isEmpty }) ?? false {
                isColored = false
            } else if environment("CLICOLOR_FORCE").map({ !$0.isEmpty && $0 != "0" }) ?? false {
                isColored = true
            } else {
                isColored = isTerminal && environment("TERM") != "dumb"
            }
        }
    }

    @usableFromInline static func sequence(_ style: Style) -> StaticString {
        switch style {
        case .plain: "\u{1B}[0m"
        case .good: "\u{1B}[32m"
        case .bad: "\u{1B}[31m"
        case .doubtful: "\u{1B}[33m"
        case .faint: "\u{1B}[2m"
        case .strong: "\u{1B}[1m"
        case .originator: "\u{1B}[36m"
        case .responder: "\u{1B}[35m"
        }
    }
}

package enum ColorChoice: String, CaseIterable, Hashable, Sendable {
    case auto
    case always
    case never
}

extension TextBuffer {
    /// Writes what `body` writes in that style.
    @inlinable @inline(__always)
    package mutating func styled(_ style: Style, _ palette: Palette, _ body: (inout TextBuffer) -> Void) {
        guard palette.isColored, style != .plain else { return body(&self) }
        append(Palette.sequence(style))
        body(&self)
        append(Palette.sequence(.plain))
    }

    @inlinable @inline(__always)
    package mutating func append(_ text: StaticString, _ style: Style, _ palette: Palette) {
        styled(style, palette) { $0.append(text) }
    }

    package mutating func append(escaped text: String, _ style: Style, _ palette: Palette) {
        styled(style, palette) { $0.append(escaped: text) }
    }
}
