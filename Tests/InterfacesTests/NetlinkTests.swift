import NetlinkQueries
import SystemPackage
import Testing

@testable import Interfaces

/// One message in netlink's framing, made for the tests: the header's length is right by construction.
func message(_ type: UInt16, flags: UInt16 = 2, _ payload: [UInt8]) -> [UInt8] {
    let length = UInt32(16 + payload.count)
    let header = (0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32(8 * $0)) } + [UInt8(type & 0xFF), UInt8(type >> 8)]
    let bytes = header + [UInt8(flags & 0xFF), UInt8(flags >> 8), 0, 0, 0, 0, 0, 0, 0, 0] + payload
    return bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
}

func details(_ datagrams: [UInt8]...) throws -> InterfaceTable {
    var table = InterfaceTable()
    for datagram in datagrams { _ = try table.apply(datagram.span) }
    return table
}

@Suite("Netlink messages")
struct NetlinkTests {
    static let vlan: [UInt8] = [
        0x00, 0x00, 0x01, 0x00,  // ifinfomsg: AF_UNSPEC, padding, hardware type Ethernet
        0x07, 0x00, 0x00, 0x00,  // index 7
        0x43, 0x10, 0x01, 0x00,  // flags LOWER_UP MULTICAST RUNNING BROADCAST UP
        0x00, 0x00, 0x00, 0x00,  // change mask
        0x0c, 0x00, 0x03, 0x00,  // IFLA_IFNAME, 12 bytes
        0x65, 0x74, 0x68, 0x30, 0x2e, 0x35, 0x00, 0x00,  // "eth0.5" with its terminator and one byte of padding
        0x08, 0x00, 0x05, 0x00, 0x02, 0x00, 0x00, 0x00,  // IFLA_LINK: stands on interface 2
        0x08, 0x00, 0x04, 0x00, 0xdc, 0x05, 0x00, 0x00,  // IFLA_MTU 1500
        0x05, 0x00, 0x10, 0x00, 0x03, 0x00, 0x00, 0x00,  // IFLA_OPERSTATE lowerlayerdown, three bytes of padding
        0x1c, 0x00, 0x12, 0x80,  // IFLA_LINKINFO with NLA_F_NESTED, 28 bytes
        0x09, 0x00, 0x01, 0x00, 0x76, 0x6c, 0x61, 0x6e, 0x00, 0x00, 0x00, 0x00,  // IFLA_INFO_KIND "vlan"
        0x0c, 0x00, 0x02, 0x80,  // IFLA_INFO_DATA, nested
        0x06, 0x00, 0x01, 0x00, 0x05, 0x00, 0x00, 0x00,  // IFLA_VLAN_ID 5
    ]

    static let dummyWithCounters: [UInt8] =
        [
            0x00, 0x00, 0x01, 0x00,  // ifinfomsg: Ethernet
            0x09, 0x00, 0x00, 0x00,  // index 9
            0xc3, 0x00, 0x01, 0x00,  // flags
            0x00, 0x00, 0x00, 0x00,  // change mask
            0x10, 0x00, 0x12, 0x00,  // IFLA_LINKINFO without NLA_F_NESTED, as old kernels send it
            0x0a, 0x00, 0x01, 0x00, 0x64, 0x75, 0x6d, 0x6d, 0x79, 0x00, 0x00, 0x00,  // IFLA_INFO_KIND "dummy"
            0x44, 0x00, 0x17, 0x00,  // IFLA_STATS64, 64 bytes of it
            0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // rx_packets 1
            0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // tx_packets 2
            0x03, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,  // rx_bytes 2^32 + 3
            0x04, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00,  // tx_bytes 2^33 + 4
            0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // rx_errors 5
            0x06, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // tx_errors 6
            0x07, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // rx_dropped 7
            0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // tx_dropped 8
        ]

    static let addressWithPeer: [UInt8] = [
        0x02, 0x20, 0x80, 0xfd,  // ifaddrmsg: AF_INET, /32, permanent, scope link
        0x07, 0x00, 0x00, 0x00,  // index 7
        0x08, 0x00, 0x01, 0x00, 0x0a, 0x00, 0x00, 0x02,  // IFA_ADDRESS 10.0.0.2, the peer
        0x08, 0x00, 0x02, 0x00, 0x0a, 0x00, 0x00, 0x01,  // IFA_LOCAL 10.0.0.1
        0x08, 0x00, 0x04, 0x00, 0x0a, 0x00, 0x00, 0xff,  // IFA_BROADCAST 10.0.0.255
        0x0d, 0x00, 0x03, 0x00,  // IFA_LABEL, 13 bytes
        0x65, 0x74, 0x68, 0x30, 0x2e, 0x35, 0x3a, 0x61, 0x00, 0x00, 0x00, 0x00,  // "eth0.5:a"
        0x08, 0x00, 0x08, 0x00, 0x81, 0x02, 0x00, 0x00,  // IFA_FLAGS noprefixroute, permanent, secondary
    ]

    static let v6Address: [UInt8] = [
        0x0a, 0x40, 0xe9, 0x00,  // ifaddrmsg: AF_INET6, /64, permanent tentative deprecated dadfailed temporary, scope global
        0x07, 0x00, 0x00, 0x00,  // index 7
        0x14, 0x00, 0x01, 0x00,  // IFA_ADDRESS; IPv6 sends no IFA_LOCAL where there is no peer
        0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01,  // 2001:db8::1
    ]

    @Test("requests are framed and padded as the kernel reads them")
    func framing() throws {
        let attribute = Netlink.attribute(1, [10, 0, 0])
        #expect(attribute == [7, 0, 1, 0, 10, 0, 0, 0])
        let request = Netlink.message(26, flags: Netlink.request, [2, 32] + attribute)
        #expect(request == [26, 0, 0, 0, 26, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 32] + attribute)
    }

    static let done = message(3, [0, 0, 0, 0])

    @Test("a VLAN's kind, state and MTU are read")
    func vlanLink() throws {
        let link = try #require(try details(message(16, Self.vlan)).links[7])
        #expect(link.name == "eth0.5")
        #expect(link.flags.names == ["UP", "BROADCAST", "RUNNING", "MULTICAST", "LOWER_UP"])
        #expect(link.kindName == "vlan")
        #expect(link.hardwareType == 1)
        #expect(link.state == .lowerLayerDown)
        #expect(link.mtu == 1500)
        #expect(link.statistics == nil)
    }

    @Test("a dummy's counters are 64 bits wide, each in its place")
    func dummyLink() throws {
        let link = try #require(try details(message(16, Self.dummyWithCounters)).links[9])
        #expect(link.kindName == "dummy")
        let received = InterfaceStatistics.Direction(bytes: 1 << 32 + 3, packets: 1, errors: 5, dropped: 7)
        let transmitted = InterfaceStatistics.Direction(bytes: 1 << 33 + 4, packets: 2, errors: 6, dropped: 8)
        #expect(link.statistics == InterfaceStatistics(received: received, transmitted: transmitted))
    }

    @Test("an address with peer, broadcast and label keeps all of them")
    func peerAddress() throws {
        let address = try #require(try details(message(20, Self.addressWithPeer)).addresses.first)
        #expect("\(address.address)" == "10.0.0.1")
        #expect(address.peer.map { "\($0)" } == "10.0.0.2")
        #expect(address.broadcast.map { "\($0)" } == "10.0.0.255")
        #expect(address.label == "eth0.5:a")
        #expect(address.scope == .link)
        #expect(address.prefixLength == 32)
        #expect(address.flags.names(true) == ["secondary"])
        #expect(address.index == 7)
    }

    @Test("an IPv6 address without IFA_LOCAL is its own")
    func v6() throws {
        let address = try #require(try details(message(20, Self.v6Address)).addresses.first)
        #expect("\(address.address)" == "2001:db8::1")
        #expect(address.peer == nil)
        #expect(address.label == nil)
        #expect(address.scope == .global)
        #expect(address.flags.names(false) == ["temporary", "duplicate", "deprecated", "tentative"])
    }

    @Test("several messages in one datagram, and the end of the dump")
    func datagrams() throws {
        var details = InterfaceTable()
        let first = try details.apply((message(16, Self.vlan) + message(16, Self.dummyWithCounters)).span)
        #expect(first == Netlink.DatagramEnd(isLast: false, wasInterrupted: false))
        let second = try details.apply((message(20, Self.v6Address) + Self.done).span)
        #expect(second.isLast)
        #expect(details.links.keys.sorted() == [7, 9])
        #expect(details.addresses.count == 1)
    }

    @Test("a list that changed meanwhile says so")
    func interrupted() throws {
        var details = InterfaceTable()
        let end = try details.apply(message(16, flags: 2 | 0x10, Self.vlan).span)
        #expect(end.wasInterrupted)
    }

    @Test("other families, messages of other types and padding messages are passed over")
    func passedOver() throws {
        let details = try details(
            message(1, []),  // NLMSG_NOOP
            message(24, [1, 2, 3]),  // RTM_NEWROUTE
            message(20, [0x1d, 0, 0, 0, 7, 0, 0, 0])  // an address of AF_CAN, without attributes
        )
        #expect(details.links.isEmpty && details.addresses.isEmpty)
    }

    @Test("the kernel's refusal is thrown with its error number")
    func refused() {
        // nlmsgerr: -EPERM, then the header of the request.
        let refusal = message(2, [0xff, 0xff, 0xff, 0xff] + [UInt8](repeating: 0, count: 16))
        #expect(throws: NetlinkError.refused(.notPermitted)) { try details(refusal) }
    }

    struct Damage: CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        var testDescription: String { name }
    }

    static let damaged: [Damage] = [
        Damage(name: "half a header", bytes: [UInt8](repeating: 0, count: 15)),
        Damage(name: "a length of zero", bytes: [UInt8](repeating: 0, count: 16)),
        Damage(name: "a length past the end", bytes: [0x20, 0, 0, 0] + [UInt8](repeating: 0, count: 12)),
        Damage(name: "the largest length", bytes: [0xff, 0xff, 0xff, 0xff] + [UInt8](repeating: 0xff, count: 12)),
        Damage(name: "a link shorter than ifinfomsg", bytes: message(16, Array(vlan.prefix(12)))),
        Damage(name: "an address shorter than ifaddrmsg", bytes: message(20, Array(v6Address.prefix(4)))),
        Damage(name: "an attribute of length zero", bytes: message(16, vlan.prefix(16) + [0, 0, 3, 0])),
        Damage(name: "an attribute past the end", bytes: message(16, vlan.prefix(16) + [0xff, 0, 3, 0])),
        Damage(name: "a nested attribute past its parent", bytes: message(16, vlan.prefix(16) + [8, 0, 0x12, 0, 9, 0, 1, 0])),
    ]

    @Test("damage is told, not trusted", arguments: damaged)
    func damage(_ damage: Damage) {
        #expect(throws: NetlinkError.self) { try details(damage.bytes) }
    }

    @Test("values shorter than their type are left out")
    func shortValues() throws {
        let short: [UInt8] = vlan16 + [6, 0, 4, 0, 1, 0, 0, 0] + [4, 0, 0x10, 0] + [8, 0, 0x17, 0, 1, 2, 3, 4]
        let link = try #require(try details(message(16, short)).links[7])
        #expect(link.mtu == nil)
        #expect(link.state == .unknown)
        #expect(link.statistics == nil)
    }

    private var vlan16: [UInt8] { Array(Self.vlan.prefix(16)) }

    @Test("every truncation and every single damaged byte is survived")
    func mutations() {
        let whole = message(16, Self.vlan) + message(20, Self.addressWithPeer) + Self.done
        for count in 0..<whole.count { _ = try? details(Array(whole[..<count])) }
        for index in whole.indices {
            for value: UInt8 in [0, 1, 3, 4, 0x7F, 0x80, 0xFF] {
                var copy = whole
                copy[index] = value
                _ = try? details(copy)
            }
        }
    }
}
