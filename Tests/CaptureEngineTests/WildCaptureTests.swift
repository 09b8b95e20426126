import Addresses
import CaptureEngine
import CaptureReports
import Console
import Foundation
import Mutations
import PacketCapture
import Packets
import Testing
import Tracking

/// Captures of real stacks against tshark, and against themselves, where `SONDE_WILD` names their folder.
///
/// Passes without a word elsewhere: the tests of the modules have the kinds.
@Suite("Captures from the wild")
struct WildCaptureTests {
    @Test("Streams are tshark's in packets, completeness and initial round trip, save for known reasons")
    func streams() throws {
        guard let corpus = Corpus.wild else { return }
        var reasons: [String: Int] = [:]
        for (file, streams) in Dictionary(grouping: try corpus.rows("tshark-expected.tsv"), by: { $0["file"] ?? "" }) {
            let capture = WildCapture(corpus.path(of: file), ignoringChecksums: true)
            for stream in streams {
                let ends = WildCapture.ends(stream)
                let alike = streams.filter { WildCapture.ends($0) == ends }
                let ours = capture.records.filter { WildCapture.ends($0) == ends }
                let reason: String
                if alike.count == 1, ours.count == 1 {
                    reason = Self.compare(stream, ours[0], copies: capture.copies(of: ours[0]))
                } else {
                    let packets = ours.map { Int($0.originatorPackets + $0.responderPackets) }.sorted()
                    let isSame = packets == alike.compactMap { Int($0["packets"] ?? "") }.sorted()
                    reason = isSame ? "equal" : Self.timesAndFuzz.contains(String(file.prefix(8))) ? "times that jump" : "unknown"
                }
                reasons[reason, default: 0] += 1
                #expect(reason != "unknown", "\(file) \(stream["stream"] ?? "")")
            }
        }
        #expect(reasons["equal", default: 0] >= 1530, "\(reasons)")
        #expect(reasons.values.reduce(0, +) == 1639)
    }

    /// Their times jump by minutes to decades within a connection, which ends by its timeout; or the packets were damaged on purpose.
    private static let timesAndFuzz: Set = [
        "23d0e78e", "2a78b5f3", "693b3bb1", "8b3a4ef5", "81c477cc", "8c12dfbb", "a10cd5aa", "a9bf0b6c", "c3b092c6", "c988a888",
        "ca2f8af9",
    ]

    private static func compare(_ stream: [String: String], _ record: ConnectionRecord, copies: Int) -> String {
        let packets = Int(record.originatorPackets + record.responderPackets)
        guard packets + copies == Int(stream["packets"] ?? "") else { return "unknown" }
        // What was captured twice was sent once: tshark counts both, and takes a SYN's copy for the SYN.
        if copies > 0 { return "captured twice" }
        guard String(record.completeness.rawValue) == stream["completeness"] else { return "unknown" }
        let expected = stream["initial_rtt"] ?? ""
        let found = record.initialRoundTrip
        if found == 0 { return "round trip of zero, which is unset for tshark" }
        guard let found else {
            if expected == "-" { return "equal" }
            // Of a negative time tshark shows the fraction.
            return record.duration == 0 ? "clock set back in the handshake" : "unknown"
        }
        let seconds = Double(expected).map { Int64(($0 * 1_000_000).rounded(.down)) * 1000 }
        return seconds.map { abs($0 - found) <= 1000 } == true ? "equal" : "unknown"
    }

    @Test("Notes are those of tshark's analysis, segment by segment, save for known differences")
    func notes() throws {
        guard let corpus = Corpus.wild else { return }
        let analysis = Dictionary(grouping: try Corpus.own.rows("wild-analysis.tsv"), by: { $0["file"] ?? "" })
        let known = Dictionary(
            uniqueKeysWithValues: try Corpus.own.rows("wild-differences.tsv").map {
                ($0["file"] ?? "", Int($0["segments"] ?? "") ?? 0)
            }
        )
        var compared = 0
        for path in try corpus.paths() {
            let file = (path as NSString).lastPathComponent
            let capture = WildCapture(path, ignoringChecksums: true)
            var expected: [UInt64: Findings] = [:]
            for row in analysis[file] ?? [] {
                guard let finding = WildCapture.findings[row["finding"] ?? ""] else { continue }
                for number in (row["frames"] ?? "").split(separator: ",").compactMap({ UInt64($0) }) {
                    expected[number, default: []].formUnion(finding)
                }
            }
            var differing: [UInt64] = []
            for packet in capture.packets where packet.annotation.kind != .capturedTwice {
                compared += 1
                // Whether ports are used again, and data in a SYN, are no part of the comparison.
                let found = packet.annotation.findings.subtracting([.reusesEndpoints, .synData])
                if found != expected[packet.number] ?? [] { differing.append(packet.number) }
            }
            #expect(differing.count == known[file] ?? 0, "\(file): \(differing)")
        }
        #expect(compared > 27_000)
    }

    @Test("No verdict contradicts the steps beside it")
    func verdicts() throws {
        guard let corpus = Corpus.wild else { return }
        var count = 0
        for path in try corpus.paths() {
            let capture = WildCapture(path, ignoringChecksums: false)
            for record in capture.records {
                count += 1
                let wrong = VerdictContradictions.of(
                    record,
                    capture.packets.filter { $0.annotation.connection == record.identifier }
                )
                #expect(wrong.isEmpty, "\((path as NSString).lastPathComponent) \(record.identifier): \(record.verdict)")
            }
        }
        #expect(count > 1600)
    }

    @Test("No connection is lost by default without the summary saying why")
    func losses() throws {
        guard let corpus = Corpus.wild else { return }
        for (file, streams) in Dictionary(grouping: try corpus.rows("tshark-expected.tsv"), by: { $0["file"] ?? "" }) {
            let capture = WildCapture(corpus.path(of: file), ignoringChecksums: false)
            let found = Set(capture.records.filter { !$0.hasOnlyBadChecksums }.map { WildCapture.ends($0) })
            let missing = Set(streams.map { WildCapture.ends($0) }).subtracting(found)
            guard !missing.isEmpty else { continue }
            var text = TextBuffer()
            capture.summary.write(into: &text, .plain)
            // The first line counts the packets; those behind it say what was not taken, or only in part.
            #expect(text.string.split(separator: "\n").count > 1 || capture.hasFailed, "\(file): \(missing)")
        }
    }
}

/// What a capture file comes to.
struct WildCapture {
    struct Packet {
        let number: UInt64
        let annotation: Annotation
        let segment: Segment
    }

    private final class Report {
        var packets: [Packet] = []
        var records: [ConnectionRecord] = []
    }

    private struct Collector: CaptureReport {
        let report: Report

        mutating func segment(
            _ segment: Segment,
            _ annotation: Annotation,
            number: UInt64,
            payload: Span<UInt8>,
            into text: inout TextBuffer
        ) {
            report.packets.append(Packet(number: number, annotation: annotation, segment: segment))
        }

        mutating func connection(_ record: ConnectionRecord, into text: inout TextBuffer) { report.records.append(record) }
    }

    let packets: [Packet]
    let records: [ConnectionRecord]
    let summary: CaptureSummary
    /// Whether the file is damaged, which is reported as an error.
    let hasFailed: Bool

    init(_ path: String, ignoringChecksums: Bool) {
        var policy = TrackingPolicy.patient(hashSeed: testSeed)
        policy.ignoresChecksums = ignoringChecksums
        var settings = CaptureSettings(policy: policy)
        settings.usesThread = false
        let report = Report()
        let outcome = CaptureEngine(settings, output: Transcript()).run(
            FileSource(paths: [path]),
            report: Collector(report: report)
        )
        packets = report.packets
        records = report.records
        summary = outcome.summary
        hasFailed = !outcome.failures.isEmpty
    }

    func copies(of record: ConnectionRecord) -> Int {
        packets.count { $0.annotation.connection == record.identifier && $0.annotation.kind == .capturedTwice }
    }

    static func ends(_ row: [String: String]) -> Set<String> {
        ["\(row["src"] ?? "") \(row["srcport"] ?? "")", "\(row["dst"] ?? "") \(row["dstport"] ?? "")"]
    }

    static func ends(_ record: ConnectionRecord) -> Set<String> {
        ["\(record.originator.address) \(record.originator.port)", "\(record.responder.address) \(record.responder.port)"]
    }

    /// By the names of tshark's fields, without `tcp.analysis.`.
    static let findings: [String: Findings] = [
        "retransmission": .retransmission, "fast_retransmission": .fastRetransmission,
        "spurious_retransmission": .spuriousRetransmission, "out_of_order": .outOfOrder, "keep_alive": .keepAlive,
        "keep_alive_ack": .keepAliveAck, "zero_window": .zeroWindow, "window_update": .windowUpdate, "duplicate_ack": .duplicateAck,
        "lost_segment": .previousSegmentLost, "ack_lost_segment": .acknowledgesUnseen, "zero_window_probe": .zeroWindowProbe,
        "zero_window_probe_ack": .zeroWindowProbeAck, "window_full": .windowFull,
    ]
}

/// Where the verdict on a connection says something else than the lines of its segments.
private enum VerdictContradictions {
    static func of(_ record: ConnectionRecord, _ packets: [WildCapture.Packet]) -> [String] {
        func step(_ phase: Step.Phase, _ number: UInt8) -> Bool {
            packets.contains {
                $0.annotation.step.phase == phase && $0.annotation.step.last == number && !$0.annotation.step.isNone
            }
        }
        let isOpened = packets.contains { $0.annotation.kind == .establishes }
        let isClosed = step(.close, 4)
        let hasReset = packets.contains { $0.segment.flags.contains(.rst) && $0.annotation.kind != .hasBadChecksum }
        let claims = Claims(record.verdict)
        var wrong: [String] = []
        if isClosed != claims.closed, claims.tellsClose {
            wrong.append("a last close step, and a verdict without it, or the reverse")
        }
        if isOpened, claims.unopened { wrong.append("established by its steps") }
        if claims.reset != hasReset, claims.reset { wrong.append("no RST") }
        if step(.open, 1), claims.lacksStart { wrong.append("its start was captured") }
        if record.originatorPackets == 0 || record.responderPackets == 0 {
            if isOpened { wrong.append("one side alone cannot be established") }
        } else if claims.alone {
            wrong.append("both sides were captured")
        }
        return wrong
    }

    private struct Claims {
        var closed = false
        /// Whether it would say that the close was complete.
        var tellsClose = true
        var unopened = false
        var reset = false
        var lacksStart = false
        var alone = false

        init(_ verdict: ConnectionVerdict) {
            switch verdict {
            case .closedOriginatorFirst, .closedResponderFirst, .simultaneousOpenClosed: closed = true
            case .onlyBadChecksums, .connectedToItself: tellsClose = false
            case .noAnswer, .noAnswerToRetransmissions, .answeredWithoutSYNACK, .answeredWrongly, .accepted,
                .simultaneousOpenUnanswered:
                unopened = true
            case .refused, .resetIgnored, .abandoned, .acceptedResetByOriginator, .acceptedResetByResponder:
                (unopened, reset) = (true, true)
            case .established, .halfClosedByOriginator, .halfClosedByResponder, .unacknowledgedOriginatorFirst,
                .unacknowledgedResponderFirst, .closedByBothOriginatorFirst, .closedByBothResponderFirst,
                .simultaneousOpenEstablished:
                break
            case .resetByOriginator, .resetByOriginatorAfterClose, .resetByOriginatorAfterOwnClose, .resetByOriginatorAfterBoth,
                .resetByResponder, .resetByResponderAfterClose, .resetByResponderAfterOwnClose, .resetByResponderAfterBoth:
                reset = true
            case .partialClosedOriginatorFirst, .partialClosedResponderFirst: (tellsClose, lacksStart) = (false, true)
            case .loneSYNACK, .partialOpen, .partialClosedByOriginator, .partialClosedByResponder, .neitherStartNorEnd:
                lacksStart = true
            case .partialResetByOriginator, .partialResetByResponder, .loneReset: (lacksStart, reset) = (true, true)
            case .openOriginatorAlone, .closedByOriginatorAlone, .closedByResponderAlone: alone = true
            case .resetByOriginatorAlone, .resetByResponderAlone: (alone, reset) = (true, true)
            }
        }
    }
}
