import Addresses
import Packets
import SystemPackage
import Testing
import Time

@testable import ConnectionTracing
@testable import Probing
@testable import SondeSystem
@testable import TraceReports

@Suite("Sentences of trace")
struct SentenceTests {
    private static func offer(
        mss: UInt16? = 1460,
        wscale: UInt8? = 10,
        sack: Bool = true,
        timestamps: Bool = true,
        ecn: Bool = true,
        window: UInt16 = 64_240
    ) -> SYNOffer {
        var offer = SYNOffer()
        offer.maximumSegmentSize = mss
        offer.windowScale = wscale
        offer.isSACKPermitted = sack
        offer.hasTimestamps = timestamps
        offer.hasECN = ecn
        offer.window = window
        return offer
    }

    private static let without = offer(wscale: nil, sack: false, timestamps: false, ecn: false)

    @Test("An option that both sides have")
    func agreed() {
        let negotiation = Negotiation(Self.offer(), Self.offer(wscale: 7), isV4: true)
        #expect(
            negotiation.windowScalingWords == "both scale: this side's windows count in units of 1024 bytes, the server's of 128"
        )
        #expect(negotiation.sackWords == "both permit selective acknowledgements")
        #expect(negotiation.timestampsWords == "both send timestamps: 12 bytes of each segment")
        #expect(negotiation.ecnWords == "both: routers may mark packets instead of dropping them")
        #expect(negotiation.ownScale == 10 && negotiation.otherScale == 7)
    }

    @Test("An option that was not answered")
    func unanswered() {
        let negotiation = Negotiation(Self.offer(), Self.without, isV4: true)
        #expect(
            negotiation.windowScalingWords
                == "offered, not answered: windows end at 65,535 bytes; stripped on the way or unsupported"
        )
        #expect(negotiation.sackWords == "offered, not answered: every loss costs more; stripped on the way or unsupported")
        #expect(negotiation.timestampsWords == "offered, not answered: stripped on the way or unsupported")
        #expect(negotiation.ecnWords == "asked for, not agreed to: cleared on the way or unsupported")
        #expect(negotiation.ownScale == nil && negotiation.otherScale == nil)
    }

    @Test("An option that was not offered")
    func notOffered() {
        let negotiation = Negotiation(Self.without, Self.without, isV4: true)
        #expect(negotiation.windowScalingWords == "not offered: windows end at 65,535 bytes")
        #expect(negotiation.sackWords == "not offered (net.ipv4.tcp_sack)")
        #expect(negotiation.timestampsWords == "not offered (net.ipv4.tcp_timestamps)")
        #expect(negotiation.ecnWords == "not asked for (net.ipv4.tcp_ecn)")
    }

    @Test("An option that nobody asked for")
    func unasked() {
        let negotiation = Negotiation(Self.without, Self.offer(), isV4: true)
        #expect(negotiation.windowScalingWords == "answered without an offer: a device on the way changes options")
        #expect(negotiation.sackWords == "permitted without an offer: a device on the way changes options")
        #expect(negotiation.timestampsWords == "sent without an offer: a device on the way changes options")
        #expect(negotiation.ecnWords == "agreed to without being asked: a device on the way sets the bit")
    }

    struct Limit: Sendable {
        var own: UInt16? = 1460
        var other: UInt16? = 1460
        var timestamps = true
        var isV4 = true
        var kernel: Int?
        var path: Int?
        var window: UInt16 = 64_240
        let words: String
    }

    static let limits = [
        Limit(words: "1448 bytes per segment, limited by the MSS of both ends, 1460, less 12 for timestamps"),
        Limit(timestamps: false, words: "1460 bytes per segment, limited by the MSS of both ends, 1460"),
        Limit(
            other: 1360,
            words:
                "1348 bytes per segment, limited by the server's MSS, 1360, less 12 for timestamps: its MTU, or lowered on the way"
        ),
        Limit(own: 1360, words: "1348 bytes per segment, limited by this machine's MSS, 1360, less 12 for timestamps"),
        Limit(kernel: 1348, path: 1400, words: "1348 bytes per segment, limited by the path MTU, 1400, less 12 for timestamps"),
        Limit(
            own: 1440,
            other: 1440,
            isV4: false,
            kernel: 1428,
            path: 1500,
            words: "1428 bytes per segment, limited by the MSS of both ends, 1440, less 12 for timestamps"
        ),
        Limit(
            other: nil,
            words: "524 bytes per segment, limited by the server's MSS, 536, less 12 for timestamps: its MTU, or lowered on the way"
        ),
        Limit(
            own: 65_495,
            other: 65_495,
            kernel: 32_741,
            path: 65_535,
            window: 65_483,
            words: "32741 bytes per segment, limited by the server's window, 65483: a segment fills half of it at most"
        ),
        Limit(kernel: 500, words: "500 bytes per segment, limited by this machine's kernel, below both MSS values"),
    ]

    @Test("Segments and what limits them", arguments: limits)
    func limitsSegment(_ limit: Limit) {
        let negotiation = Negotiation(
            Self.offer(mss: limit.own, timestamps: limit.timestamps),
            Self.offer(mss: limit.other, timestamps: limit.timestamps, window: limit.window),
            isV4: limit.isV4,
            segmentSize: limit.kernel,
            pathMTU: limit.path
        )
        #expect(negotiation.segmentSizeWords == limit.words)
    }

    static let findings: [(TraceFinding, String)] = [
        (.repeatedSYN(2), "the SYN was sent 2 times: the first was lost, or the server's accept queue was full for a moment"),
        (.unansweredSYN(3), "the SYN was sent 3 times, and no SYN was answered"),
        (
            .repeatedSYNACK(2),
            "the SYN-ACK arrived 2 times: the ACK was lost, or the server's accept queue is full and it drops the ACK"
        ),
        (
            .foreignReset(.hopLimit(61, usual: 57)),
            "the RST arrived with TTL 61, the server's other segments with 57: another machine sent it"
        ),
        (
            .foreignReset(.identification(7, previous: 4000)),
            "the RST has IP ID 7, the server's segment before it 4000: another machine may have sent it"
        ),
        (.zeroWindow, "the SYN-ACK has a window of 0: a SYN proxy answered for the server"),
        (.keptOpen(.seconds(2)), "the server did not close its half within 2.00 s: the connection is half-closed"),
        (.tooMuch, "the server sent more than a trace reads: sonde reset the connection"),
        (.nothingSent, "no SYN left this machine"),
        (.droppedHere, "no SYN left this machine: its own firewall or traffic control drops it"),
        (.resetHere, "no SYN left this machine: its own firewall sent the RST"),
        (.nothingCaptured, "the connection exists, but its segments were not captured"),
    ]

    @Test("Findings", arguments: findings)
    func says(_ finding: TraceFinding, _ words: String) { #expect(finding.words == words) }

    static let routers: [(UInt8, String)] = [
        (64, "no router in between: TTL 64 on arrival"),
        (63, "1 router in between: TTL 63 on arrival, probably sent with 64"),
        (115, "13 routers in between: TTL 115 on arrival, probably sent with 128"),
    ]

    @Test("Routers", arguments: routers)
    func countsRouters(_ arriving: UInt8, _ words: String) { #expect(HopEstimate(arriving: arriving).words == words) }

    static let errors: [(QueuedError, label: String, note: String)] = [
        (.icmp(3, 3, from: "10.9.2.2"), "ICMP 3/3", "port unreachable: a firewall rejects the connection"),
        (.icmp(3, 1, from: "10.9.2.2"), "ICMP 3/1", "host unreachable: nobody answers for that address behind the sender"),
        (.icmp(3, 0, from: "10.9.2.2"), "ICMP 3/0", "network unreachable: the sender has no route"),
        (.icmp(3, 13, from: "10.9.2.2"), "ICMP 3/13", "administratively prohibited: a firewall rejects the connection"),
        (.icmp(3, 2, from: "10.9.2.2"), "ICMP 3/2", "protocol unreachable: the sender does not take TCP"),
        (.icmp(11, 0, from: "10.9.2.2"), "ICMP 11/0", "TTL expired: a routing loop, or too many hops"),
        (.icmp(1, 1, from: "fd00::1", .icmp6), "ICMPv6 1/1", "administratively prohibited: a firewall rejects the connection"),
        (.icmp(0, 0, from: nil, .local), "local error", "EHOSTUNREACH: no route to host"),
    ]

    @Test("ICMP errors", arguments: errors)
    func showsError(_ error: QueuedError, _ label: String, _ note: String) {
        #expect(error.label == label)
        if error.origin == .local { #expect(error.note == error.errno.explained) } else { #expect(error.note == note) }
    }
}
