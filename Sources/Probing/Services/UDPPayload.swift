package import Addresses

/// What to send to a UDP port so that the service behind it answers, as each protocol's own document has it. All of them ask and
/// change nothing.
package enum UDPPayload {
    /// The datagram for a port of `host`; empty where no protocol is known for it, which most kernels still answer where the port
    /// is closed.
    package static func bytes(for port: UInt16, of host: IPAddress) -> [UInt8] {
        switch port {
        case 7, 9, 13, 17, 19, 37: line
        case 53: domainQuery
        case 69: trivialFileRead
        case 111: portmapNull
        case 123: timeRequest
        case 137: netbiosStatus
        case 161: managementGet
        case 389: directorySearch
        case 443, 784, 8853: quicVersionNegotiation
        case 500, 4500: port == 4500 ? [0, 0, 0, 0] + keyExchange : keyExchange
        case 1194: tunnelReset
        case 1434: [0x02]
        case 1900: serviceSearch
        case 3478, 19302: bindingRequest
        case 5060: sessionOptions
        case 5353: multicastQuery(host)
        case 5355: linkLocalQuery
        case 5683: constrainedPing
        case 11211: cacheVersion
        case 51820: wireGuardInitiation
        default: []
        }
    }

    /// Whether a service answers from another port than the one it was asked at: TFTP takes a new one for each transfer
    /// (RFC 1350 section 4).
    package static func isAnsweredFromAnotherPort(_ port: UInt16) -> Bool { port == 69 }

    private static let line: [UInt8] = [0x0D, 0x0A]

    // MARK: - Names

    /// RFC 1035 section 4.1: an id, recursion desired, one question. `.` NS is what every name server knows or refuses.
    private static let domainQuery: [UInt8] = [0x53, 0x4F, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, 0x00, 0, 2, 0, 1]

    /// RFC 6762 section 5.4: asks for the available services (`_services._dns-sd._udp.local` PTR, RFC 6763 section 9) and for the
    /// host's own name, which a host without services answers too. Both questions set the bit that requests a unicast answer.
    private static func multicastQuery(_ host: IPAddress) -> [UInt8] {
        let pointerToUs: [UInt8] = [0x00, 0, 12, 0x80, 1]
        let services = label("_services") + label("_dns-sd") + label("_udp") + label("local") + pointerToUs
        return [0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0] + services + reverseName(host) + pointerToUs
    }

    /// The labels of RFC 1035 section 3.5 (`1.2.0.192.in-addr.arpa`) or RFC 3596 section 2.5 (half bytes under `ip6.arpa`).
    private static func reverseName(_ host: IPAddress) -> [UInt8] {
        let bytes = host.networkBytes.reversed()
        switch host.family {
        case .v4:
            return bytes.flatMap { label(String($0)) } + label("in-addr") + label("arpa")
        case .v6:
            return bytes.flatMap { label(String($0 & 0xF, radix: 16)) + label(String($0 >> 4, radix: 16)) } + label("ip6")
                + label("arpa")
        }
    }

    /// RFC 4795 section 2.1: a question in the form of DNS.
    private static let linkLocalQuery: [UInt8] =
        [0x53, 0x4F, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0] + label("localhost") + [0x00, 0, 1, 0, 1]

    /// RFC 1002 section 4.2.17: a node status request for `*`, its name padded with NULs and its half bytes added to `A`.
    private static let netbiosStatus: [UInt8] =
        [0x53, 0x4F, 0x00, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, 32] + Array("CK".utf8) + [UInt8](repeating: 0x41, count: 30)
        + [0x00, 0x00, 0x21, 0x00, 0x01]

    private static func label(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + text.utf8 }

    // MARK: - Time and management

    /// RFC 5905 section 7.3: version 4, mode 3 (client), all else zero.
    private static let timeRequest: [UInt8] = [0x23] + [UInt8](repeating: 0, count: 47)

    /// RFC 3416 in the envelope of RFC 1901: version 2c, community `public`, GetRequest for sysDescr.0 (1.3.6.1.2.1.1.1.0).
    private static let managementGet: [UInt8] = [
        0x30, 0x29, 0x02, 0x01, 0x01, 0x04, 0x06, 0x70, 0x75, 0x62, 0x6C, 0x69, 0x63, 0xA0, 0x1C, 0x02, 0x04, 0x53, 0x4F, 0x4E,
        0x44,
        0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x0E, 0x30, 0x0C, 0x06, 0x08, 0x2B, 0x06, 0x01, 0x02, 0x01, 0x01, 0x01, 0x00,
        0x05, 0x00,
    ]

    /// RFC 4511 section 4.5 over UDP (retired by RFC 3352, but directories still answer): the root entry, its attributes.
    private static let directorySearch: [UInt8] = [
        0x30, 0x25, 0x02, 0x01, 0x01, 0x63, 0x20, 0x04, 0x00, 0x0A, 0x01, 0x00, 0x0A, 0x01, 0x00, 0x02, 0x01, 0x00, 0x02, 0x01,
        0x00,
        0x01, 0x01, 0x00, 0x87, 0x0B, 0x6F, 0x62, 0x6A, 0x65, 0x63, 0x74, 0x43, 0x6C, 0x61, 0x73, 0x73, 0x30, 0x00,
    ]

    /// RFC 5531 section 9: a call of procedure 0 of the port mapper (program 100000, version 2), no authentication.
    private static let portmapNull: [UInt8] =
        [0x53, 0x4F, 0x4E, 0x44, 0, 0, 0, 0, 0, 0, 0, 2, 0x00, 0x01, 0x86, 0xA0, 0, 0, 0, 2, 0, 0, 0, 0]
        + [UInt8](repeating: 0, count: 16)

    // MARK: - Files and devices

    /// RFC 1350 section 5: a read request for a file that is not there; the answer is an error.
    private static let trivialFileRead: [UInt8] = [0, 1] + Array("sonde".utf8) + [0] + Array("octet".utf8) + [0]

    /// UPnP Device Architecture 1.1 section 1.3.2: a search sent to one device.
    private static let serviceSearch = Array(
        ("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n").utf8
    )

    /// RFC 7252 section 4.3: an empty confirmable message, which is answered by a reset.
    private static let constrainedPing: [UInt8] = [0x40, 0x00, 0x53, 0x4F]

    /// memcached's protocol.txt, section "UDP protocol": request id, sequence 0 of 1 datagram, reserved; then the command.
    private static let cacheVersion: [UInt8] = [0x53, 0x4F, 0, 0, 0, 1, 0, 0] + Array("version\r\n".utf8)

    // MARK: - Calls

    /// RFC 8489 section 5: a binding request without attributes; length 0, the magic cookie, a transaction id.
    private static let bindingRequest: [UInt8] = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] + Array("sonde-probe!".utf8)

    /// RFC 3261 section 11: what the server is able to do.
    private static let sessionOptions = Array(
        ("OPTIONS sip:sonde SIP/2.0\r\nVia: SIP/2.0/UDP sonde.invalid;branch=z9hG4bKsonde;rport\r\nMax-Forwards: 70\r\n"
            + "To: <sip:sonde>\r\nFrom: <sip:sonde@sonde.invalid>;tag=sonde\r\nCall-ID: sonde\r\nCSeq: 1 OPTIONS\r\n"
            + "Contact: <sip:sonde@sonde.invalid>\r\nAccept: application/sdp\r\nContent-Length: 0\r\n\r\n").utf8
    )

    // MARK: - Tunnels

    /// RFC 9000 sections 6 and 17.2: a long header with a version that is reserved to force negotiation (0x?a?a?a?a), in a datagram
    /// of 1200 bytes, below which servers stay silent.
    private static let quicVersionNegotiation: [UInt8] = {
        let header: [UInt8] = [0xC0, 0x1A, 0x2A, 0x3A, 0x4A, 8] + Array("sonde-dc".utf8) + [8] + Array("sonde-sc".utf8)
        return header + [UInt8](repeating: 0, count: 1200 - header.count)
    }()

    /// RFC 7296 section 3.1: IKE_SA_INIT with major version 3, which a responder answers with INVALID_MAJOR_VERSION (section 2.5).
    private static let keyExchange: [UInt8] =
        Array("sonde-sp".utf8) + [UInt8](repeating: 0, count: 8) + [0, 0x30, 34, 0x08, 0, 0, 0, 0, 0, 0, 0, 28]

    /// OpenVPN's P_CONTROL_HARD_RESET_CLIENT_V2 (opcode 7, key 0), a session id, no acknowledgements, packet id 0.
    private static let tunnelReset: [UInt8] = [0x38] + Array("sonde-sp".utf8) + [0, 0, 0, 0, 0]

    /// WireGuard's handshake initiation (whitepaper section 5.4.2): type 1 and the right length, with nobody's keys. A responder
    /// that is not under load drops it silently, so the probe can only rule out a closed port.
    private static let wireGuardInitiation: [UInt8] = [1, 0, 0, 0] + Array("snde".utf8) + [UInt8](repeating: 0, count: 140)
}
