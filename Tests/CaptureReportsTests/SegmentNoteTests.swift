import SegmentScripts
import Testing
import Tracking

@testable import CaptureReports

/// The note of a segment: one case per event, finding, option and form of a RST's reason.
@Suite("Notes on segments")
struct SegmentNoteTests {
    static let opening = [
        ("0 > S 100 -", "wants to connect"), ("0.01 < SA 5000 101", "accepts, +10.000 ms"),
        ("0.02 > A 101 5001", "established, handshake 20.000 ms"),
    ]

    static let conversations = [
        Conversation(
            "four-step close",
            opening + [
                ("1 > FA 101 5001", "closes its direction"),
                ("1.1 < A 5001 102", "acknowledges the FIN; its own direction stays open"),
                ("1.2 < A 5001 102 len=7", "7 bytes in the direction still open"),
                ("2 < FA 5008 102", "closes the other direction"), ("2.1 > A 102 5009", "closed in order"),
                ("2.2 < R 5009 -", "RST after both sides closed"),
            ]
        ),
        Conversation(
            "three-segment close",
            opening + [
                ("1 > FA 101 5001 len=5", "closes its direction, with 5 bytes"),
                ("1.1 < FA 5001 107 len=1", "acknowledges the FIN and closes too, with 1 byte"),
                ("1.2 > A 107 5003", "closed in order"),
            ]
        ),
        Conversation(
            "simultaneous close",
            opening + [
                ("1 > FA 101 5001", "closes its direction"), ("1.01 < FA 5001 101", "closes too: simultaneous close"),
                ("1.1 > A 102 5002", "acknowledges the other side's FIN"), ("1.1 < A 5002 102", "closed in order"),
            ]
        ),
        Conversation(
            "a RST before the last acknowledgement",
            opening + [
                ("1 > FA 101 5001", "closes its direction"), ("1.1 < FA 5001 102", "acknowledges the FIN and closes too"),
                ("1.2 < R 5002 -", "aborts after both FINs, before both are acknowledged"),
            ]
        ),
        Conversation(
            "second FIN with data",
            opening + [
                ("1 > FA 101 5001", "closes its direction"),
                ("1.1 < A 5001 102", "acknowledges the FIN; its own direction stays open"),
                ("2 < FA 5001 102 len=2", "closes the other direction, with 2 bytes"),
            ]
        ),
        Conversation(
            "SYN retransmissions",
            [
                ("0 > S 100 -", "wants to connect"), ("1 > S 100 -", "SYN retransmission 1 after 1.00 s"),
                ("3 > S 100 -", "SYN retransmission 2 after 3.00 s"), ("3.5 < RA 0 101", "refuses, +500.000 ms"),
            ]
        ),
        Conversation(
            "simultaneous open",
            [
                ("0 > S 100 -", "wants to connect"), ("0.1 < S 5000 -", "wants to connect too: simultaneous open"),
                ("1 > S 100 -", "SYN retransmission after 1.00 s"), ("1.01 < SA 5000 101", "accepts, +10.000 ms"),
                ("1.02 > A 101 5001", "established, handshake 20.000 ms"),
            ]
        ),
        Conversation(
            "SYN-ACKs",
            [
                ("0 > S 100 -", "wants to connect"), ("0.01 < SA 5000 50", "SYN-ACK that matches no captured SYN"),
            ]
        ),
        Conversation(
            "SYN-ACK retransmission: the time is that since the SYN",
            [
                ("0 > S 100 -", "wants to connect"), ("0.01 < SA 5000 101", "accepts, +10.000 ms"),
                ("1.01 < SA 5000 101", "retransmission after 1.00 s, accepts, +1010.000 ms"),
            ]
        ),
        Conversation("SYN-ACK without a SYN", [("0 < SA 5000 101", "accepts")]),
        Conversation("refusal", [("0 > S 100 -", "wants to connect"), ("0.25 < RA 0 101", "refuses, +250.000 ms")]),
        Conversation(
            "abandoned",
            [("0 > S 100 -", "wants to connect"), ("0.25 > R 101 -", "aborts before the handshake completes")]
        ),
        Conversation("abort", opening + [("1 < R 5001 -", "aborts the established connection")]),
        Conversation(
            "aborts after FINs",
            opening + [
                ("1 > FA 101 5001", "closes its direction"),
                ("1.1 > R 102 -", "aborts after its own FIN"),
            ]
        ),
        Conversation(
            "abort after the own FIN, with data under way",
            opening + [
                ("1 > FA 101 5001", "closes its direction"),
                ("1.1 < A 5001 102 len=9", "acknowledges the FIN; its own direction stays open, with 9 bytes"),
                ("1.2 > R 102 -", "aborts after its own FIN, probably because data arrived for a closed socket"),
            ]
        ),
        Conversation(
            "resets in the handshake",
            [
                ("0 > S 100 -", "wants to connect"),
                ("0.01 < A 5000 70000", "acknowledges data not captured"),
                ("0.02 > R 70000 -", "rejects an ACK of something never sent"),
                ("1 > S 100 -", "SYN retransmission 1 after 1.00 s"), ("1.01 < SA 9000 101", "accepts"),
                ("1.02 < RA 9001 101", "aborts after its SYN-ACK, before the handshake completes"),
            ]
        ),
        Conversation(
            "SYN-ACKs with two numbers",
            [
                ("0 > S 100 -", "wants to connect"), ("0.01 < SA 90000 101", "accepts, +10.000 ms"),
                ("0.02 < SA 5000 101", "SYN-ACK with another sequence number than the one before it"),
                ("0.03 > A 101 5001", "established, handshake 30.000 ms"),
                ("0.04 < SA 90000 101", "SYN-ACK with another sequence number than the one before it"),
            ]
        ),
        Conversation(
            "times that run backwards: no age is negative",
            [
                ("1 > S 100 -", "wants to connect"), ("0.5 > S 100 -", "SYN retransmission 1"),
                ("0.4 > S 100 -", "SYN retransmission 2"),
            ]
        ),
        Conversation(
            "data that comes again while times run backwards",
            opening + [
                ("1 > A 101 5001 len=10", "10 bytes"), ("0.5 > A 101 5001 len=10", "retransmission, 10 bytes"),
                ("0.6 > A 101 5001 len=10", "retransmission after 100 ms, 10 bytes"),
            ]
        ),
        Conversation(
            "abort after the peer's FIN",
            opening + [("1 > FA 101 5001", "closes its direction"), ("1.1 < R 5001 -", "aborts after the other side's FIN")]
        ),
        Conversation("RST alone", [("0 > R 100 -", "resets a connection whose start was not captured")]),
        Conversation(
            "reasons of a RST: text",
            payload: Array("out \"of\" luck".utf8),
            opening + [("1 < R 5001 -", "aborts the established connection: \"out \"of\" luck\"")]
        ),
        Conversation(
            "reasons of a RST: long text",
            payload: [UInt8](repeating: 0x61, count: 65),
            opening + [
                ("1 < R 5001 -", "aborts the established connection: \"" + String(repeating: "a", count: 64) + "\"...")
            ]
        ),
        Conversation(
            "reasons of a RST: bytes",
            payload: [0x00, 0x1B, 0xFF],
            opening + [("1 < R 5001 -", "aborts the established connection, payload 001bff")]
        ),
        Conversation(
            "reasons of a RST: many bytes",
            payload: [UInt8](repeating: 7, count: 17),
            [
                ("0 > S 100 -", "wants to connect"),
                ("1 < RA 0 101", "refuses, +1000.000 ms, payload 07070707070707070707070707070707..."),
            ]
        ),
        Conversation(
            "nothing that fits",
            opening + [
                ("0.8 > . 101 -", "neither ACK nor data"), ("0.9 > FR 101 5001", "unexpected flags or sequence numbers"),
                ("1.3 > A 101 5001 bad", "wrong checksum, ignored"),
            ]
        ),
        Conversation(
            "data and acknowledgements",
            opening + [
                ("0.03 > A 101 5001 len=100", "100 bytes"), ("0.04 < A 5001 201", "acknowledges"),
                ("0.05 < A 5001 201 len=1", "1 byte"), ("0.06 > A 201 5001", "duplicate ACK"),
            ]
        ),
        Conversation(
            "retransmissions",
            opening + [
                ("0.03 > A 101 5001 len=100", "100 bytes"), ("0.031 > A 201 5001 len=100", "100 bytes"),
                ("0.5 > A 101 5001 len=100", "retransmission after 469 ms, 100 bytes"),
                ("0.6 < A 5001 301", "acknowledges"),
                ("0.7 > A 101 5001 len=100", "spurious retransmission after 669 ms, 100 bytes"),
            ]
        ),
        Conversation(
            "fast retransmission",
            opening + [
                ("0.03 > A 101 5001 len=100", "100 bytes"), ("0.04 < A 5001 201", "acknowledges"),
                ("0.05 > A 201 5001 len=100", "100 bytes"), ("0.051 > A 301 5001 len=100", "100 bytes"),
                ("0.06 < A 5001 201", "duplicate ACK"), ("0.061 < A 5001 201", "duplicate ACK"),
                ("0.07 > A 201 5001 len=100", "fast retransmission after 19.0 ms, 100 bytes"),
            ]
        ),
        Conversation(
            "losses and order",
            opening + [
                ("0.03 > A 301 5001 len=100", "previous segment not captured, 100 bytes"),
                ("0.031 > A 101 5001 len=100", "out of order, 100 bytes"),
                ("0.04 < A 5001 501", "acknowledges data not captured"),
            ]
        ),
        Conversation(
            "keep-alive",
            opening + [
                ("0.03 > A 101 5001 len=1", "1 byte"), ("0.04 < A 5001 102", "acknowledges"),
                ("9 > A 101 5001", "keep-alive"), ("9.01 < A 5001 102", "keep-alive ACK"),
            ]
        ),
        Conversation(
            "windows",
            opening + [
                ("0.03 > A 101 5001 len=9", "9 bytes"), ("0.04 < A 5001 110 win=0", "zero window"),
                ("1 > A 110 5001 len=1", "zero-window probe"), ("1.01 < A 5001 110 win=0", "zero window, zero-window probe ACK"),
                ("2 < A 5001 110 win=9000", "window update"),
            ]
        ),
        Conversation(
            "a FIN without ACK",
            opening + [
                ("0.03 > F 101 -", "unexpected flags or sequence numbers"), ("0.04 > FA 101 5001", "closes its direction"),
                ("0.05 < A 5001 102", "acknowledges the FIN; its own direction stays open"),
            ]
        ),
        Conversation(
            "a SYN within an open connection, and a challenge ACK",
            opening + [
                ("1 > S 4000000000 -", "reuses the ports of an earlier connection, wants to connect"),
                ("1.01 < A 5001 101", "challenge ACK: the connection is still open"), ("2 > A 101 5001 len=9", "9 bytes"),
            ]
        ),
        Conversation(
            "ports again",
            [
                ("0 > S 100 -", "wants to connect"), ("0.1 < RA 0 101", "refuses, +100.000 ms"),
                ("1 > S 9000 -", "reuses the ports of an earlier connection, wants to connect"),
            ]
        ),
        Conversation(
            "options of a SYN",
            [
                (
                    "0 > S 100 - mss=1460 wscale=7 tfo=0 mptcp headless kind=77 len=20",
                    "wants to connect (mss 1460, wscale 7, requests a Fast Open cookie, multipath, options truncated by the capture, "
                        + "unknown option 77), with 20 bytes"
                )
            ]
        ),
        Conversation(
            "options of a SYN that few have",
            [
                (
                    "0 > S 100 - md5 ao uto=30 kind=77 kind=76",
                    "wants to connect (md5 signature, authentication, user timeout 30 s, unknown option 77, unknown option 76)"
                )
            ]
        ),
        Conversation(
            "data that a segment carries beside its step",
            [
                ("0 > S 100 - len=3", "wants to connect, with 3 bytes"),
                ("1 > S 100 - len=3", "SYN retransmission 1 after 1.00 s, with 3 bytes"),
                ("1.01 < SA 5000 104 len=4", "accepts, +10.000 ms, with 4 bytes"),
                ("1.02 > A 104 5005", "established, handshake 20.000 ms"),
                ("2 > FA 104 5005", "closes its direction"),
                ("2.01 < FA 5005 104 len=2", "closes too: simultaneous close, with 2 bytes"),
            ]
        ),
        Conversation(
            "Fast Open",
            [
                ("0 > S 100 - tfo=8", "wants to connect (Fast Open cookie)"),
                ("0.1 < S 5000 - wscale=0", "wants to connect too: simultaneous open (wscale 0)"),
            ]
        ),
        Conversation(
            "RSTs that their receiver ignores",
            [
                ("0 > S 100 -", "wants to connect"),
                ("0.005 < R 0 -", "RST that does not acknowledge the SYN: the receiver ignores it"),
                ("0.01 < SA 5000 101", "accepts, +10.000 ms"), ("0.02 > A 101 5001", "established, handshake 20.000 ms"),
                (
                    "1 < R 900000000 -",
                    "RST with a sequence number other than the next: the receiver ignores it or sends a challenge ACK"
                ),
            ]
        ),
        Conversation(
            "frames captured on two interfaces",
            [
                ("0 > S 100 -", "wants to connect"),
                ("0.000004 > S 100 - copy", "captured twice: one frame seen at two points"),
                ("0.01 < SA 5000 101", "accepts, +10.000 ms"),
                ("0.010004 < SA 5000 101 copy", "captured twice: one frame seen at two points"),
                ("0.02 > A 101 5001", "established, handshake 20.000 ms"),
            ]
        ),
        Conversation(
            "a SYN captured behind its answer",
            [
                ("0 < SA 5000 101", "accepts"), ("0.01 > A 101 5001", "acknowledges"),
                ("0.02 > S 100 -", "the SYN of this connection, captured after its answer"),
            ]
        ),
        Conversation(
            "SYN-ACKs sent again, and their answers",
            [
                ("0 > S 100 -", "wants to connect"), ("0.4 < SA 5000 101", "accepts, +400.000 ms"),
                ("0.4001 > A 101 5001", "established, handshake 400.100 ms"),
                ("0.4002 < SA 5000 101", "retransmission after 200 µs, accepts"), ("0.4003 > A 101 5001", "duplicate ACK"),
            ]
        ),
        Conversation(
            "probes of a closed window",
            [
                ("0 > A 101 5001 len=5", "5 bytes"), ("0.1 < A 5001 106 win=0", "zero window"),
                ("0.2 > A 106 5001 len=1", "zero-window probe"),
                ("0.3 < A 5001 106 win=0", "zero window, zero-window probe ACK"),
                ("0.6 > A 106 5001 len=1", "zero-window probe"),
                ("0.7 < A 5001 106 win=0", "zero window, zero-window probe ACK"),
                ("1.4 > A 106 5001 len=1", "zero-window probe"), ("1.5 < A 5001 107 win=5000", "acknowledges"),
                ("1.6 > A 107 5001 len=9", "9 bytes"),
            ]
        ),
        Conversation(
            "a burst behind a time-out: late by the age of the highest number, not of the last segment",
            [
                ("0 < A 5001 101 len=10", "10 bytes"), ("0.0001 < A 5041 101 len=10", "previous segment not captured, 10 bytes"),
                ("0.0006 < A 5011 101 len=10", "out of order, 10 bytes"), ("0.0026 < A 5021 101 len=5", "out of order, 5 bytes"),
                ("0.0043 < A 5026 101 len=5", "retransmission after 4.20 ms, 5 bytes"),
                ("0.0050 < A 5031 101 len=10", "retransmission after 4.90 ms, 10 bytes"),
            ]
        ),
        Conversation(
            "a keep-alive in a half-closed connection",
            [
                ("0 > A 101 5001 len=5", "5 bytes"), ("0.1 < FA 5001 106", "closes its direction"),
                ("0.2 > A 106 5002", "acknowledges the FIN; its own direction stays open"), ("45 > A 105 5002 len=1", "keep-alive"),
            ]
        ),
        Conversation(
            "a keep-alive of a side whose data was not captured",
            [
                ("0 < PA 5001 101 len=5", "5 bytes"), ("0.1 > A 101 5006", "acknowledges"),
                ("2 > A 100 5006 len=1", "keep-alive"), ("2.1 < A 5006 101", "keep-alive ACK"),
            ]
        ),
        Conversation(
            "the same acknowledgement again with another option of MPTCP",
            [
                ("0 > S 100 - mptcp", "wants to connect (multipath)"), ("0.1 < SA 5000 101 mptcp", "accepts, +100.000 ms"),
                ("0.2 > A 101 5001 mptcp", "established, handshake 200.000 ms"), ("0.3 > A 101 5001 mptcp", "acknowledges"),
            ]
        ),
        Conversation(
            "the third step with data",
            [
                ("0 > S 100 -", "wants to connect"), ("0.01 < SA 5000 101", "accepts, +10.000 ms"),
                ("0.02 > A 101 5001 len=3", "established, handshake 20.000 ms, with 3 bytes"),
            ]
        ),
    ]

    @Test("say what each segment does", arguments: conversations)
    func notes(_ conversation: Conversation) throws {
        for (found, line) in zip(try conversation.rendered(as: Notes()), conversation.lines) {
            #expect(found == line.expected, "\(line.segment)")
        }
    }

    @Test("Every event occurs in a case")
    func everyEvent() throws {
        var missing = Set(Event.Kind.allCases)
        for conversation in Self.conversations {
            var table = ConnectionTable(policy: .patient(hashSeed: (1, 2)), memory: .heap)
            for segment in try SegmentScript(lines: conversation.lines.map(\.segment)).segments() {
                missing.remove(table.track(segment).kind)
            }
        }
        #expect(missing.isEmpty)
    }
}
