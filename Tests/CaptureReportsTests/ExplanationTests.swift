import SegmentScripts
import Testing
import Tracking

@testable import CaptureReports

/// What `--explain` adds: one case per event and finding, each by words that occur in one explanation only.
@Suite("Explanations")
struct ExplanationTests {
    static let opening = [
        ("0 > S 100 -", "carries the sender's initial sequence number"), ("0.01 < SA 5000 101", "SYN and ACK in one segment"),
        ("0.02 > A 101 5001", "Why three:"),
    ]

    static let conversations = [
        Conversation(
            "four-step close",
            opening + [
                ("0.5 > A 101 5001 len=4", "Each byte has a number"), ("0.6 < A 5001 105", "how many more bytes may be in flight"),
                ("1 > FA 105 5001", "no more data from this side"), ("1.1 < A 5001 106", "without waiting for its program"),
                ("1.2 < A 5001 106 len=7", "it may send any amount"),
                ("2 < FA 5008 106", "each direction is closed by a FIN of its own"),
                ("2.1 > A 106 5009", "waits in TIME-WAIT, 60 s"), ("2.2 < R 5009 -", "whose connection is over"),
            ]
        ),
        Conversation(
            "three-segment close",
            opening + [("1 > FA 101 5001", "no more data"), ("1.1 < FA 5001 102", "the four steps take three segments")]
        ),
        Conversation(
            "simultaneous close",
            opening + [
                ("1 > FA 101 5001", "no more data"), ("1.01 < FA 5001 101", "both sides change from FIN-WAIT-1"),
                ("1.1 > A 102 5002", "each FIN still needs its own"), ("1.1 < A 5002 102", "changes from CLOSING to TIME-WAIT, as"),
            ]
        ),
        Conversation(
            "simultaneous open",
            [
                ("0 > S 100 -", "initial sequence number"), ("0.1 < S 5000 -", "Both sides sent their SYN before"),
                ("1.01 > SA 100 5001", "answers the other's SYN as a listener would"),
                ("1.02 < SA 5000 101", "Why four: both SYNs"),
            ]
        ),
        Conversation("SYN retransmission", [("0 > S 100 -", "initial"), ("1 > S 100 -", "No answer arrived, so the kernel")]),
        Conversation("stray SYN-ACK", [("0 > S 100 -", "initial"), ("0.01 < SA 5000 50", "may be late or forged")]),
        Conversation("refusal", [("0 > S 100 -", "initial"), ("0.25 < RA 0 101", "ECONNREFUSED")]),
        Conversation("abandoned", [("0 > S 100 -", "initial"), ("0.25 > R 101 -", "saves the third step")]),
        Conversation("abort", opening + [("1 < R 5001 -", "SO_LINGER 0")]),
        Conversation(
            "abort after the own FIN",
            opening + [("1 > FA 101 5001", "no more data"), ("1.1 > R 102 -", "had closed in order and now gives")]
        ),
        Conversation(
            "abort after the own FIN, with data under way",
            opening + [
                ("1 > FA 101 5001", "no more data"), ("1.1 < A 5001 102 len=9", "without waiting for its program"),
                ("1.2 > R 102 -", "nobody will read it"),
            ]
        ),
        Conversation(
            "handshakes that go wrong",
            [
                ("0 > S 100 -", "initial"), ("0.01 < A 5000 70000", "The data arrived, but"),
                ("0.02 > R 70000 -", "its own attempt continues"), ("1 > S 100 -", "No answer arrived, so the kernel"),
                ("1.01 < SA 9000 101", "SYN and ACK in one segment"), ("1.02 < SA 8000 101", "its own number is another"),
                ("1.03 < RA 8001 101", "takes it back in SYN-RECEIVED"),
            ]
        ),
        Conversation(
            "abort after the peer's FIN",
            opening + [("1 > FA 101 5001", "no more data"), ("1.1 < R 5001 -", "most often its program closed the socket")]
        ),
        Conversation("RST alone", [("0 > R 100 -", "the reason for the reset cannot be seen")]),
        Conversation(
            "nothing that fits",
            opening + [
                ("1.1 > SF 101 5001", "No working TCP"), ("1.2 > . 101 -", "-"),
                ("1.3 > A 101 5001 bad", "before the NIC filled in the checksum"),
            ]
        ),
        Conversation(
            "retransmissions",
            opening + [
                ("0.03 > A 101 5001 len=100", "Each byte"), ("0.031 > A 201 5001 len=100", "Each byte"),
                ("0.5 > A 101 5001 len=100", "No acknowledgement arrived in time"), ("0.6 < A 5001 301", "may be in flight"),
                ("0.7 > A 101 5001 len=100", "The data had been acknowledged already"),
            ]
        ),
        Conversation(
            "fast retransmission",
            opening + [
                ("0.03 > A 101 5001 len=100", "Each byte"), ("0.04 < A 5001 201", "may be in flight"),
                ("0.05 > A 201 5001 len=100", "Each byte"), ("0.051 > A 301 5001 len=100", "Each byte"),
                ("0.06 < A 5001 201", "not the missing one"), ("0.061 < A 5001 201", "not the missing one"),
                ("0.07 > A 201 5001 len=100", "without waiting for the timer"),
            ]
        ),
        Conversation(
            "losses and order",
            opening + [
                ("0.03 > A 301 5001 len=100", "A gap in the sequence numbers"),
                ("0.031 > A 101 5001 len=100", "A later segment overtook it"),
                ("0.04 < A 5001 501", "The data arrived, but the capture missed it."),
            ]
        ),
        Conversation(
            "keep-alive",
            opening + [
                ("0.03 > A 101 5001 len=1", "Each byte"), ("0.04 < A 5001 102", "may be in flight"),
                ("9 > A 101 5001", "checks whether the other side"), ("9.01 < A 5001 102", "The other side is still there."),
            ]
        ),
        Conversation(
            "windows",
            opening + [
                ("0.03 > A 101 5001 len=9", "Each byte"), ("0.04 < A 5001 110 win=0", "Its buffer is full"),
                ("1 > A 110 5001 len=1", "checks whether it has opened"), ("2 < A 5001 110 win=9000", "there is room again"),
            ]
        ),
        Conversation(
            "a full window",
            [
                opening[0], ("0.01 < SA 5000 101 win=9", "SYN and ACK in one segment"), opening[2],
                ("0.03 > A 101 5001 len=9", "window is used up"),
            ]
        ),
        Conversation("data in the SYN", [("0 > S 100 - len=20", "TCP Fast Open")]),
    ]

    @Test("say why", arguments: conversations)
    func explanations(_ conversation: Conversation) throws {
        for (found, line) in zip(try conversation.rendered(as: Explanations()), conversation.lines) {
            let isExpected = line.expected == "-" ? found == "-" : found.contains(line.expected)
            #expect(isExpected, "\(line.segment): \(found)")
        }
    }

    @Test("The answer to a zero-window probe that repeats the zero window is explained by that")
    func probeAnswer() throws {
        var annotation = Annotation()
        annotation.findings = .zeroWindowProbeAck
        #expect(Explanation.of(annotation).map { "\($0)" } == "The window is still closed.")
    }
}
