import Addresses
import Interfaces
import Testing

@testable import LocalSockets
@testable import SocketReports

@Suite("Words for where a listener can be reached from")
struct ReachabilityWordsTests {
    typealias Reach = Reachability.Reach

    static let all = Reach(others: .everywhere, isFromThisMachine: true)
    static let link = Reach(others: .link, isFromThisMachine: true)
    static let own = Reach(others: .none, isFromThisMachine: true)
    static let others = Reach(others: .everywhere, isFromThisMachine: false)
    static let nowhere = Reach.nowhere

    static let cases: [(Reachability, words: String, word: String)] = [
        (Reachability(.wildcard, [.v4: all, .v6: all]), "everywhere, IPv4 and IPv6", "all"),
        (Reachability(.wildcard, [.v4: all]), "everywhere, only IPv4", "all"),
        (Reachability(.wildcard, [.v6: all]), "everywhere, only IPv6", "all"),
        (Reachability(.wildcard, [.v4: all, .v6: link]), "IPv4 everywhere, IPv6 the link only", "all"),
        (Reachability(.wildcard, [.v4: all, .v6: own]), "IPv4 everywhere, IPv6 this machine only", "all"),
        (Reachability(.wildcard, [.v4: all, .v6: nowhere]), "IPv4 everywhere, IPv6 nowhere", "all"),
        (Reachability(.wildcard, [.v4: link]), "the link only, only IPv4", "interface"),
        (
            Reachability(.wildcard, [.v4: own, .v6: own], obstacles: [.noOtherAddress]),
            "this machine only (no other interface is up with an address)", "local"
        ),
        (
            Reachability(.wildcard, [.v4: others], obstacles: [.loopbackDown]),
            "everywhere, only IPv4 (not from this machine: lo is down)", "all"
        ),
        (Reachability(.wildcard, [.v4: nowhere], obstacles: [.noOtherAddress, .loopbackDown]), "nowhere: lo is down", "none"),
        (
            Reachability(.wildcard, [.v6: nowhere], obstacles: [.noOtherAddress]), "nowhere: no interface is up with an address",
            "none"
        ),
        (
            Reachability(.wildcard, [.v4: others], interface: "eth0"), "only through eth0, only IPv4, not from this machine",
            "interface"
        ),
        (Reachability(.wildcard, [.v4: others, .v6: all], interface: "eth0"), "only through eth0", "interface"),
        (Reachability(.wildcard, [.v6: all], interface: "eth0"), "only through eth0, only IPv6", "interface"),
        (Reachability(.address, [.v6: link], interface: "eth0"), "only through eth0", "interface"),
        (Reachability(.wildcard, [.v4: own], interface: "lo"), "this machine only", "local"),
        (
            Reachability(.wildcard, [.v4: nowhere], interface: "eth1", obstacles: [.interfaceDown("eth1")]),
            "nowhere: eth1 is down",
            "none"
        ),
        (Reachability(.wildcard, [.v4: nowhere], obstacles: [.interfaceGone(9)]), "nowhere: interface 9 does not exist", "none"),
        (Reachability(.address, [.v4: all]), "everywhere, by this address", "all"),
        (Reachability(.address, [.v4: link]), "the link only, by this address", "interface"),
        (Reachability(.address, [.v4: own]), "this machine only", "local"),
        (
            Reachability(.address, [.v6: all], obstacles: [.deprecated]), "everywhere, by this address (the address is deprecated)",
            "all"
        ),
        (Reachability(.address, [.v4: own], obstacles: [.interfaceDown("eth1")]), "this machine only (eth1 is down)", "local"),
        (
            Reachability(.address, [.v4: own], obstacles: [.interfaceDown("eth1"), .deprecated]),
            "this machine only (eth1 is down; the address is deprecated)", "local"
        ),
        (Reachability(.address, [.v4: own], obstacles: [.noCarrier("br0")]), "this machine only (br0 has no carrier)", "local"),
        (Reachability(.address, [.v6: nowhere], obstacles: [.tentative]), "nowhere: the address is tentative", "none"),
        (Reachability(.address, [.v6: nowhere], obstacles: [.duplicate]), "nowhere: another host has the address", "none"),
        (Reachability(.address, [.v4: nowhere], obstacles: [.addressGone]), "nowhere: no interface has the address", "none"),
        (
            Reachability(.address, [.v6: nowhere], obstacles: [.interfaceDown("eth1"), .tentative, .deprecated]),
            "nowhere: eth1 is down, the address is tentative", "none"
        ),
        (Reachability(.multicast, [.v4: all]), "senders to the multicast group", "all"),
        (Reachability(.multicast, [.v6: link], interface: "eth0"), "senders to the multicast group, through eth0", "interface"),
        (Reachability(.broadcast, [.v4: link]), "broadcasts on the link", "interface"),
        (Reachability(.path, [:]), "this machine only", "local"),
        (Reachability(.abstractName, [:]), "this network namespace only", "local"),
    ]

    @Test("every sentence", arguments: cases)
    func words(_ reachability: Reachability, _ words: String, _ word: String) {
        #expect(reachability.words == words)
        #expect("\(reachability.word)" == word)
    }

    @Test("every obstacle has words of its own, in prose and in JSON")
    func obstacles() {
        let all: [Reachability.Obstacle] = [
            .interfaceDown("a"), .noCarrier("a"), .interfaceGone(1), .addressGone, .tentative, .duplicate, .deprecated,
            .loopbackDown,
            .noOtherAddress,
        ]
        #expect(
            all.map { "\($0.word)" } == [
                "interface-down", "no-carrier", "interface-gone", "address-gone", "tentative", "duplicate", "deprecated",
                "loopback-down", "no-other-address",
            ]
        )
        #expect(Set(all.map(\.words)).count == all.count)
    }
}
