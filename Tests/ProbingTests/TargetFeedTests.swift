import Addresses
import SondeSystem
import Testing

@testable import Probing

@Suite struct TargetFeedTests {
    /// Everything that the feed hands out, as `address:port`; the sources here need neither thread nor resolver.
    static func drain(_ targets: [String], ports: [UInt16]?, chunkSize: Int, family: IPAddress.Family? = nil) throws -> [String] {
        var configuration = ProbeConfiguration()
        configuration.family = family
        let sources = try targets.map { TargetSource.target(try Target(parsing: $0)) }
        let feed = TargetFeed(sources, ports: ports.map { PortList($0) }, configuration: configuration)
        var events: [ProbeEvent] = []
        var found: [String] = []
        while found.count < 10_000, case .chunk(let chunk) = feed.next(limit: chunkSize, events: &events) {
            #expect(chunk.ports.count <= chunkSize)
            for index in chunk.ports {
                let address = chunk.target.addresses.first?.description ?? chunk.target.unixPath ?? ""
                found.append("\(address):\(chunk.target.ports.ports[index])")
            }
        }
        for event in events {
            if case .unresolved(let target) = event { found.append("unresolved \(target.error.name)") }
        }
        return found
    }

    @Test(arguments: [1, 2, 3, 128])
    func targetsInOrderWithTheirPorts(chunkSize: Int) throws {
        let found = try TargetFeedTests.drain(["192.0.2.1", "192.0.2.9:7", "/run/x"], ports: [80, 22], chunkSize: chunkSize)
        #expect(found == ["192.0.2.1:80", "192.0.2.1:22", "192.0.2.9:7", "/run/x:0"])
    }

    @Test func blocksAreCountedThrough() throws {
        let found = try TargetFeedTests.drain(["192.0.2.254/31", "2001:db8::fffe/127"], ports: [1], chunkSize: 8)
        #expect(found == ["192.0.2.254:1", "192.0.2.255:1", "2001:db8::fffe:1", "2001:db8::ffff:1"])
    }

    @Test func theLastBlockEnds() throws {
        #expect(try TargetFeedTests.drain(["255.255.255.252/30"], ports: [1], chunkSize: 8).count == 4)
        #expect(try TargetFeedTests.drain(["0.0.0.0/0"], ports: [1], chunkSize: 8).count == 10_000)
    }

    @Test func anotherFamilyIsReportedAndLeftOut() throws {
        let found = try TargetFeedTests.drain(["192.0.2.1", "2001:db8::1"], ports: [1], chunkSize: 8, family: .v6)
        #expect(found == ["2001:db8::1:1", "unresolved 192.0.2.1"])
    }
}
