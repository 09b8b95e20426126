import Arguments
import SondeSystem

/// A duration as an argument: `2`, `0.5` (seconds), `300ms`, `1.5s`, `10m`, `1h`.
struct DurationArgument: PrintableArgumentValue, Hashable, Sendable {
    let duration: Nanoseconds

    static let explanation = "a duration is a number with a unit: us, ms, s, m or h, e.g. 500ms"

    init(_ duration: Nanoseconds) { self.duration = duration }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit: Double
        switch argument[digits.endIndex...] {
        case "us": unit = 1e3
        case "ms": unit = 1e6
        case "", "s": unit = 1e9
        case "m": unit = 60e9
        case "h": unit = 3600e9
        default: return nil
        }
        guard let value = Double(digits), value * unit <= Self.longest else { return nil }
        duration = Nanoseconds(Int64((value * unit).rounded()))
    }

    /// A year, in nanoseconds: longer is a mistake, and could overflow the clock's numbers.
    private static let longest = 365.25 * 86_400e9

    var argumentText: String { duration.inOneUnit }
}
