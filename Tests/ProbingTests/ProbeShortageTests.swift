import Addresses
import SondeSystem
import SystemPackage
import Testing

@testable import Probing

/// Probes for which this machine lacks sockets, ports or addresses.
@Suite struct ProbeShortageTests {
    typealias Host = FakeNetwork.Host
    private static let server = ProbeScheduleTests.server

    @Test("descriptors that run out", arguments: [1, 7, 40])
    func descriptorsThatRunOut(limit: Int) {
        let hosts = [Self.server: Host(roundTrip: .milliseconds(1))]
        var network = FakeNetwork([(Self.server, Array(1...100)), ("198.51.100.1", Array(201...203))], hosts: hosts)
        network.socketLimit = limit
        ProbeScheduleTests.finish(&network, results: 103)
        #expect(network.count(.closed) == 100)
        #expect(network.count(.filtered) == 3)
        #expect(network.mostSockets <= limit)
    }

    @Test("the oldest attempt that was followed by another gives its socket up")
    func socketsGoToThoseThatNeedThem() {
        let settings = ProbeScheduleTests.settings { $0.socketLimit = 30 }
        let hosts = [Self.server: Host(roundTrip: .milliseconds(1))]
        var network = FakeNetwork([("198.51.100.1", Array(1...20)), (Self.server, Array(1001...1500))], settings, hosts: hosts)
        ProbeScheduleTests.finish(&network, results: 520)
        #expect(network.mostSockets <= 30)
        #expect(network.count(.closed) == 500)
        #expect(network.count(.filtered) == 20)
        // Waiting ports were not held up by silent ones.
        #expect(network.elapsed <= 2000)
    }

    @Test func aShortageIsWaitedOut() {
        var network = FakeNetwork([(Self.server, [80])], hosts: [Self.server: Host()])
        network.shortages = 3
        ProbeScheduleTests.finish(&network, results: 1)
        #expect(network.outcome(of: 80) == "closed rst 0")
        #expect(network.answerTime(of: 80) == 10)
        #expect(network.elapsed == 10 + 20 + 40 + 10)
    }

    @Test func aShortageThatStaysIsAnError() {
        var network = FakeNetwork([(Self.server, [80])], hosts: [Self.server: Host()])
        network.shortages = .max
        ProbeScheduleTests.finish(&network, results: 1)
        #expect(network.results.first?.verdict.state == .error)
        #expect(network.results.first?.errno == .noBufferSpace)
        #expect(network.elapsed == 2000)
    }

    @Test("a machine without addresses of a family")
    func aFamilyThatIsMissing() {
        var network = FakeNetwork([("2001:db8::1", [80]), ("2001:db8::1 \(Self.server)", [443])], hosts: [Self.server: Host()])
        network.missingFamily = .v6
        ProbeScheduleTests.finish(&network, results: 2)
        #expect(network.results.first?.errno == .addressNotAvailable)
        #expect(network.outcome(of: 443) == "closed rst 0")
        #expect(network.elapsed == 10)
    }

    @Test("a shortage that stays keeps to the port's deadline", arguments: [300, 1000, 3000] as [Int64])
    func aShortageKeepsTheDeadline(timeout: Int64) {
        let settings = ProbeScheduleTests.settings { $0.policy = RetryPolicy(deadline: .milliseconds(timeout)) }
        var network = FakeNetwork([(Self.server, [80])], settings, hosts: [Self.server: Host()])
        network.shortages = .max
        ProbeScheduleTests.finish(&network, results: 1)
        #expect(network.elapsed == timeout)
    }

    @Test("a machine without IPv6 is no shortage")
    func noAddressOfTheFamily() {
        var network = FakeNetwork([("2001:db8::1", [80])], hosts: [:])
        network.missingFamily = .v6
        ProbeScheduleTests.finish(&network, results: 1)
        #expect(network.results.first?.cause == .noAddressOfFamily)
        #expect(network.elapsed == 0)
    }

    @Test("a run that ends amid a shortage reports it, not silence")
    func aRunThatEndsAmidAShortage() {
        let settings = ProbeScheduleTests.settings { $0.end = FakeNetwork.start + .milliseconds(700) }
        var network = FakeNetwork([(Self.server, [80])], settings, hosts: [:])
        network.shortages = .max
        ProbeScheduleTests.finish(&network, results: 1)
        #expect(network.results.first?.errno == .noBufferSpace)
        #expect(network.elapsed == 700)
    }

    @Test("ports that wait for the same descriptor in turn do not each wait for its deadline")
    func portsAfterOneThatWaitedInVain() {
        let settings = ProbeScheduleTests.settings { $0.probeLimit = 1 }
        var network = FakeNetwork([(Self.server, Array(1...15))], settings, hosts: [Self.server: Host()])
        network.socketLimit = 0
        ProbeScheduleTests.finish(&network, results: 15)
        #expect(network.results.allSatisfy { $0.errno == .tooManyOpenFiles })
        #expect(network.elapsed == 2000)
    }
}
