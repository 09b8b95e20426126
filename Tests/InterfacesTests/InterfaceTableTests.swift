import Addresses
import Testing

@testable import Interfaces

/// Messages as the kernel sends them, made for the tests.
private enum Made {
    static let newLink: UInt16 = 16
    static let removedLink: UInt16 = 17
    static let newAddress: UInt16 = 20
    static let removedAddress: UInt16 = 21

    static func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
        let length = UInt16(4 + value.count)
        let bytes = [UInt8(length & 0xFF), UInt8(length >> 8), UInt8(type & 0xFF), UInt8(type >> 8)] + value
        return bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    }

    static func number(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) } }

    /// `family`: AF_UNSPEC, or AF_BRIDGE (7). Without an MTU it is a partial message.
    static func link(_ index: UInt8, _ name: String, mtu: UInt32? = 1500, altnames: [String] = [], family: UInt8 = 0) -> [UInt8] {
        let header: [UInt8] = [family, 0, 1, 0, index, 0, 0, 0, 0x43, 0x10, 1, 0, 0, 0, 0, 0]
        let properties = altnames.flatMap { attribute(53, Array($0.utf8) + [0]) }
        return header + attribute(3, Array(name.utf8) + [0]) + (mtu.map { attribute(4, number($0)) } ?? [])
            + (altnames.isEmpty ? [] : attribute(52 | 0x8000, properties))
    }

    static func address(
        _ index: UInt8,
        _ text: String,
        _ prefix: UInt8,
        peer: String? = nil,
        flags: UInt8 = 0x80
    ) throws -> [UInt8] {
        let own = try #require(IPAddress(text))
        let remote = try peer.map { try #require(IPAddress($0)) } ?? own
        return [own.family == .v4 ? 2 : 10, prefix, flags, 0, index, 0, 0, 0] + attribute(1, remote.networkBytes)
            + attribute(2, own.networkBytes)
    }
}

private func tableOf(_ datagrams: [UInt8]...) throws -> InterfaceTable {
    try datagrams.reduce(into: InterfaceTable()) { table, datagram in _ = try table.apply(datagram.span) }
}

@Suite("Interfaces and addresses from dumps and notifications")
struct InterfaceTableTests {
    private func rows(_ table: InterfaceTable) -> [String] {
        table.interfaces.map { interface in
            let addresses = interface.addresses.map { "\($0.address)/\($0.prefixLength)" + ($0.peer.map { " peer \($0)" } ?? "") }
            return "\(interface.name) \(addresses.joined(separator: ", "))"
        }
    }

    struct Case: CustomTestStringConvertible {
        let name: String
        let changes: [(UInt16, [UInt8])]
        let rows: [String]
        var testDescription: String { name }
    }

    /// Each begins with a0 (index 1; 10.0.0.1/24, fd00::1/64) and b0 (index 2).
    static func cases() throws -> [Case] {
        let before = "a0 10.0.0.1/24, fd00::1/64"
        return [
            Case(name: "nothing changed", changes: [], rows: [before, "b0 "]),
            Case(name: "a link is renamed", changes: [(Made.newLink, Made.link(2, "c0"))], rows: [before, "c0 "]),
            Case(
                name: "a link arrives before the others",
                changes: [(Made.newLink, Made.link(0, "z0"))],
                rows: ["z0 ", before, "b0 "]
            ),
            Case(
                name: "a link goes, its addresses with it",
                changes: [(Made.removedLink, Made.link(1, "a0")), (Made.newLink, Made.link(1, "a1"))],
                rows: ["a1 ", "b0 "]
            ),
            Case(
                name: "a link leaves its bridge and stays",
                changes: [(Made.removedLink, Made.link(1, "a0", family: 7))],
                rows: [before, "b0 "]
            ),
            Case(
                name: "a notification without the link's MTU changes nothing",
                changes: [(Made.newLink, Made.link(1, "a0", mtu: nil)), (Made.newLink, Made.link(3, "d0", mtu: nil))],
                rows: [before, "b0 "]
            ),
            Case(
                name: "an address listed twice is one",
                changes: [
                    (Made.newAddress, try Made.address(1, "10.0.0.1", 24)), (Made.newAddress, try Made.address(1, "fd00::1", 64)),
                ],
                rows: [before, "b0 "]
            ),
            Case(
                name: "an IPv4 address with another prefix or peer is another one",
                changes: [
                    (Made.newAddress, try Made.address(1, "10.0.0.1", 32)),
                    (Made.newAddress, try Made.address(1, "10.0.0.1", 32, peer: "10.0.0.9")),
                ],
                rows: ["a0 10.0.0.1/24, 10.0.0.1/32, 10.0.0.1/32 peer 10.0.0.9, fd00::1/64", "b0 "]
            ),
            Case(
                name: "an IPv6 address that got a peer is the same one",
                changes: [(Made.newAddress, try Made.address(1, "fd00::1", 128, peer: "fd00::9"))],
                rows: ["a0 10.0.0.1/24, fd00::1/128 peer fd00::9", "b0 "]
            ),
            Case(
                name: "an address is removed from the interface that is named",
                changes: [
                    (Made.newAddress, try Made.address(2, "10.0.0.1", 24)),
                    (Made.removedAddress, try Made.address(1, "10.0.0.1", 24)),
                ],
                rows: ["a0 fd00::1/64", "b0 10.0.0.1/24"]
            ),
            Case(
                name: "IPv4 comes before IPv6, whatever came first",
                changes: [(Made.newAddress, try Made.address(1, "10.0.0.2", 24))],
                rows: ["a0 10.0.0.1/24, 10.0.0.2/24, fd00::1/64", "b0 "]
            ),
            Case(
                name: "an address of an interface that is not listed is not shown",
                changes: [(Made.newAddress, try Made.address(9, "10.0.0.9", 24))],
                rows: [before, "b0 "]
            ),
        ]
    }

    @Test("changes", arguments: try! cases())
    func changes(_ example: Case) throws {
        var table = try tableOf(
            message(Made.newLink, Made.link(1, "a0")) + message(Made.newLink, Made.link(2, "b0")),
            message(Made.newAddress, try Made.address(1, "fd00::1", 64))
                + message(Made.newAddress, try Made.address(1, "10.0.0.1", 24))
        )
        for (type, payload) in example.changes { _ = try table.apply(message(type, payload).span) }
        #expect(rows(table) == example.rows)
    }

    @Test("alternative names are read, and gone where a later message has none")
    func alternativeNames() throws {
        var table = try tableOf(message(16, Made.link(1, "a0", altnames: ["lan", "a-name-longer-than-sixteen-bytes"])))
        #expect(table.interfaces[0].alternativeNames == ["lan", "a-name-longer-than-sixteen-bytes"])
        _ = try table.apply(message(16, Made.link(1, "a0")).span)
        #expect(table.interfaces[0].alternativeNames.isEmpty)
    }

    @Test("details: scope, peer beside a broadcast address, label, kind, counters")
    func details() throws {
        let table = try tableOf(
            message(16, NetlinkTests.vlan),
            message(20, NetlinkTests.addressWithPeer)
        )
        let interface = try #require(table.interfaces.first)
        #expect(interface.kind.rawValue == "vlan")
        #expect(interface.state == .lowerLayerDown)
        let address = try #require(interface.addresses.first)
        #expect(address.peer == IPAddress("10.0.0.2"))
        #expect(address.broadcast == IPAddress("10.0.0.255"))
        #expect(address.netmask == IPAddress("255.255.255.255"))
        #expect(address.scope == .link)
        #expect(address.label == "eth0.5:a")
    }

    /// A kernel of few links and addresses that change at random while it is dumped, row by row, and that reports each change.
    private struct Kernel {
        var links: [UInt8: String] = [:]
        var addresses: [UInt8: Set<UInt8>] = [:]
        var reports: [[UInt8]] = []
        var random: UInt64

        mutating func next(_ bound: Int) -> Int {
            random ^= random << 13
            random ^= random >> 7
            random ^= random << 17
            return Int(random % UInt64(bound))
        }

        mutating func change() throws {
            let index = UInt8(next(6))
            let host = UInt8(next(4))
            switch (next(4), links[index]) {
            case (0, nil), (1, nil):
                links[index] = "e\(index)x\(next(9))"
                reports.append(message(16, Made.link(index, links[index] ?? "")))
            case (0, let name?):
                for host in addresses[index] ?? [] { reports.append(message(21, try Made.address(index, "10.0.0.\(host)", 24))) }
                links[index] = nil
                addresses[index] = nil
                reports.append(message(17, Made.link(index, name)))
            case (_, nil): break
            case (1, _):
                addresses[index]?.remove(host)
                reports.append(message(21, try Made.address(index, "10.0.0.\(host)", 24)))
            case (_, _):
                addresses[index, default: []].insert(host)
                reports.append(message(20, try Made.address(index, "10.0.0.\(host)", 24)))
            }
        }

        var rows: [String] {
            links.sorted { $0.key < $1.key }.map { index, name in
                "\(name): " + (addresses[index] ?? []).sorted().map { "10.0.0.\($0)" }.joined(separator: " ")
            }
        }
    }

    @Test("a dump during changes, and their notifications, make the state of the end", arguments: 1...200)
    func convergence(_ seed: Int) throws {
        var kernel = Kernel(random: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
        for _ in 0..<20 { try kernel.change() }
        kernel.reports = []
        var table = InterfaceTable()
        for index: UInt8 in 0..<6 {
            if let name = kernel.links[index] { _ = try table.apply(message(16, Made.link(index, name)).span) }
            for _ in 0..<kernel.next(3) { try kernel.change() }
        }
        for index: UInt8 in 0..<6 {
            for host in (kernel.addresses[index] ?? []).sorted() {
                _ = try table.apply(message(20, try Made.address(index, "10.0.0.\(host)", 24)).span)
                for _ in 0..<kernel.next(3) { try kernel.change() }
            }
        }
        for report in kernel.reports { _ = try table.apply(report.span) }
        let rows = table.interfaces.map { interface in
            "\(interface.name): " + interface.addresses.map(\.address).sorted().map { "\($0)" }.joined(separator: " ")
        }
        #expect(rows == kernel.rows)
    }
}
