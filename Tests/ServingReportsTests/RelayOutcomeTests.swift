import Console
import SondeSystem
import Testing

@testable import Dialing
@testable import ServingReports

/// The closing line of `sonde connect`.
@Suite struct RelayOutcomeTests {
    static let ends: [(RelayOutcome.End?, String)] = [
        (.localFIN, "closed first by this side (FIN)"), (.peerFIN, "closed first by the peer (FIN)"),
        (.peerReset, "reset by the peer (RST)"),
        (nil, "left open"),
    ]

    @Test(arguments: ends) func summary(end: RelayOutcome.End?, words: String) {
        var outcome = RelayOutcome()
        outcome.bytesSent = 6
        outcome.bytesReceived = 7
        outcome.firstEnd = end
        var text = TextBuffer()
        outcome.writeSummary(peer: "h:1", connectTime: .milliseconds(5), elapsed: .seconds(2), into: &text, .plain)
        #expect(text.string == "h:1  connected in 5.00 ms  sent 6 B  received 7 B  in 2.00 s  \(words)\n")
    }

    static let retransmissions: [(UInt32, String)] = [(0, "0 retransmits"), (1, "1 retransmit"), (2, "2 retransmits")]

    @Test(arguments: retransmissions) func statistics(count: UInt32, words: String) {
        var outcome = RelayOutcome()
        outcome.firstEnd = .localFIN
        outcome.statistics = .made(rttMicroseconds: 249, retransmits: count)
        var text = TextBuffer()
        outcome.writeSummary(peer: "h:1", connectTime: .milliseconds(5), elapsed: .seconds(2), into: &text, .plain)
        #expect(
            text.string
                == "h:1  connected in 5.00 ms  rtt 249 µs  sent 0 B  received 0 B  in 2.00 s  \(words)  closed first by this side (FIN)\n"
        )
    }

    @Test func datagrams() {
        var text = TextBuffer()
        RelayOutcome().writeSummary(peer: "h:1", connectTime: nil, elapsed: .seconds(2), into: &text, .plain)
        #expect(text.string == "h:1  sent 0 B  received 0 B  in 2.00 s\n")
    }
}
