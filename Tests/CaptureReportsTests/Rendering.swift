import Console
import Packets
import SegmentScripts
import Time
import Tracking

@testable import CaptureReports

/// Tracks the segments of a script and returns what a report writes.
func rendered<Report: CaptureReport>(
    _ lines: [String],
    as report: Report,
    seesControlOnly: Bool = false,
    payload: [UInt8] = []
) throws -> String {
    try rendered(SegmentScript(lines: lines).segments(), as: report, seesControlOnly: seesControlOnly, payload: payload)
}

/// - Parameter payload: what a RST carries.
func rendered<Report: CaptureReport>(
    _ segments: [Segment],
    as report: Report,
    seesControlOnly: Bool = false,
    payload: [UInt8] = []
) throws -> String {
    var policy = TrackingPolicy.patient(hashSeed: (1, 2))
    policy.seesControlOnly = seesControlOnly
    var table = ConnectionTable(policy: policy, memory: .heap)
    var report = report
    var text = TextBuffer()
    let nothing: [UInt8] = []
    report.begin(into: &text)
    for (index, segment) in segments.enumerated() {
        let annotation = table.track(segment)
        table.takeEnded { report.connection($0, into: &text) }
        let carried = segment.flags.contains(.rst) ? payload : nothing
        report.segment(segment, annotation, number: UInt64(index + 1), payload: carried.span, into: &text)
    }
    table.endAll { report.connection($0, into: &text) }
    report.end(into: &text)
    return text.string
}

/// Writes the note of each segment, and nothing else.
struct Notes: CaptureReport {
    mutating func segment(
        _ segment: Segment,
        _ annotation: Annotation,
        number: UInt64,
        payload: Span<UInt8>,
        into text: inout TextBuffer
    ) {
        text.append(noteOf: annotation, segment, payload: payload)
        text.append("\n")
    }
}

/// Writes what `--explain` adds to each segment, `-` where it adds nothing.
struct Explanations: CaptureReport {
    mutating func segment(
        _ segment: Segment,
        _ annotation: Annotation,
        number: UInt64,
        payload: Span<UInt8>,
        into text: inout TextBuffer
    ) {
        text.append(trusted: Explanation.of(annotation)?.description ?? "-")
        text.append("\n")
    }
}

/// Writes the state and the verdict of each connection.
struct Verdicts: CaptureReport {
    mutating func connection(_ record: ConnectionRecord, into text: inout TextBuffer) {
        text.append(trusted: record.summary)
        text.append("\n")
    }
}

/// A conversation line by line, each with what a report should say of it.
struct Conversation: Sendable, CustomStringConvertible {
    let description: String
    let lines: [(segment: String, expected: String)]
    var payload: [UInt8] = []
    var seesControlOnly = false

    init(_ description: String, payload: [UInt8] = [], seesControlOnly: Bool = false, _ lines: [(String, String)]) {
        self.description = description
        self.lines = lines.map { (segment: $0.0, expected: $0.1) }
        self.payload = payload
        self.seesControlOnly = seesControlOnly
    }

    func rendered(as report: some CaptureReport) throws -> [String] {
        try CaptureReportsTests.rendered(lines.map(\.segment), as: report, seesControlOnly: seesControlOnly, payload: payload)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
}
