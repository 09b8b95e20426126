import Addresses
import Mutations
import Testing

@testable import Probing

@Suite struct SeenTargetsTests {
    private static let hosts = [
        IPAddress(v4: 0xC000_0201), IPAddress(v4: 0xC000_0202), .loopbackV6, IPAddress(v6High: 1, low: 0xC000_0201),
    ]

    /// Against a plain set of pairs: lists that repeat, overlap and grow beyond what addresses share.
    @Test(arguments: 0..<20) func everyPairIsLeftOnce(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var seen = SeenTargets()
        var model = Set<[UInt64]>()
        for _ in 0..<300 {
            let host = Self.hosts.randomElement(using: &random)!
            let first = UInt16.random(in: 1...300, using: &random)
            let count = UInt16([0, 0, 1, 3, 80].randomElement(using: &random)!)
            let ports = PortList(first...(first + count))
            let left = seen.remaining(ports, at: host)
            let expected = ports.ports.filter {
                model.insert([UInt64(host.family.rawValue), host.high, host.low, UInt64($0)]).inserted
            }
            #expect(left.ports == expected)
            seen.add(left, at: host)
        }
    }

    @Test func portsOfOneAddressOneByOne() {
        var seen = SeenTargets()
        for port in UInt16(1)...65535 {
            let list = PortList([port])
            guard seen.remaining(list, at: Self.hosts[0]) == list else {
                Issue.record("port \(port) is taken for one that was handed out")
                return
            }
            seen.add(list, at: Self.hosts[0])
        }
        #expect(seen.remaining(.all, at: Self.hosts[0]).ports.isEmpty)
        #expect(seen.remaining(.all, at: Self.hosts[1]) == .all)
    }

    @Test func namesDifferInTheirPortsOnly() {
        var seen = SeenTargets()
        seen.add(PortList([22, 80]), of: "example.org")
        #expect(seen.remaining(PortList([22, 443]), of: "example.org").ports == [443])
        #expect(seen.remaining(PortList([22]), of: "example.com").ports == [22])
    }
}
