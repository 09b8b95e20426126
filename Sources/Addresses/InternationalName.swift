@_spi(_Unicode) private import Swift

/// Host names in other scripts (IDNA 2008, RFC 5890): `bücher.example` is `xn--bcher-kva.example` to a name server.
package enum InternationalName {
    /// The name as a name server knows it, its letters lowercased. A full stop at the end stays.
    ///
    /// Names are mapped as in RFC 5895: lowercase, full-width letters and digits to ASCII, Unicode normalization form C. Then the rules of
    /// RFC 5891 section 4 hold, with two exceptions: symbols pass, as in UTS 46, since names with them exist; the direction of writing
    /// (RFC 5893) is not checked. Of an ASCII name only the lengths are.
    package static func ascii(_ name: String) throws(HostNameProblem) -> String {
        guard name.utf8.contains(where: { $0 >= 0x80 }) else {
            try requireLengths(name.utf8)
            return name
        }
        let labels = mapped(name).unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "." }
        var encoded: [String] = []
        for label in labels {
            encoded.append(try ascii(label: Array(label)))
        }
        let text = encoded.joined(separator: ".")
        try requireLengths(text.utf8)
        return text
    }

    /// The name in a form that is the same for every spelling of it: as `ascii`, in lowercase, without the full stop at the end. A name
    /// that breaks the rules is only lowercased.
    package static func canonical(_ name: String) -> String {
        let text = ((try? ascii(name)) ?? name).lowercased()
        return text.utf8.count > 1 && text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    private static func ascii(label: [Unicode.Scalar]) throws(HostNameProblem) -> String {
        guard label.contains(where: { !$0.isASCII }) else { return String(String.UnicodeScalarView(label)) }
        try requirePermitted(label)
        guard let encoded = punycode(label.map(\.value)) else { throw .labelTooLong }
        return "xn--" + encoded
    }

    /// RFC 1035 section 2.3.4.
    private static let (longestLabel, longestName) = (63, 253)

    private static func requireLengths(_ name: String.UTF8View) throws(HostNameProblem) {
        var length = 0
        var nameLength = name.count
        for (index, byte) in name.enumerated() {
            if byte != UInt8(ascii: ".") {
                length += 1
                guard length <= longestLabel else { throw .labelTooLong }
                continue
            }
            guard length > 0 else { throw .emptyLabel }
            // The root's label is empty, and does not count.
            if index == name.count - 1 { nameLength -= 1 }
            length = 0
        }
        guard nameLength <= longestName else { throw .tooLong }
    }

    private static func mapped(_ name: String) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            switch scalar.value {
            // The full stops of RFC 3490 section 3.1.
            case 0x3002, 0xFF0E, 0xFF61: folded.append(".")
            // ASCII in full width.
            case 0xFF01...0xFF5E: folded.append(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
            // Sara am of Thai and Lao, which the rules know in two parts only.
            case 0x0E33: folded.append(contentsOf: ["\u{E4D}", "\u{E32}"])
            case 0x0EB3: folded.append(contentsOf: ["\u{ECD}", "\u{EB2}"])
            // What UTS 46 ignores: hints to a line breaker, and how an emoji is drawn.
            case 0xAD, 0x200B, 0x2060, 0xFEFF, 0xFE00...0xFE0F: break
            default: folded.append(scalar)
            }
        }
        var composed = String.UnicodeScalarView()
        // What Foundation calls, too: the standard library has no other way to NFC.
        composed.append(contentsOf: String(folded).lowercased()._nfc)
        return String(composed)
    }

    // RFC 3492 section 5.
    private static let base: UInt32 = 36
    private static let thresholds: ClosedRange<UInt32> = 1...26
    private static let skew: UInt32 = 38
    private static let damp: UInt32 = 700

    /// RFC 3492 section 6.3; `nil` where a number overflows.
    private static func punycode(_ input: [UInt32]) -> String? {
        var output = input.filter { $0 < 0x80 }.map { UInt8($0) }
        let basicCount = UInt32(output.count)
        if basicCount > 0 { output.append(UInt8(ascii: "-")) }
        var (next, delta, bias, handled) = (UInt32(0x80), UInt32(0), UInt32(72), basicCount)
        while handled < UInt32(input.count) {
            guard let smallest = input.filter({ $0 >= next }).min() else { return nil }
            let (step, tooFar) = (smallest - next).multipliedReportingOverflow(by: handled + 1)
            let (sum, tooMuch) = delta.addingReportingOverflow(step)
            guard !tooFar, !tooMuch else { return nil }
            delta = sum
            next = smallest
            for scalar in input {
                if scalar < next { delta &+= 1 }
                guard scalar == next else { continue }
                appendVariableLength(delta, bias, to: &output)
                bias = adapted(delta, handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta &+= 1
            next += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func appendVariableLength(_ number: UInt32, _ bias: UInt32, to output: inout [UInt8]) {
        var rest = number
        var position = base
        while true {
            let threshold = position <= bias ? thresholds.lowerBound : min(position - bias, thresholds.upperBound)
            guard rest >= threshold else { break }
            output.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            position += base
        }
        output.append(digit(rest))
    }

    private static func digit(_ value: UInt32) -> UInt8 {
        value < 26 ? UInt8(ascii: "a") + UInt8(value) : UInt8(ascii: "0") + UInt8(value - 26)
    }

    private static func adapted(_ delta: UInt32, _ count: UInt32, isFirst: Bool) -> UInt32 {
        var delta = isFirst ? delta / damp : delta / 2
        delta += delta / count
        var steps: UInt32 = 0
        while delta > (base - thresholds.lowerBound) * thresholds.upperBound / 2 {
            delta /= base - thresholds.lowerBound
            steps += base
        }
        return steps + (base - thresholds.lowerBound + 1) * delta / (delta + skew)
    }
}
