import Addresses
import SystemPackage
import Testing

@testable import LocalSockets
@testable import NetlinkQueries

@Suite("inet_diag")
struct InetDiagnosisTests {
    @Test("the request is struct inet_diag_req_v2 within its message")
    func request() {
        let bytes = InetDiagnosis.request(.tcp, .v6, states: 1 << 10, port: 8080, withConnection: true)
        let expected: [UInt8] =
            [
                72, 0, 0, 0, 20, 0, 0x01, 0x03, 0, 0, 0, 0, 0, 0, 0, 0,  // length, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP
                10, 6, 0x42, 0,  // AF_INET6, IPPROTO_TCP, INET_DIAG_SKMEMINFO and INET_DIAG_INFO
                0, 4, 0, 0,  // TCP_LISTEN
                0x1F, 0x90, 0, 0,  // local port 8080
            ] + [UInt8](repeating: 0, count: 36)  // other port, addresses, interface
            + [UInt8](repeating: 0xFF, count: 8)  // INET_DIAG_NOCOOKIE
        #expect(bytes == expected)
        let udp = InetDiagnosis.request(.udp, .v4, states: 1 << 7)
        #expect(udp[16..<20] == [2, 17, 0x40, 0])
    }

    static let listener: [UInt8] = [
        10, 10, 0, 0,  // AF_INET6, TCP_LISTEN, no timer
        0x1F, 0x90, 0, 0,  // port 8080, no peer
        0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,  // fe80::1
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        3, 0, 0, 0,  // bound to interface 3
        5, 0, 0, 0, 6, 0, 0, 0,  // cookie
        0, 0, 0, 0,  // expires
        6, 0, 0, 0, 5, 0, 0, 0,  // six connections wait, the limit is five
        0xE8, 3, 0, 0, 0x67, 0x12, 0, 0,  // user 1000, inode 4711
        5, 0, 11, 0, 1, 0, 0, 0,  // INET_DIAG_SKV6ONLY
        40, 0, 7, 0,  // INET_DIAG_SKMEMINFO
        0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  // rcvbuf 131072
        9, 0, 0, 0,  // nine drops
        5, 0, 0x63, 0, 0, 0, 0, 0,  // an unknown attribute
    ]

    @Test("every field of a listener is in its place")
    func listener() throws {
        let socket = try #require(try InetDiagnosis.socket(.tcp, Self.listener.span))
        #expect(socket.state == .listen && socket.isListener)
        #expect(socket.family == .v6)
        #expect("\(socket.local)" == "[fe80::1%3]:8080")
        #expect(socket.peer == nil && socket.connection == nil)
        #expect(socket.isV6Only == true)
        #expect(socket.interface == 3)
        #expect(socket.queue == LocalSocket.Queue(waiting: 6, limit: 5))
        #expect(socket.queue?.isFull == true)
        #expect(socket.drops == 9)
        #expect(socket.user == 1000)
        #expect(socket.inode == 4711)
        #expect(socket.cookie == 6 << 32 | 5)
    }

    @Test("a connection has its peer, RTT and retransmissions")
    func connection() throws {
        var information = [UInt8](repeating: 0, count: 240)
        information.replaceSubrange(68..<76, with: Netlink.bytes(of: UInt32(1500)) + Netlink.bytes(of: UInt32(250)))
        information.replaceSubrange(100..<104, with: Netlink.bytes(of: UInt32(7)))
        var message = MadeInetMessage(state: 1, port: 40000, peerPort: 443, peer: [192, 0, 2, 9], waiting: 12)
        message.attributes = Netlink.attribute(2, information)
        let socket = try #require(try InetDiagnosis.socket(.tcp, message.payload.span))
        #expect(socket.peer == Endpoint(IPAddress(v4: 0xC000_0209), port: 443))
        #expect(socket.connection == .init(rttMicroseconds: 1500, rttVarianceMicroseconds: 250, retransmits: 7))
        #expect(socket.queue == LocalSocket.Queue(waiting: 12, limit: nil))
    }

    @Test("the accept queue takes one connection more than its limit", arguments: [(4, false), (5, false), (6, true)])
    func fullness(_ waiting: UInt32, _ isFull: Bool) {
        #expect(LocalSocket.Queue(waiting: waiting, limit: 5).isFull == isFull)
        #expect(!LocalSocket.Queue(waiting: waiting, limit: nil).isFull)
    }

    struct FamilyCase: CustomTestStringConvertible {
        let address: [UInt8]
        let isV6Only: UInt8?
        let families: [IPAddress.Family]
        var testDescription: String { "\(address) \(isV6Only.map { "v6only \($0)" } ?? "-")" }
    }

    static let any = [UInt8](repeating: 0, count: 16)
    static let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 192, 0, 2, 1]

    @Test(
        "the families that a listener serves",
        arguments: [
            FamilyCase(address: [0, 0, 0, 0], isV6Only: nil, families: [.v4]),
            FamilyCase(address: any, isV6Only: 0, families: [.v4, .v6]),
            FamilyCase(address: any, isV6Only: 1, families: [.v6]),
            FamilyCase(address: any, isV6Only: nil, families: [.v4, .v6]),
            FamilyCase(address: mapped, isV6Only: 0, families: [.v4]),
            FamilyCase(address: [0x20, 1, 0xD, 0xB8] + [UInt8](repeating: 0, count: 11) + [1], isV6Only: 0, families: [.v6]),
        ]
    )
    func families(_ row: FamilyCase) throws {
        var message = MadeInetMessage(family: row.address.count == 4 ? 2 : 10, address: row.address)
        if let isV6Only = row.isV6Only { message.attributes = Netlink.attribute(11, [isV6Only]) }
        #expect(try InetDiagnosis.socket(.tcp, message.payload.span)?.families == row.families)
    }

    @Test("other families and unknown states are skipped")
    func skipped() throws {
        #expect(try InetDiagnosis.socket(.tcp, MadeInetMessage(family: 1).payload.span) == nil)
        #expect(try InetDiagnosis.socket(.tcp, MadeInetMessage(state: 200).payload.span) == nil)
    }

    @Test("a message cut anywhere is refused or read without its last attributes, never trusted")
    func cut() throws {
        for length in 0..<Self.listener.count {
            let bytes = Array(Self.listener[..<length])
            if length < 72 {
                #expect(throws: NetlinkError.self) { try InetDiagnosis.socket(.tcp, bytes.span) }
            } else {
                _ = try? InetDiagnosis.socket(.tcp, bytes.span)
            }
        }
    }

    @Test("no damage of one byte makes it trap")
    func damaged() {
        for position in Self.listener.indices {
            for value in [0, 1, 3, 4, 0x7F, 0xFF] as [UInt8] {
                var bytes = Self.listener
                bytes[position] = value
                _ = try? InetDiagnosis.socket(.udp, bytes.span)
                _ = try? UnixDiagnosis.socket(bytes.span)
            }
        }
    }
}
