/// Host names in other scripts (IDNA 2008, RFC 5890): `bücher.example` is `xn--bcher-kva.example` to a name server.
///
/// Letters are lowercased; names in decomposed form are not composed first.
package enum InternationalName {
    /// The ASCII form of a name with other characters; `nil` for one that has none, or that no label can hold.
    package static func ascii(_ name: String) -> String? {
        guard name.utf8.contains(where: { $0 >= 0x80 }) else { return nil }
        var labels: [String] = []
        for label in name.lowercased().unicodeScalars.split(omittingEmptySubsequences: false, whereSeparator: isDot) {
            let scalars = label.map(\.value)
            guard scalars.contains(where: { $0 >= 0x80 }) else {
                labels.append(String(String.UnicodeScalarView(label)))
                continue
            }
            guard let encoded = punycode(scalars), encoded.utf8.count <= 59 else { return nil }
            labels.append("xn--" + encoded)
        }
        return labels.joined(separator: ".")
    }

    /// The full stops of RFC 3490 section 3.1.
    private static func isDot(_ scalar: Unicode.Scalar) -> Bool { [0x2E, 0x3002, 0xFF0E, 0xFF61].contains(scalar.value) }

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
