import Console
import Foundation
import Packets
import SegmentScripts
import Testing
import Time

@testable import CaptureReports
@testable import Tracking

/// sonde-capture(1) against the words that the reports can print, which are taken from their types.
@Suite("sonde-capture(1) has")
struct ManualPageTests {
    /// The words of the page without macros, in one line.
    private static let page: String = {
        let path = #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/man/sonde-capture.1"
        let source = (try? String(contentsOfFile: "/" + path, encoding: .utf8)) ?? ""
        return source.replacing("\\(ha", with: "^").replacing("\\-", with: "-").replacing("\\&", with: "").replacing("\"", with: "")
    }()

    /// What has an entry or is marked as literal.
    private static let literals: [String] = page.split(separator: "\n").flatMap { line -> [String] in
        guard let start = line.firstRange(of: ".It Li ") ?? line.firstRange(of: ".Li ") ?? line.firstRange(of: ".Pq Li ")
        else { return [] }
        let words = String(line[start.upperBound...])
        return [words] + words.split(separator: " ").filter { $0 != "," }.map(String.init) + [words.replacing(" ,", with: "")]
    }

    private static func expect(_ words: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(literals.contains(words) || literals.contains(words + " ."), "\(words)", sourceLocation: sourceLocation)
    }

    @Test("every event's note", arguments: Event.Kind.allCases)
    func notes(_ kind: Event.Kind) {
        var annotation = Annotation()
        annotation.kind = kind
        let nothing: [UInt8] = []
        var note = TextBuffer()
        note.append(noteOf: annotation, Segment(), payload: nothing.span)
        // What varies: a number of bytes, and a time.
        let words = note.string.replacing(#/\d+ byte/#, with: "n byte").replacing(#/ after [\d.]+ \w+$/#, with: "")
        Self.expect(words)
    }

    @Test("every finding")
    func findings() {
        for (_, words) in Findings.named { Self.expect("\(words)") }
        Self.expect("reuses the ports of an earlier connection")
    }

    @Test("every verdict", arguments: ConnectionVerdict.allCases)
    func verdicts(_ verdict: ConnectionVerdict) { Self.expect("\(verdict.words)") }

    @Test("every state of a connection", arguments: ConnectionState.allCases)
    func states(_ state: ConnectionState) { Self.expect("\(state.name)") }

    @Test("every letter of the history", arguments: HistoryCode.allCases)
    func history(_ code: HistoryCode) { Self.expect(String(UnicodeScalar(code.upperCase))) }

    @Test("every step")
    func steps() {
        let opening = (1...3).map { Step.open($0, of: 3) } + (2...4).map { Step.open($0, of: 4) }
        for step in opening + (1...4).map({ Step.close($0) }) + [.closeSecondAndThird] {
            var text = TextBuffer()
            text.append(step: step)
            Self.expect(text.string)
        }
    }

    @Test("every line of the summary")
    func summary() {
        for (_, words) in CaptureSummary.noteworthy { Self.expect("\(words)") }
        for (_, words) in CaptureSummary.flaws { Self.expect("\(words)") }
    }

    /// A segment with every option.
    private static var segmentWithOptions: Segment {
        var segment = Segment()
        segment.flags = [.syn, .ack]
        segment.options.present = TCPOptions.Kinds(rawValue: .max)
        segment.options.sackBlockCount = 1
        segment.options.note(unknownKind: 77)
        return segment
    }

    @Test("every option in notes and under -v")
    func options() {
        var details = TextBuffer()
        details.append(detailsOf: Self.segmentWithOptions, Annotation())
        var annotation = Annotation()
        annotation.kind = .wantsToConnect
        let nothing: [UInt8] = []
        var note = TextBuffer()
        note.append(noteOf: annotation, Self.segmentWithOptions, payload: nothing.span)
        let shown = "\(details.string), \(note.string)".split { "<>(),".contains($0) }
            .flatMap { $0.split { $0.isNumber || $0 == "-" } }
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty && $0 != "wants to connect" }
        #expect(shown.count > 15)
        for words in shown where words != "truncated by the capture" {
            // "md5 signature" lost its number above.
            Self.expect(words == "md" ? "md5 signature" : words == "signature" ? "md5 signature" : words)
        }
        Self.expect("truncated by the capture")
    }

    @Test("every field of JSON")
    func fields() throws {
        var lines = try rendered(ViewTests.refused, as: CaptureJSON(tellsSegments: true))
        lines += try rendered([Self.segmentWithOptions], as: CaptureJSON(tellsSegments: true))
        let names = Set(lines.matches(of: #/"(\w+)":/#).map { String($0.1) }).subtracting(["type"])
        #expect(names.count > 40)
        for name in names { Self.expect(name) }
    }

    @Test("the words of a ladder's fold and gap")
    func ladders() {
        for words in ["not captured", "to the right", "to the left", "duplicate ACK", "retransmission", "12 segments, 9.4 kB"] {
            Self.expect(words)
        }
    }
}
