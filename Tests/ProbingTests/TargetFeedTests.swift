import Addresses
import SondeSystem
import Testing

@testable import Probing

@Suite struct TargetFeedTests {
    /// Everything that the feed hands out, as `address:port`; the sources here need neither thread nor resolver.
    static func drain(_ targets: [String], ports: [UInt16]?, stretch: Int, family: IPAddress.Family? = nil) throws -> [String] {
        var configuration = ProbeConfiguration()
        configuration.family = family
        let sources = try targets.map { TargetSource.target(try Target(parsing: $0)) }
        let feed = TargetFeed(sources, ports: ports.map { PortList($0) }, configuration: configuration)
        var events: [ProbeEvent] = []
        var found: [String] = []
        while found.count < 10_000, case .unit(let unit) = feed.next(limit: stretch, events: &events) {
            #expect(unit.ports.count <= stretch)
            for index in unit.ports {
                let address = unit.target.addresses.first?.description ?? unit.target.unixPath ?? ""
                found.append("\(address):\(unit.target.ports.ports[index])")
            }
        }
        for event in events {
            if case .unresolved(let target) = event { found.append("unresolved \(target.error.name)") }
        }
        return found
    }

    @Test(arguments: [1, 2, 3, 128])
    func targetsInOrderWithTheirPorts(stretch: Int) throws {
        let found = try TargetFeedTests.drain(["192.0.2.1", "192.0.2.9:7", "/run/x"], ports: [80, 22], stretch: stretch)
        #expect(found == ["192.0.2.1:80", "192.0.2.1:22", "192.0.2.9:7", "/run/x:0"])
    }

    @Test func blocksAreCountedThrough() throws {
        let found = try TargetFeedTests.drain(["192.0.2.254/31", "2001:db8::fffe/127"], ports: [1], stretch: 8)
        #expect(found == ["192.0.2.254:1", "192.0.2.255:1", "2001:db8::fffe:1", "2001:db8::ffff:1"])
    }

    @Test func theLastBlockEnds() throws {
        #expect(try TargetFeedTests.drain(["255.255.255.252/30"], ports: [1], stretch: 8).count == 4)
        #expect(try TargetFeedTests.drain(["0.0.0.0/0"], ports: [1], stretch: 8).count == 10_000)
    }

    @Test func anotherFamilyIsToldAndLeftOut() throws {
        let found = try TargetFeedTests.drain(["192.0.2.1", "2001:db8::1"], ports: [1], stretch: 8, family: .v6)
        #expect(found == ["2001:db8::1:1", "unresolved 192.0.2.1"])
    }

    @Test func addressesTakeTurnsByFamily() {
        let addresses = ["2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2"].compactMap {
            IPAddress($0).map { ResolvedAddress($0) }
        }
        #expect(addresses.interleavedByFamily().map(\.description) == ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"])
    }
}
