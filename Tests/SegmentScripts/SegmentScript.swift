import Addresses
package import Packets
import Time

/// A conversation as lines of text, so that a table of cases stays readable.
///
/// A line is `TIME DIRECTION FLAGS SEQUENCE ACKNOWLEDGEMENT` and any of these: `len=N` bytes of payload, `win=N`, `bad` for a wrong
/// checksum, `copy` for a frame captured at another point just before, `net=N` for a
/// virtual network, `cut` for a payload that the capture lacks, `headless` for options that it lacks; the options `mss=N`, `wscale=N`,
/// `tfo=N` (length of the cookie), `mptcp`, `kind=N` (an unknown one). Seconds count from 2020-09-13 12:26:40 UTC; `>` is from
/// 10.0.0.1 to 10.0.0.2, `<` the reverse; flags are S A F R P U, or `.` for none; `-` is no acknowledgement.
package struct SegmentScript {
    package var lines: [String]
    package var clientPort: UInt16
    package var serverPort: UInt16

    package init(lines: [String], clientPort: UInt16 = 40_000, serverPort: UInt16 = 50_000) {
        self.lines = lines
        self.clientPort = clientPort
        self.serverPort = serverPort
    }

    private static let start: Int64 = 1_600_000_000_000_000

    package struct Mistake: Error { package let line: String }

    package func segments() throws -> [Segment] {
        try lines.map { line in
            guard let segment = segment(line.split(separator: " ").map(String.init)) else { throw Mistake(line: line) }
            return segment
        }
    }

    private func segment(_ words: [String]) -> Segment? {
        guard words.count >= 5, let seconds = Double(words[0]), let sequence = UInt32(words[3]) else { return nil }
        let isClient = words[1] == ">"
        var flags: TCPFlags = []
        for letter in words[2] where letter != "." {
            switch letter {
            case "S": flags.insert(.syn)
            case "A": flags.insert(.ack)
            case "F": flags.insert(.fin)
            case "R": flags.insert(.rst)
            case "P": flags.insert(.psh)
            case "U": flags.insert(.urg)
            default: return nil
            }
        }
        let client = IPAddress(v4: 0x0A00_0001)
        let server = IPAddress(v4: 0x0A00_0002)
        var segment = Segment(
            time: Timestamp(nanoseconds: (Self.start + Int64((seconds * 1_000_000).rounded())) * 1000),
            source: isClient ? client : server,
            destination: isClient ? server : client,
            sourcePort: isClient ? clientPort : serverPort,
            destinationPort: isClient ? serverPort : clientPort,
            sequence: sequence,
            acknowledgement: UInt32(words[4]) ?? 0,
            flags: flags,
            window: 65_535
        )
        segment.checksum = .correct
        var isCut = false
        for word in words.dropFirst(5) {
            let parts = word.split(separator: "=")
            switch parts[0] {
            case "len": segment.payloadLength = parts.last.flatMap { Int($0) } ?? 0
            case "win": segment.window = parts.last.flatMap { UInt16($0) } ?? 0
            case "bad": segment.checksum = .wrong
            case "cut": isCut = true
            case "headless": segment.options.present.insert(.cut)
            case "mss":
                segment.options.present.insert(.maximumSegmentSize)
                segment.options.maximumSegmentSize = parts.last.flatMap { UInt16($0) } ?? 0
            case "wscale":
                segment.options.present.insert(.windowScale)
                segment.options.windowScale = parts.last.flatMap { UInt8($0) } ?? 0
            case "ts":
                segment.options.present.insert(.timestamps)
                segment.options.timestampValue = parts.last.flatMap { UInt32($0) } ?? 0
            case "tfo":
                segment.options.present.insert(.fastOpen)
                segment.options.fastOpenCookieLength = parts.last.flatMap { UInt8($0) } ?? 0
            case "copy": segment.isCopy = true
            case "net": segment.network = VirtualNetwork(number: parts.last.flatMap { UInt16($0) } ?? 0)
            case "mptcp": segment.options.present.insert(.multipath)
            case "md5": segment.options.present.insert(.md5Signature)
            case "ao": segment.options.present.insert(.authentication)
            case "uto":
                segment.options.present.insert(.userTimeout)
                segment.options.userTimeout = parts.last.flatMap { UInt16($0) } ?? 0
            case "kind":
                segment.options.note(unknownKind: parts.last.flatMap { UInt8($0) } ?? 0)
            default: return nil
            }
        }
        segment.capturedPayloadLength = isCut ? 0 : segment.payloadLength
        return segment
    }
}
