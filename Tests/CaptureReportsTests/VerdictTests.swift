import Addresses
import Packets
import SegmentScripts
import Testing
import Tracking

@testable import CaptureReports

/// The verdict on a connection: one case each.
@Suite("Verdicts")
struct VerdictTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let lines: [String]
        let expected: String
        var testDescription: String { expected }

        init(_ lines: [String], _ expected: String) {
            self.lines = lines
            self.expected = expected
        }
    }

    static let opening = ["0 > S 100 -", "0.01 < SA 5000 101", "0.02 > A 101 5001"]
    static let crossing = ["0 > S 100 -", "0.1 < S 5000 -"]
    static let crossed = crossing + ["0.2 > SA 100 5001", "0.2 < SA 5000 101"]

    static let cases = [
        Case(["0 > S 100 -"], "S0: no answer"),
        Case(["0 > S 100 -", "1 > S 100 -"], "S0: no answer, SYN retransmitted"),
        Case(["0 > S 100 -", "0.1 < RA 0 101"], "REJ: refused"),
        Case(["0 > S 100 -", "0.1 > R 101 -"], "RSTOS0: aborted by the originator before an answer"),
        Case(opening, "S1: established, still open"),
        Case(crossing, "S1: simultaneous open, not established"),
        Case(crossed, "S1: simultaneous open, still open"),
        Case(
            crossed + ["1 > FA 101 5001", "1.1 < FA 5001 102", "1.2 > A 102 5002"],
            "SF: simultaneous open, closed in order"
        ),
        Case(
            opening + ["1 > FA 101 5001", "1.1 < FA 5001 102", "1.2 > A 102 5002"],
            "SF: opened and closed in order, originator first"
        ),
        Case(
            opening + ["1 < FA 5001 101", "1.1 > FA 101 5002", "1.2 < A 5002 102"],
            "SF: opened and closed in order, responder first"
        ),
        Case(
            ["0 > A 101 5001 len=5", "0.1 < A 5001 106", "1 > FA 106 5001", "1.1 < FA 5001 107", "1.2 > A 107 5002"],
            "SF: start not captured; closed by both, originator first"
        ),
        Case(
            ["0 > A 101 5001 len=5", "0.1 < A 5001 106", "1 < FA 5001 106", "1.1 > FA 106 5002", "1.2 < A 5002 107"],
            "SF: start not captured; closed by both, responder first"
        ),
        Case(opening + ["1 > FA 101 5001", "1.1 < A 5001 102"], "S2: half-closed: closed by the originator only"),
        Case(opening + ["1 < FA 5001 101", "1.1 > A 101 5002"], "S3: half-closed: closed by the responder only"),
        // A receiver drops what has no ACK.
        Case(opening + ["1 > F 101 -"], "S1: established, still open"),
        Case(opening + ["1 < F 5001 -", "2 > FA 101 5001"], "S2: half-closed: closed by the originator only"),
        Case(
            opening + ["0.5 > F 101 -", "1 > FA 101 5001", "1.1 < FA 5001 102", "1.2 > A 102 5002"],
            "SF: opened and closed in order, originator first"
        ),
        Case(opening + ["1 > R 101 -"], "RSTO: reset by the originator"),
        // Both go on, so another machine sent the RST, or it was lost.
        Case(
            opening + ["1 < R 5001 -", "1.1 < PA 5001 101 len=5", "1.2 > A 101 5006"],
            "RSTR: established, still open; a RST ended nothing"
        ),
        Case(opening + ["1 < FA 5001 101", "1.1 > R 101 -"], "RSTO: reset by the originator after the responder's close"),
        Case(opening + ["1 < R 5001 -"], "RSTR: reset by the responder"),
        Case(opening + ["1 > FA 101 5001", "1.1 < R 5001 -"], "RSTR: reset by the responder after the originator's close"),
        Case(["0 > S 100 -", "0.1 > FA 101 5001"], "SH: closed by the originator; responder not captured"),
        // Not established.
        Case(opening.dropLast() + [], "S1: accepted, handshake not completed"),
        Case(opening.dropLast() + ["0.02 > A 101 900000000"], "S1: accepted, handshake not completed"),
        Case(
            opening.dropLast() + ["0.02 > R 101 -"],
            "RSTO: accepted, then reset by the originator before the handshake completed"
        ),
        Case(
            opening.dropLast() + ["0.02 < RA 5001 101"],
            "RSTR: accepted, then reset by the responder before the handshake completed"
        ),
        Case(["0 > S 100 -", "0.1 < R 900 -"], "REJ: no answer but a RST that does not acknowledge the SYN"),
        Case(["0 > S 100 -", "0.1 < A 7000 5000"], "S0: answered, but not by a SYN-ACK"),
        // What was answered before its end was not aborted before an answer.
        Case(
            ["0 > S 100 -", "0.1 < A 7000 70000", "0.2 > R 70000 -"],
            "RSTOS0: answered, but not by a SYN-ACK; a RST ended nothing"
        ),
        Case(["0 > S 100 -", "0.1 < A 7000 101", "0.2 > R 101 -"], "RSTOS0: answered, but not by a SYN-ACK"),
        Case(["0 > S 100 -", "0.1 < SA 7000 199"], "S1: answered by a SYN-ACK that does not acknowledge the SYN"),
        Case(
            ["0 > S 100 -", "0.1 < SA 7000 199", "0.2 > R 199 -"],
            "RSTO: answered by a SYN-ACK that does not acknowledge the SYN; a RST ended nothing"
        ),
        Case(["0 > S 100 -", "0.1 < SA 7000 199", "0.2 < RA 0 101"], "RSTR: refused"),
        Case(
            opening.dropLast() + ["0.02 > A 101 12000", "0.03 < R 12000 -"],
            "RSTR: accepted, handshake not completed; a RST ended nothing"
        ),
        Case(
            opening.dropLast() + ["0.02 > A 101 5500", "0.03 < R 5500 -", "0.04 > A 101 5001", "0.05 > A 101 5001 len=9"],
            "RSTR: established, still open; a RST ended nothing"
        ),
        // Captured in another order than sent.
        Case(["0 > A 101 5001", "0.1 > S 100 -", "0.2 < SA 5000 101"], "S1: established, still open"),
        Case(["0 > S 100 -", "0.1 > A 101 5001", "0.2 < SA 5000 101"], "S1: established, still open"),
        Case(opening.dropLast() + ["0.02 > A 900000 5001"], "S1: accepted, handshake not completed"),
        // A responder may send data before the third step (RFC 7413).
        Case(["0 > S 100 - len=10", "0.1 < SA 5000 111", "0.2 < A 5001 111 len=9"], "S1: accepted, handshake not completed"),
        Case(opening.dropLast() + ["0.2 < A 5001 101 len=9"], "S1: accepted, handshake not completed"),
        // The SYN-ACK was not captured; it was acknowledged.
        Case(["0 > S 100 -", "0.1 > A 101 5001", "0.2 < R 5001 -"], "REJ: reset by the responder"),
        Case(["0 > S 100 -", "0.1 > A 101 5001", "0.2 < A 5001 101"], "S0: established, still open"),
        Case(
            ["0 > S 100 -", "0.1 > A 101 5001", "1 < FA 5001 101", "1.1 > FA 101 5002", "1.2 < A 5002 102"],
            "SF: opened and closed in order, responder first"
        ),
        Case(
            ["0 > S 100 -", "1 > FA 101 5001", "1.1 < FA 5001 102", "1.2 > A 102 5002"],
            "SF: opened and closed in order, originator first"
        ),
        Case(["0 > S 100 -", "0.1 < A 5001 101 len=9"], "OTH: established, still open"),
        Case(["0 < SA 5000 101", "0.1 > A 101 5001", "0.2 > S 100 -"], "OTH: established, still open"),
        // A FIN without an ACK, in place of a SYN.
        Case(["0 > F 100 -"], "SH: no answer"),
        Case(["0 > SF 100 -"], "SH: no answer"),
        Case(["0 > S 100 -", "0.1 > F 101 -"], "SH: no answer"),
        Case(["0 > FA 100 7000"], "SH: closed by the originator; responder not captured"),
        // SYNs that cross, acknowledged without a SYN.
        Case(crossing + ["0.2 > A 101 5001", "0.3 < A 5001 101"], "S1: simultaneous open, still open"),
        Case(crossing + ["0.2 > A 101 5001"], "S1: simultaneous open, not established"),
        // The other side's segments are not in the capture.
        Case(["0 > S 100 -", "0.02 > A 101 5001", "0.1 > PA 101 5001 len=5"], "S0: still open; responder not captured"),
        Case(["0 > S 100 -", "0.02 > A 101 5001", "0.1 > R 101 -"], "OTH: reset by the originator; responder not captured"),
        // Closes that were not completed.
        Case(
            opening + ["1 < FA 5001 101", "1.1 > FA 101 5002", "1.2 > FA 101 5002"],
            "SF: closed by both, responder first; a FIN was not acknowledged"
        ),
        Case(
            opening + ["1 > FA 101 5001", "1.1 < FA 5001 101"],
            "SF: closed by both, originator first; a FIN was not acknowledged"
        ),
        Case(
            opening + ["1 < FA 5001 101", "1.1 > FA 101 5002", "1.2 > RA 102 5002"],
            "SF: closed by both, then reset by the originator before every FIN was acknowledged"
        ),
        Case(
            opening + ["1 > FA 101 5001", "1.1 < FA 5001 102", "1.2 < RA 5002 102"],
            "SF: closed by both, then reset by the responder before every FIN was acknowledged"
        ),
        Case(opening + ["1 > FA 101 5001", "1.1 > RA 102 5001"], "RSTO: reset by the originator after its own close"),
        Case(opening + ["1 < FA 5001 101", "1.1 < RA 5002 101"], "RSTR: reset by the responder after its own close"),
        // Captured behind its acknowledgement.
        Case(
            opening + ["1 > FA 101 5001", "1.1 > A 102 5002", "1.2 < FA 5001 102"],
            "SF: opened and closed in order, originator first"
        ),
        // RSTs that end nothing.
        Case(opening + ["1 < R 900000000 -"], "RSTR: established, still open; a RST ended nothing"),
        Case(
            opening + ["0.1 < A 5001 101 len=9", "0.2 > A 101 5010", "1 < R 5001 -"],
            "RSTR: established, still open; a RST ended nothing"
        ),
        Case(
            opening + [
                "1 < R 900000000 -", "2 > FA 101 5001", "2.1 < FA 5001 102", "2.2 > A 102 5002",
            ],
            "RSTR: opened and closed in order, originator first; a RST ended nothing"
        ),
        Case(opening + ["1 < R 5100 -", "1.1 > A 101 5001"], "RSTR: established, still open; a RST ended nothing"),
        Case(opening + ["1 < R 5100 -"], "RSTR: reset by the responder"),
        Case(["0 > A 101 5001 len=5", "0.1 < R 3000000000 -"], "RSTRH: neither start nor end captured; a RST ended nothing"),
        Case(
            ["0 > A 101 5001 len=5", "0.1 < R 3000000000 -", "0.2 < A 5001 106"],
            "RSTRH: neither start nor end captured; a RST ended nothing"
        ),
        Case(["0 > A 101 5001 len=5", "0.1 < R 5101 -"], "RSTRH: start not captured; reset by the responder"),
        // Acknowledgements of what was never sent change nothing.
        Case(opening + ["1 > A 101 5500", "1.1 < R 5001 -"], "RSTR: reset by the responder"),
        Case(opening + ["1 > A 101 5500", "1.1 > A 101 5001", "1.2 < R 5001 -"], "RSTR: reset by the responder"),
        Case(
            opening + [
                "1 > RA 101 5001", "2 > PA 101 5001 len=5", "2.1 < FA 5001 106", "2.2 > FA 106 5002", "2.3 < A 5002 107",
            ],
            "RSTO: opened and closed in order, responder first; a RST ended nothing"
        ),
        // The beginning is not in the capture.
        Case(
            ["0 > A 101 5001 len=5", "0.1 < A 5001 106", "1 > RA 106 5001"],
            "OTH: start not captured; reset by the originator"
        ),
        Case(
            ["0 > A 101 5001 len=5", "0.1 < A 5001 106", "1 < R 5001 -"],
            "RSTRH: start not captured; reset by the responder"
        ),
        Case(
            ["0 > A 101 5001 len=5", "0.1 < A 5001 106", "1 > FA 106 5001", "1.1 < A 5001 107"],
            "SH: start not captured; closed by the originator only"
        ),
        Case(
            ["0 > A 101 5001 len=5", "0.1 < A 5001 106", "1 < FA 5001 106", "1.1 > A 106 5002"],
            "SHR: start not captured; closed by the responder only"
        ),
        Case(["0 > R 100 -"], "OTH: reset without a connection"),
        Case(["0 < SA 5000 101"], "OTH: SYN-ACK without a captured SYN"),
        Case(["0 < SA 5000 101", "0.1 < FA 5001 101"], "SHR: closed by the responder; originator not captured"),
        Case(["0 < SA 5000 101", "0.1 < R 5001 -"], "RSTRH: reset by the responder; originator not captured"),
        Case(["0 < SA 5000 101", "0.1 > R 101 -"], "REJ: start not captured; reset by the responder"),
        Case(["0 > A 101 5001 len=5"], "OTH: neither start nor end captured"),
        Case(["0 > S 99 - bad"] + opening, "S1: established, still open"),
        Case(["0 > S 100 - bad"], "OTH: all segments have wrong checksums"),
    ]

    @Test("say what became of each connection", arguments: cases)
    func verdicts(_ example: Case) throws {
        let found = try rendered(example.lines, as: Verdicts())
        #expect(found == example.expected + "\n")
    }

    /// The responder alone, on a port that marks it as such.
    static let responderAlone = [
        Case(["0 < SA 5000 101", "0.1 < R 5001 -"], "RSTRH: reset by the responder; originator not captured"),
        Case(["0 < SA 5000 101", "0.1 < F 5001 -"], "SHR: closed by the responder; originator not captured"),
        Case(["0 < SA 5000 101", "0.1 > A 101 5001", "0.2 < PA 5001 101 len=5"], "S1: SYN not captured; still open"),
    ]

    @Test("say it of a responder alone", arguments: responderAlone)
    func sayItOfTheResponderAlone(_ example: Case) throws {
        let segments = try SegmentScript(lines: example.lines, serverPort: 80).segments()
        let found = try rendered(segments, as: Verdicts())
        #expect(found == example.expected + "\n")
    }

    /// Where SYN, FIN and RST alone are kept, nobody can say that a FIN was acknowledged, nor that it was not.
    static let controlOnly = [
        Case(opening.dropLast() + ["1 > FA 900 7001", "1.1 < FA 7001 901"], "SF: closed by both, originator first"),
        Case(opening.dropLast() + ["1 < FA 7001 900", "1.1 > FA 900 7001"], "SF: closed by both, responder first"),
        Case(
            opening.dropLast() + ["1 > FA 900 7001", "1.1 < FA 7001 901", "1.2 > FA 900 7002"],
            "SF: opened and closed in order, originator first"
        ),
    ]

    @Test("claim no acknowledgement that was left out", arguments: controlOnly)
    func claimNothingLeftOut(_ example: Case) throws {
        #expect(try rendered(example.lines, as: Verdicts(), seesControlOnly: true) == example.expected + "\n")
    }

    @Test("say it of a socket connected to itself")
    func itself() throws {
        var segments = try SegmentScript(lines: ["0 > S 100 -"]).segments()
        segments[0].destination = segments[0].source
        segments[0].destinationPort = segments[0].sourcePort
        #expect(try rendered(segments, as: Verdicts()) == "S0: a socket connected to itself\n")
    }

    @Test("All verdicts have words of their own, and a case")
    func everyVerdict() {
        let words = Set(ConnectionVerdict.allCases.map { "\($0.words)" })
        #expect(words.count == ConnectionVerdict.allCases.count)
        let tested = (Self.cases + Self.responderAlone + Self.controlOnly).map { example in
            String(example.expected.replacing("; a RST ended nothing", with: "").drop { $0 != ":" }.dropFirst(2))
        }
        #expect(words.subtracting(tested) == ["a socket connected to itself"])
    }
}
