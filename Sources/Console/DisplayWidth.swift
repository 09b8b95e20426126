/// How many columns a terminal gives a text: 0 for a combining mark, 2 for East Asian wide characters and emoji, else 1
/// (UAX #11, in the ranges that matter).
package func displayWidth(_ text: some StringProtocol) -> Int {
    text.unicodeScalars.reduce(0) { $0 + displayWidth(of: $1) }
}

/// Returns the longest prefix of a text that fits in `limit` columns; a truncated text ends in an ellipsis.
package func fitted(_ text: String, columns limit: Int, ellipsis: String = "…") -> String {
    guard displayWidth(text) > limit else { return text }
    guard limit >= displayWidth(ellipsis) else { return "" }
    var kept = ""
    var used = 0
    for scalar in text.unicodeScalars {
        let width = displayWidth(of: scalar)
        guard used + width <= limit - displayWidth(ellipsis) else { break }
        kept.unicodeScalars.append(scalar)
        used += width
    }
    return kept + ellipsis
}

/// The columns of one scalar.
func displayWidth(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20..<0x7F: return 1
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
        0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
        return 2
    default:
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return 1
        }
    }
}
