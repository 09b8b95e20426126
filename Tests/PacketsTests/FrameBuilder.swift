import Addresses
import Packets
import Time

/// Numbers as the network writes them.
func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }
func bytes(_ number: UInt32) -> [UInt8] { bytes(UInt16(number >> 16)) + bytes(UInt16(number & 0xFFFF)) }
func bytes(_ number: UInt64) -> [UInt8] { bytes(UInt32(number >> 32)) + bytes(UInt32(number & 0xFFFF_FFFF)) }

/// Headers as the wire carries them, each around the bytes given. Lengths and checksums are right unless a test says otherwise.
enum Frame {
    static let client = IPAddress(v4: 0xC000_0201)
    static let server = IPAddress(v4: 0xC633_6407)
    static let client6 = IPAddress(v6High: 0x2001_0DB8_0000_0000, low: 1)
    static let server6 = IPAddress(v6High: 0x2001_0DB8_0000_0000, low: 2)
    static let sourcePort: UInt16 = 50_432
    static let destinationPort: UInt16 = 8007

    static func ethernet(_ type: UInt16, _ payload: [UInt8]) -> [UInt8] {
        [0x02, 0, 0, 0, 0, 2, 0x02, 0, 0, 0, 0, 1] + bytes(type) + payload
    }

    static func ipv4(
        _ number: UInt8,
        _ payload: [UInt8],
        from source: IPAddress = client,
        to destination: IPAddress = server,
        options: [UInt8] = [],
        totalLength: Int? = nil,
        fragment: UInt16 = 0,
        identification: UInt16 = 0x1234
    ) -> [UInt8] {
        let size = 20 + options.count
        var header: [UInt8] = [0x40 | UInt8(size / 4), 0] + bytes(UInt16(truncatingIfNeeded: totalLength ?? size + payload.count))
        header +=
            bytes(identification) + bytes(fragment) + [64, number, 0, 0] + source.networkBytes + destination.networkBytes + options
        let sum = ~Checksum.ofBytes(header.span)
        header.replaceSubrange(10..<12, with: bytes(sum))
        return header + payload
    }

    static func ipv6(
        _ next: UInt8,
        _ payload: [UInt8],
        from source: IPAddress = client6,
        to destination: IPAddress = server6,
        payloadLength: Int? = nil
    ) -> [UInt8] {
        [0x60, 0, 0, 0] + bytes(UInt16(truncatingIfNeeded: payloadLength ?? payload.count)) + [next, 63]
            + source.networkBytes + destination.networkBytes + payload
    }

    static func tcp(
        flags: TCPFlags = [.psh, .ack],
        options: [UInt8] = [],
        payload: [UInt8] = Array("hello".utf8),
        from source: IPAddress = client,
        to destination: IPAddress = server
    ) -> [UInt8] {
        let padding = [UInt8](repeating: 0, count: (4 - options.count % 4) % 4)
        let words = UInt16(5 + (options.count + padding.count) / 4)
        var segment = bytes(sourcePort) + bytes(destinationPort) + bytes(UInt32(1000)) + bytes(UInt32(2000))
        segment += bytes(words << 12 | flags.rawValue) + bytes(UInt16(512)) + [0, 0, 0, 0] + options + padding + payload
        let sum = UInt64(Checksum.ofBytes(segment.span))
        let pseudo = Checksum.ofPseudoHeader(source: source, destination: destination, protocol: 6, length: segment.count)
        segment.replaceSubrange(16..<18, with: bytes(~Checksum.folded(sum + UInt64(Checksum.folded(pseudo)))))
        return segment
    }

    static func tcp6(flags: TCPFlags = [.psh, .ack], options: [UInt8] = [], payload: [UInt8] = Array("hello".utf8)) -> [UInt8] {
        tcp(flags: flags, options: options, payload: payload, from: client6, to: server6)
    }

    /// The plainest whole frame.
    static func plain() -> [UInt8] { ethernet(0x0800, ipv4(6, tcp())) }
}

/// Decodes one frame with a decoder of its own.
func decode(
    _ frame: [UInt8],
    as linkType: LinkType = .ethernet,
    wireLength: Int? = nil,
    ignoringChecksums: Bool = false,
    strict: Bool = false
) -> (outcome: DecodeOutcome, segment: Segment) {
    var decoder = Decoder(ignoringChecksums: ignoringChecksums, strict: strict)
    let outcome = decoder.decode(
        frame.span,
        linkType: linkType,
        wireLength: wireLength ?? frame.count,
        time: Timestamp(nanoseconds: 1)
    )
    return (outcome, decoder.segment)
}
