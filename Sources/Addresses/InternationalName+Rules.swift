/// Why a name can be no host's.
package enum HostNameProblem: Error, Hashable, Sendable {
    /// A character that IDNA 2008 permits nowhere, or not at this place.
    case forbidden(Unicode.Scalar)
    /// A hyphen at the beginning or end of a label, or two in its third and fourth place.
    case misplacedHyphen
    /// A label begins with a mark that belongs to the letter before it.
    case leadingMark(Unicode.Scalar)
    /// Nothing between two full stops, or before the first.
    case emptyLabel
    /// A label has more than 63 bytes, as a name server counts.
    case labelTooLong
    /// The name has more than 253 bytes.
    case tooLong
}

extension HostNameProblem: CustomStringConvertible {
    /// As the end of a sentence about the name.
    package var description: String {
        switch self {
        case .forbidden(let scalar): "\(Self.named(scalar)) is not permitted there"
        case .misplacedHyphen: "a hyphen is misplaced"
        case .leadingMark(let scalar): "a part of it begins with the combining mark \(Self.named(scalar))"
        case .emptyLabel: "a part of it is empty"
        case .labelTooLong: "a part of it is longer than 63 bytes"
        case .tooLong: "it is longer than 253 bytes"
        }
    }

    /// `U+2E31 WORD SEPARATOR MIDDLE DOT`: the character itself may be invisible.
    private static func named(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let number = "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
        return scalar.properties.name.map { "\(number) \($0)" } ?? number
    }
}

/// The characters of labels in other scripts, by the properties of RFC 5892.
extension InternationalName {
    /// RFC 5891 section 4.2.3.
    static func requirePermitted(_ label: [Unicode.Scalar]) throws(HostNameProblem) {
        let hyphen = Unicode.Scalar("-")
        guard label.first != hyphen, label.last != hyphen, label.count < 4 || label[2] != hyphen || label[3] != hyphen else {
            throw .misplacedHyphen
        }
        if let first = label.first, isMark(first) { throw .leadingMark(first) }
        for (index, scalar) in label.enumerated() where !isPermitted(scalar) && !isPermitted(scalar, at: index, in: label) {
            throw .forbidden(scalar)
        }
    }

    /// Whether a character may be anywhere in a label (PVALID; RFC 5892 section 3), or is a symbol.
    private static func isPermitted(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        return switch scalar.value {
        case 0x2D, 0x30...0x39, 0x61...0x7A: true
        // Exceptions, section 2.6.
        case 0xDF, 0x3C2, 0x6FD, 0x6FE, 0xF0B, 0x3007: true
        case 0xB7, 0x375, 0x5F3, 0x5F4, 0x660...0x669, 0x6F0...0x6F9, 0x30FB: false
        case 0x640, 0x7FA, 0x302E, 0x302F, 0x3031...0x3035, 0x303B: false
        // Old Hangul jamo, section 2.9, and blocks that are ignored, section 2.7.
        case 0x1100...0x11FF, 0xA960...0xA97C, 0xD7B0...0xD7FB: false
        case 0x20D0...0x20FF, 0x1D100...0x1D1FF, 0x1D200...0x1D24F: false
        default: !properties.changesWhenNFKCCaseFolded && !properties.isDefaultIgnorableCodePoint && isOfLabels(properties)
        }
    }

    private static func isOfLabels(_ properties: Unicode.Scalar.Properties) -> Bool {
        switch properties.generalCategory {
        case .lowercaseLetter, .uppercaseLetter, .otherLetter, .modifierLetter, .decimalNumber, .nonspacingMark, .spacingMark: true
        // Not in RFC 5892: valid in UTS 46.
        case .otherSymbol: true
        default: false
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    /// Whether its neighbours permit a character that needs them (CONTEXTJ and CONTEXTO; RFC 5892 appendix A).
    private static func isPermitted(_ scalar: Unicode.Scalar, at index: Int, in label: [Unicode.Scalar]) -> Bool {
        let before = index > 0 ? label[index - 1] : nil
        let after = index + 1 < label.count ? label[index + 1] : nil
        return switch scalar.value {
        // Joiners: after a virama, the non-joiner also between letters of a script that joins them.
        case 0x200D: before?.properties.canonicalCombiningClass == .virama
        case 0x200C: before?.properties.canonicalCombiningClass == .virama || joins(before) && joins(after)
        case 0xB7: before == "l" && after == "l"
        case 0x375: after.map { isWithin($0, [0x370...0x3FF, 0x1F00...0x1FFF]) } ?? false
        case 0x5F3, 0x5F4: before.map { isWithin($0, [0x591...0x5F4, 0xFB1D...0xFB4F]) } ?? false
        case 0x30FB: label.contains { isWithin($0, japanese) }
        case 0x660...0x669: !label.contains { isWithin($0, [0x6F0...0x6F9]) }
        case 0x6F0...0x6F9: !label.contains { isWithin($0, [0x660...0x669]) }
        default: false
        }
    }

    /// Letters of Arabic, Syriac, Mandaic, N'Ko and Mongolian; the standard library does not know which of them join.
    private static func joins(_ scalar: Unicode.Scalar?) -> Bool {
        scalar.map { isWithin($0, [0x620...0x6FF, 0x710...0x77F, 0x7CA...0x7EA, 0x840...0x858, 0x8A0...0x8C7, 0x1820...0x18AA]) }
            ?? false
    }

    /// Hiragana, Katakana, Han.
    private static let japanese: [ClosedRange<UInt32>] = [
        0x3005...0x3007, 0x3041...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
        0x20000...0x3FFFF,
    ]

    private static func isWithin(_ scalar: Unicode.Scalar, _ ranges: [ClosedRange<UInt32>]) -> Bool {
        ranges.contains { $0.contains(scalar.value) }
    }
}
