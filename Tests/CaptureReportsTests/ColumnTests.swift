import Console
import Packets
import Testing
import Time

@testable import CaptureReports

/// Columns whose text is made faster than part by part, against the plain way.
@Suite("Columns")
struct ColumnTests {
    @Test("flags are the names of the control bits, whichever are set")
    func flags() {
        for bits in UInt16(0)..<512 {
            let flags = TCPFlags(rawValue: bits)
            var names: [String] = []
            flags.forEachName { names.append("\($0)") }
            var text = TextBuffer()
            text.append(flags: flags)
            // AE has no name.
            #expect(text.string == (names.isEmpty ? "-" : names.joined(separator: " ")), "\(bits)")
        }
    }

    @Test("seconds since the epoch, in any order of times")
    func seconds() {
        let times: [(Int64, String)] = [
            (0, "0.000000"), (999_999, "0.000999"), (1_000_000_000, "1.000000"), (12_345_678_000_000_000, "12345678.000000"),
            (1_600_000_000_250_000_999, "1600000000.250000"), (1_600_000_000_250_001_000, "1600000000.250001"),
            (-100_000_000_000, "-100.000000"), (1_600_000_000_000_000_000, "1600000000.000000"), (5_000_000_000, "5.000000"),
        ]
        var clock = EpochSeconds()
        for (nanoseconds, expected) in times {
            var text = TextBuffer()
            clock.append(Timestamp(nanoseconds: nanoseconds), to: &text)
            #expect(text.string == expected)
        }
    }
}
