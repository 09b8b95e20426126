import Addresses
import Packets

extension Frame {
    static let gateway = IPAddress(v4: 0x0A00_0001)
    static let peer = IPAddress(v4: 0x0A00_0002)

    /// The packets that tests put into others.
    static let inner4 = ipv4(6, tcp())
    static let inner6 = ipv6(6, tcp6())
    static let innerFrame = plain()

    /// IPv4 between two tunnel endpoints.
    static func tunnel(_ number: UInt8, _ payload: [UInt8]) -> [UInt8] {
        ethernet(0x0800, ipv4(number, payload, from: gateway, to: peer))
    }

    /// UDP between two tunnel endpoints, its checksum right.
    static func udpTunnel(_ port: UInt16, from sourcePort: UInt16 = 40_000, checksum: UInt16? = nil, _ payload: [UInt8]) -> [UInt8]
    {
        var datagram = bytes(sourcePort) + bytes(port) + bytes(UInt16(8 + payload.count)) + [0, 0] + payload
        let sum = UInt64(Checksum.ofBytes(datagram.span))
        let pseudo = Checksum.ofPseudoHeader(source: gateway, destination: peer, protocol: 17, length: datagram.count)
        datagram.replaceSubrange(6..<8, with: bytes(checksum ?? ~Checksum.folded(sum + UInt64(Checksum.folded(pseudo)))))
        return tunnel(17, datagram)
    }

    static func pppoe(_ payload: [UInt8]) -> [UInt8] {
        [0x11, 0, 0, 1] + bytes(UInt16(payload.count)) + payload
    }

    static func snap(_ type: UInt16, _ payload: [UInt8]) -> [UInt8] {
        [0xAA, 0xAA, 3, 0, 0, 0] + bytes(type) + payload
    }

    /// A data frame from an access point: 24 bytes, the flags of its second byte given.
    static func wifi(control: UInt8 = 0x08, flags: UInt8 = 0x02, more: [UInt8] = [], _ payload: [UInt8]) -> [UInt8] {
        [control, flags] + [UInt8](repeating: 7, count: 22) + more + payload
    }

    static func subframe(_ payload: [UInt8], isLast: Bool) -> [UInt8] {
        let frame = [UInt8](repeating: 9, count: 12) + bytes(UInt16(payload.count)) + payload
        return isLast ? frame : frame + [UInt8](repeating: 0, count: (4 - frame.count % 4) % 4)
    }

    static func geneve(_ type: UInt16, options: [UInt8] = [], _ payload: [UInt8]) -> [UInt8] {
        [UInt8(options.count / 4), 0] + bytes(type) + [0, 0, 1, 0] + options + payload
    }

    static func gtp(flags: UInt8 = 0x30, more: [UInt8] = [], _ payload: [UInt8]) -> [UInt8] {
        [flags, 255] + bytes(UInt16(more.count + payload.count)) + [0, 0, 0, 1] + more + payload
    }

    /// An IPv6 packet with extension headers before its segment.
    static func extended(_ first: UInt8, _ headers: [UInt8]) -> [UInt8] {
        ipv6(first, headers + tcp6())
    }

    static let teredoClient = IPAddress(v6High: 0x2001_0000_4137_9E50, low: 0x8000_F12A_B9C8_2815)

    /// IPv6 from a Teredo client.
    static let fromTeredo = ipv6(6, tcp(from: teredoClient, to: server6), from: teredoClient)
}
