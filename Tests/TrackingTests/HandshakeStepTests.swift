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
                ("1.1 < A 5002 102", .close(4), .acknowledgesLastFIN),
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
            lines: opening + [("1 > FA 900 5001", .none, .contradictsItself)]
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
