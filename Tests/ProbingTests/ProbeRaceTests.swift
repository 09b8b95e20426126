import Addresses
import SondeSystem
import SystemPackage
import Testing

@testable import Probing

/// Several addresses of one name.
@Suite struct ProbeRaceTests {
    typealias Host = FakeNetwork.Host
    private static let server = ProbeScheduleTests.server

    static let dual = "2001:db8::1 \(server)"

    @Test func theNextAddressBeginsAfterTheDelay() {
        var network = FakeNetwork([(Self.dual, [80])], hosts: [Self.server: Host(answer: .open)])
        ProbeScheduleTests.finish(&network, results: 1)
        #expect(network.results.first?.address?.address == IPAddress(Self.server))
        #expect(network.elapsed == 260)
    }

    @Test func theNextAddressBeginsAtOnceWhereOneRefuses() {
        let hosts = ["2001:db8::1": Host(), Self.server: Host(answer: .open)]
        var network = FakeNetwork([(Self.dual, [80])], hosts: hosts)
        ProbeScheduleTests.finish(&network, results: 1)
        #expect(network.outcome(of: 80) == "open syn-ack 0")
        #expect(network.elapsed == 20)
    }

    @Test("the first that connects wins, also where it was begun first")
    func theFirstThatConnectsWins() {
        let hosts = [
            "2001:db8::1": Host(answer: .open, roundTrip: .milliseconds(300)),
            Self.server: Host(answer: .open, roundTrip: .milliseconds(100)),
        ]
        var network = FakeNetwork([(Self.dual, [80])], hosts: hosts)
        ProbeScheduleTests.finish(&network, results: 1)
        #expect(network.results.first?.address?.address.family == .v6)
        #expect(network.elapsed == 300)
    }

    @Test("the result says what became of the other addresses")
    func otherAddresses() {
        var network = FakeNetwork([(Self.dual, [80])], hosts: [Self.server: Host(answer: .open)])
        ProbeScheduleTests.finish(&network, results: 1)
        let other = network.results.first?.others.first
        #expect(other?.address.address.family == .v6 && other?.verdict == nil && other?.elapsed == .milliseconds(260))
        var refused = FakeNetwork([(Self.dual, [80])], hosts: ["2001:db8::1": Host(), Self.server: Host(answer: .open)])
        ProbeScheduleTests.finish(&refused, results: 1)
        #expect(refused.results.first?.others.first?.verdict == Verdict(.closed, .reset))
    }

    static let many = (1...60).map { "198.51.100.\($0)" }

    @Test("silent addresses share the time of their port", arguments: [300, 1000, 2000, 5000] as [Int64], [1, 2, 8, 60, 254])
    func addressesShareTheTime(timeout: Int64, count: Int) {
        let settings = ProbeScheduleTests.settings { $0.policy = RetryPolicy(deadline: .milliseconds(timeout)) }
        let addresses = (1...count).map { "198.51.100.\($0)" }.joined(separator: " ")
        var network = FakeNetwork([(addresses, [80, 81])], settings, hosts: [:])
        ProbeScheduleTests.finish(&network, results: 2)
        #expect(network.elapsed == timeout)
        #expect(network.results.allSatisfy { $0.verdict == Verdict(.filtered, .noResponse) })
    }

    @Test func theLastOfManyAddressesIsHeard() {
        var hosts: [String: Host] = [:]
        hosts[Self.many.last ?? ""] = Host(answer: .open, roundTrip: .milliseconds(300))
        var network = FakeNetwork([(Self.many.joined(separator: " "), [80])], hosts: hosts)
        ProbeScheduleTests.finish(&network, results: 1)
        #expect(network.outcome(of: 80) == "open syn-ack 0")
        #expect(network.elapsed < 1400)
    }

    @Test func aShortageOfManyAddressesKeepsTheDeadline() {
        var network = FakeNetwork([(Self.many.joined(separator: " "), [80])], hosts: [:])
        network.shortages = .max
        ProbeScheduleTests.finish(&network, results: 1)
        #expect(network.results.first?.errno == .noBufferSpace)
        #expect(network.elapsed == 2000)
    }

    @Test func theMostTellingResultStandsWhereNoneConnects() {
        var network = FakeNetwork([(Self.dual, [80, 81])], hosts: [Self.server: Host()])
        ProbeScheduleTests.finish(&network, results: 2)
        #expect(network.results.allSatisfy { $0.verdict == Verdict(.closed, .reset) })
        #expect(network.elapsed == 2000)
    }
}
