import Packets
import SegmentScripts
import Testing
import Tracking

/// Which step of opening and close a segment is, and what it does, line by line.
@Suite struct HandshakeStepTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var seesControlOnly = false
        /// Lines of a `SegmentScript`, each with its step and event.
        let lines: [(String, Step, Event.Kind)]
        var testDescription: String { name }
    }

    @Test(arguments: cases)
    func tells(_ conversation: Case) throws {
        let segments = try SegmentScript(lines: conversation.lines.map(\.0)).segments()
        var policy = TrackingPolicy.patient(hashSeed: testSeed)
        policy.seesControlOnly = conversation.seesControlOnly
        var table = ConnectionTable(policy: policy, memory: .heap)
        for (segment, (line, step, event)) in zip(segments, conversation.lines) {
            let annotation = table.track(segment)
            #expect(annotation.connection == 1, "\(line)")
            #expect(annotation.step == step, "\(line)")
            #expect(annotation.kind == event, "\(line)")
        }
    }

    private static let opening: [(String, Step, Event.Kind)] = [
        ("0 > S 100 -", .open(1, of: 3), .wantsToConnect), ("0.01 < SA 5000 101", .open(2, of: 3), .accepts),
        ("0.02 > A 101 5001", .open(3, of: 3), .establishes),
    ]

    static let cases = [
        Case(
            name: "headers that the capture cuts",
            lines: opening.map { ($0.0 + " headless", $0.1, $0.2) } + [("1 > FA 101 5001 headless", .close(1), .closesFirst)]
        ),
        Case(
            name: "four steps of a close",
            lines: opening + [
                ("1 > FA 101 5001", .close(1), .closesFirst), ("1.1 < A 5001 102", .close(2), .acknowledgesFIN),
                ("2 < FA 5001 102", .close(3), .closesSecond), ("2.1 > A 102 5002", .close(4), .acknowledgesLastFIN),
            ]
        ),
        Case(
            name: "closes that cross: neither direction stays open",
            lines: opening + [
                ("1 > FA 101 5001", .close(1), .closesFirst), ("1 < FA 5001 101", .close(2), .closesSimultaneously),
                ("1.1 > A 102 5002", .close(3), .acknowledgesCrossingFIN),
                ("1.1 < A 5002 102", .close(4), .acknowledgesLastCrossingFIN),
            ]
        ),
        Case(
            name: "SYNs that cross, each answered",
            lines: [
                ("0 > S 100 -", .open(1, of: 3), .wantsToConnect), ("0.001 < S 5000 -", .open(2, of: 4), .opensSimultaneously),
                ("0.01 > SA 100 5001", .open(3, of: 4), .accepts), ("0.011 < SA 5000 101", .open(4, of: 4), .establishes),
                ("1 > FA 101 5001", .close(1), .closesFirst),
            ]
        ),
        Case(
            name: "SYNs that cross, one of them lost and sent again",
            lines: [
                ("0 > S 100 -", .open(1, of: 3), .wantsToConnect), ("0.1 < S 5000 -", .open(2, of: 4), .opensSimultaneously),
                ("1 > S 100 -", .none, .repeatsSYN), ("1.01 < SA 5000 101", .open(3, of: 4), .accepts),
                ("1.02 > A 101 5001", .open(4, of: 4), .establishes),
            ]
        ),
        Case(
            name: "a FIN beyond what was seen is no step",
            lines: opening + [("1 > FA 900 5001", .none, .closesFirst), ("2 > FA 900 5001", .none, .contradictsItself)]
        ),
        Case(
            name: "a FIN beyond what was seen is one once it is acknowledged exactly",
            lines: opening + [
                ("1 < FA 9000 101", .none, .closesFirst), ("1.1 > A 101 9001", .close(2), .acknowledgesFIN),
                ("2 > FA 101 9001", .close(3), .closesSecond), ("2.1 < A 9001 102", .close(4), .acknowledgesLastFIN),
            ]
        ),
        Case(
            name: "a FIN that overtook its data",
            lines: opening + [
                ("1 < FA 5011 101", .none, .closesFirst), ("1.1 < A 5001 101 len=10", .none, .sendsData),
                ("1.2 > FA 101 5012", .closeSecondAndThird, .closesToo), ("1.3 < A 5012 102", .close(4), .acknowledgesLastFIN),
            ]
        ),
        Case(
            name: "closes that cross, acknowledged on the FINs sent again",
            lines: opening + [
                ("1 > FA 101 5001", .close(1), .closesFirst), ("1 < FA 5001 101", .close(2), .closesSimultaneously),
                ("1.1 > FA 101 5002", .close(3), .acknowledgesCrossingFIN),
                ("1.1 < FA 5001 102", .close(4), .acknowledgesLastCrossingFIN),
            ]
        ),
        Case(
            name: "a FIN that carries the third step of the opening",
            lines: [
                opening[0], opening[1], ("0.02 > FA 101 5001", .close(1), .closesFirst),
                ("0.03 < A 5001 102", .close(2), .acknowledgesFIN), ("0.04 < FA 5001 102", .close(3), .closesSecond),
                ("0.05 > A 102 5002", .close(4), .acknowledgesLastFIN),
            ]
        ),
        Case(
            name: "RSTs that their receiver ignores",
            lines: [
                opening[0], ("0.005 < R 0 -", .none, .resetsNoSYN), ("0.006 < RA 0 9000", .none, .resetsNoSYN), opening[1],
                opening[2], ("1 < R 900000000 -", .none, .resetsWrongNumber), ("1.1 < R 5100 -", .none, .resetsWrongNumber),
                ("1.2 < R 4000 -", .none, .resetsWrongNumber), ("1.3 > A 101 5001", .none, .acknowledges),
                ("2 < FA 5001 101", .close(1), .closesFirst), ("2.1 > FA 101 5002", .closeSecondAndThird, .closesToo),
                ("2.2 < A 5002 102", .close(4), .acknowledgesLastFIN),
            ]
        ),
        Case(
            name: "a RST of somebody else, behind which the side goes on",
            lines: opening + [
                ("1 > RA 101 5001", .none, .aborts), ("2 > PA 101 5001 len=5", .none, .sendsData),
                ("2.1 < FA 5001 106", .close(1), .closesFirst), ("2.2 > FA 106 5002", .closeSecondAndThird, .closesToo),
                ("2.3 < A 5002 107", .close(4), .acknowledgesLastFIN),
            ]
        ),
        Case(
            name: "a SYN that was captured behind its answer",
            lines: [
                ("0 < SA 5000 101", .none, .accepts), ("0.01 > A 101 5001", .none, .acknowledges),
                ("0.02 > S 100 -", .none, .synCapturedLate), ("0.03 > S 100 -", .none, .repeatsSYN),
            ]
        ),
        Case(
            name: "a SYN that was captured between its answer and the third step",
            lines: [
                ("0 < SA 5000 101", .none, .accepts), ("0.01 > S 100 -", .none, .synCapturedLate),
                ("0.02 > A 101 5001", .none, .acknowledges),
            ]
        ),
        Case(
            name: "a SYN sent again behind a refusal",
            lines: [
                opening[0], ("0.1 < RA 0 101", .none, .refuses), ("0.5 > S 100 -", .none, .repeatsSYN),
                ("0.6 < RA 0 101", .none, .refuses),
            ]
        ),
        Case(
            name: "a SYN-ACK with another number in an open connection",
            lines: opening + [
                ("1 < SA 900000 101", .none, .acceptsAnew), ("1.1 > A 101 5001", .none, .acknowledges),
                ("2 < PA 5001 101 len=5", .none, .sendsData),
            ]
        ),
        Case(
            name: "a FIN behind data that the capture lacks, which acknowledges the other one",
            lines: opening + [
                ("1 > FA 101 5001", .close(1), .closesFirst), ("1.1 < FA 5101 102", .closeSecondAndThird, .closesToo),
                ("1.2 > A 102 5102", .close(4), .acknowledgesLastFIN),
            ]
        ),
        Case(
            name: "a FIN with data that comes again",
            lines: opening + [
                ("0.1 > A 101 5001 len=100", .none, .sendsData), ("0.6 > FA 101 5001 len=100", .close(1), .closesFirst),
                ("0.7 < FA 5001 202", .closeSecondAndThird, .closesToo), ("0.8 > A 202 5002", .close(4), .acknowledgesLastFIN),
            ]
        ),
        Case(
            name: "a FIN where the other side waits for it, though more was captured",
            lines: opening + [
                ("0.1 > A 101 5001 len=100", .none, .sendsData), ("0.2 < A 5001 191", .none, .acknowledges),
                ("1 < FA 5001 191", .close(1), .closesFirst), ("1.1 > FA 191 5002", .closeSecondAndThird, .closesToo),
                ("1.2 < A 5002 192", .close(4), .acknowledgesLastFIN),
            ]
        ),
        Case(
            name: "a FIN captured behind its acknowledgement",
            lines: opening + [
                ("1 < A 5001 102", .none, .acknowledges), ("1.1 > FA 101 5001", .close(1), .closesFirst),
                ("1.2 < FA 5001 102", .close(3), .closesSecond), ("1.3 > A 102 5002", .close(4), .acknowledgesLastFIN),
            ]
        ),
        Case(
            name: "the last FIN captured behind its acknowledgement",
            lines: opening + [
                ("1 > FA 101 5001", .close(1), .closesFirst), ("1.1 > A 102 5002", .none, .acknowledges),
                ("1.2 < FA 5001 102", .closeSecondAndThird, .closesToo),
            ]
        ),
        Case(
            name: "an ACK of something never sent, as of an older connection: its RST leaves the attempt alone",
            lines: [
                opening[0], ("0.01 < A 5000 70000", .none, .acknowledges), ("0.02 > R 70000 -", .none, .rejectsAcknowledgement),
                ("1 > S 100 -", .none, .repeatsSYN), ("1.01 < SA 9000 101", .open(2, of: 3), .accepts),
                ("1.02 > A 101 9001", .open(3, of: 3), .establishes), ("1.1 > A 101 9001 len=10", .none, .sendsData),
                ("1.2 > FA 111 9001", .close(1), .closesFirst), ("1.3 < FA 9001 112", .closeSecondAndThird, .closesToo),
                ("1.4 > A 112 9002", .close(4), .acknowledgesLastFIN),
            ]
        ),
        Case(
            name: "a SYN-ACK of something never sent, and the right one behind it",
            lines: [
                opening[0], ("0.01 < SA 5000 199", .none, .acceptsWrongly), ("0.02 > R 199 -", .none, .rejectsAcknowledgement),
                ("1 > S 100 -", .none, .repeatsSYN), ("1.01 < SA 9000 101", .open(2, of: 3), .accepts),
                ("1.02 > A 101 9001", .open(3, of: 3), .establishes),
            ]
        ),
        Case(
            name: "a third step that acknowledges something never sent",
            lines: [
                opening[0], opening[1], ("0.02 > A 101 12000", .none, .acknowledges),
                ("0.03 < R 12000 -", .none, .rejectsAcknowledgement), ("0.04 > A 101 5001", .open(3, of: 3), .establishes),
            ]
        ),
        Case(
            name: "a RST at the number that its sender has reached, whatever was acknowledged",
            lines: opening + [("1 > A 101 5500", .none, .acknowledges), ("1.1 < R 5001 -", .none, .aborts)]
        ),
        Case(
            name: "a RST elsewhere than what was acknowledged, and segments that go on there",
            lines: [
                ("0 > PA 101 5001 len=5", .none, .sendsData), ("0.1 < R 3000000000 -", .none, .resetsWrongNumber),
                ("0.2 < A 5001 106", .none, .acknowledges), ("0.3 < FA 5001 106", .close(1), .closesFirst),
                ("0.4 > FA 106 5002", .closeSecondAndThird, .closesToo), ("0.5 < A 5002 107", .close(4), .acknowledgesLastFIN),
            ]
        ),
        Case(
            name: "RSTs before and behind the last acknowledgement",
            lines: opening + [
                ("1 > FA 101 5001", .close(1), .closesFirst), ("1.1 < FA 5001 102", .closeSecondAndThird, .closesToo),
                ("1.2 < R 5002 -", .none, .abortsBeforeLastAcknowledgement), ("1.3 > A 102 5002", .close(4), .acknowledgesLastFIN),
                ("1.4 > R 102 -", .none, .resetsAfterClose),
            ]
        ),
        Case(
            name: "where acknowledgements were left out, both FINs are the close",
            seesControlOnly: true,
            lines: [
                opening[0], opening[1], ("1 > FA 101 5001", .close(1), .closesFirst),
                ("1.1 < FA 5001 102", .closeSecondAndThird, .closesToo), ("1.2 < R 5002 -", .none, .resetsAfterClose),
            ]
        ),
        Case(
            name: "a SYN-ACK with another number, and the true one behind it",
            lines: [
                opening[0], ("0.01 < SA 90000 101", .open(2, of: 3), .accepts), ("0.02 < SA 5000 101", .none, .acceptsAnew),
                ("0.03 > A 101 5001", .open(3, of: 3), .establishes),
            ]
        ),
        Case(
            name: "the true SYN-ACK, and one with another number behind it",
            lines: [
                opening[0], opening[1], ("0.015 < SA 90000 101", .none, .acceptsAnew),
                ("0.02 > A 101 5001", .open(3, of: 3), .establishes),
                ("0.03 < A 5001 101 len=9", .none, .sendsData), ("0.04 > A 101 5010", .none, .acknowledges),
                ("1 > FA 101 5010", .close(1), .closesFirst), ("1.1 < FA 5010 102", .closeSecondAndThird, .closesToo),
                ("1.2 > A 102 5011", .close(4), .acknowledgesLastFIN),
            ]
        ),
        Case(
            name: "closes that cross, one behind data that the capture lacks",
            lines: opening + [
                ("1 > FA 101 5001", .close(1), .closesFirst), ("1.01 < FA 5101 101", .none, .closesSimultaneously),
                ("1.1 > A 102 5102", .close(3), .acknowledgesCrossingFIN),
                ("1.1 < A 5102 102", .close(4), .acknowledgesLastCrossingFIN),
            ]
        ),
        Case(
            name: "a reset of the responder refuses no connection that it has accepted",
            lines: [opening[0], opening[1], ("0.02 < RA 5001 101", .none, .withdraws)]
        ),
        Case(
            name: "nor one whose SYN-ACK was acknowledged and not captured",
            lines: [opening[0], ("0.02 > A 101 5001", .none, .acknowledges), ("0.03 < R 5001 -", .none, .aborts)]
        ),
        Case(
            name: "data in the SYN makes no connection of a refusal",
            lines: [("0 > S 100 - len=10", .open(1, of: 3), .wantsToConnect), ("0.1 < RA 0 101", .none, .refuses)]
        ),
        Case(
            name: "a reset behind the own FIN, with data of the other side under way",
            lines: opening + [
                ("1 > FA 101 5001", .close(1), .closesFirst), ("1.1 < A 5001 102 len=9", .close(2), .acknowledgesFIN),
                ("1.2 > R 102 -", .none, .abortsAfterFINForData),
            ]
        ),
        Case(
            name: "and without any",
            lines: opening + [
                ("1 > FA 101 5001", .close(1), .closesFirst), ("1.1 < A 5001 102", .close(2), .acknowledgesFIN),
                ("1.2 > R 102 -", .none, .abortsAfterFIN),
            ]
        ),
        Case(
            name: "a SYN that was captured behind the acknowledgement of an answer that was not captured before it",
            lines: [
                ("0 > A 101 5001", .none, .acknowledges), ("0.01 > S 100 -", .none, .synCapturedLate),
                ("0.02 < SA 5000 101", .open(2, of: 3), .accepts), ("0.03 > A 101 5001", .open(3, of: 3), .establishes),
            ]
        ),
        Case(
            name: "a SYN-ACK that was captured behind its acknowledgement",
            lines: [
                opening[0], ("0.01 > A 101 5001", .none, .acknowledges), ("0.02 < SA 5000 101", .open(2, of: 3), .accepts),
                ("0.03 > PA 101 5001 len=5", .open(3, of: 3), .establishes),
            ]
        ),
        Case(
            name: "a SYN that was captured behind data, the second of its sender",
            lines: [
                ("0 > PA 111 5001 len=10", .none, .sendsData), ("0.00001 > S 100 -", .none, .synCapturedLate),
                ("0.00002 < SA 5000 101", .open(2, of: 3), .accepts),
                ("0.00003 > PA 101 5001 len=10", .open(3, of: 3), .establishes),
                ("1 > FA 121 5001", .close(1), .closesFirst),
            ]
        ),
        Case(
            name: "a SYN that was captured behind the answer to the data of its sender",
            lines: [
                ("0 < PA 5001 150 len=10", .none, .sendsData), ("0.00001 > S 100 -", .none, .synCapturedLate),
                ("0.00002 < SA 5000 101", .open(2, of: 3), .accepts),
                ("0.00003 > PA 101 5001 len=49", .open(3, of: 3), .establishes),
            ]
        ),
        Case(
            name: "a SYN behind one with a wrong checksum, or behind other segments of that kind",
            lines: [
                ("0 < PA 5001 101 len=5 bad", .none, .hasBadChecksum), ("0.01 > S 99 - bad", .none, .hasBadChecksum),
                opening[0], opening[1], opening[2],
            ]
        ),
        Case(
            name: "a SYN-ACK behind a SYN with a wrong checksum",
            lines: [
                ("0 > S 100 - bad", .none, .hasBadChecksum), ("0.01 < SA 5000 101", .none, .accepts),
                ("0.02 > A 101 5001", .none, .acknowledges),
            ]
        ),
        Case(
            name: "where data was left out, it is one",
            seesControlOnly: true,
            lines: [
                opening[0], opening[1],
                ("1 > FA 900 7001", .close(1), .closesFirst), ("1.1 < FA 7001 901", .closeSecondAndThird, .closesToo),
            ]
        ),
        Case(
            name: "a reset behind data that was left out ends a connection, it refuses none",
            seesControlOnly: true,
            lines: [opening[0], opening[1], ("1 < RA 5001 900", .none, .aborts)]
        ),
        Case(
            name: "a reset in place of the third step ends the attempt",
            seesControlOnly: true,
            lines: [opening[0], opening[1], ("1 > R 101 -", .none, .abandons)]
        ),
    ]

    @Test func leftOutSegmentsAreNeitherLostNorTimed() throws {
        let script = SegmentScript(lines: ["0 > S 100 -", "0.01 < SA 5000 101", "1 > FA 900 7001", "1.1 < FA 7001 901"])
        var policy = TrackingPolicy.patient(hashSeed: testSeed)
        policy.seesControlOnly = true
        var table = ConnectionTable(policy: policy, memory: .heap)
        for segment in try script.segments() { #expect(table.track(segment).findings == .none) }
        var found: ConnectionRecord?
        table.endAll { found = $0 }
        let record = try #require(found)
        #expect(record.initialRoundTrip == nil)
        #expect(record.openedBy == .originator && record.closedBy == .originator)
    }

    @Test func zeekTakesCrossingSynsForTwoAttempts() throws {
        let segments = try SegmentScript(lines: ["0 > S 100 -", "0.001 < S 5000 -"]).segments()
        var table = ConnectionTable(policy: .zeek(hashSeed: testSeed), memory: .heap)
        #expect(segments.map { table.track($0).connection } == [1, 2])
    }
}
