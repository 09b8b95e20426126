import Console
import ProbeReports
import Probing
import SondeSystem
import SystemPackage
import Testing

@Suite("The number alone")
struct ConnectExProbeReportTests {
    private static let results: [ProbeResult] = [
        .made(ordinal: 1, .closed, .reset, errno: .connectionRefused),
        .made(portIndex: 1, portCount: 2, .filtered, .noResponse, errno: .timedOut),
        .made(portIndex: 0, portCount: 2, .open, .synAck),
    ]

    @Test("the resolver's number for each port of a name that does not resolve")
    func unresolved() {
        var report = ConnectExProbeReport(onlyOpen: false)
        var text = TextBuffer()
        var notes = TextBuffer()
        report.add(Self.results[0], into: &text)
        let error = ResolutionError(name: "gone", reason: "", isTemporary: true, code: -3)
        report.add(UnresolvedTarget(ordinal: 0, ports: PortList([80, 443]), error: error), into: &text)
        report.finish(ProbeEnding(ProbeTally(), elapsed: .zero, time: 0), into: &text, notes: &notes)
        #expect(text.string == "-3\n-3\n111\n")
    }

    @Test("one a line, in the order of targets and ports", arguments: [(false, "0\n110\n111\n"), (true, "0\n")])
    func order(onlyOpen: Bool, expected: String) {
        var report = ConnectExProbeReport(onlyOpen: onlyOpen)
        var text = TextBuffer()
        var notes = TextBuffer()
        for result in Self.results { report.add(result, into: &text) }
        report.finish(ProbeEnding(ProbeTally(), elapsed: .zero, time: 0), into: &text, notes: &notes)
        #expect(text.string == expected)
        #expect(notes.string == "")
    }

    @Test("a line belongs to its port, also where the run was stopped", arguments: [(false, "0\n110\n-\n-\n111\n"), (true, "0\n")])
    func interrupted(onlyOpen: Bool, expected: String) {
        var text = TextBuffer()
        var notes = TextBuffer()
        var report = ConnectExProbeReport(onlyOpen: onlyOpen)
        for result in Self.results where result.ordinal == 0 { report.add(result, into: &text) }
        report.addUnreached(ordinal: 1, ports: 2)
        report.add(.made(ordinal: 2, .closed, .reset, errno: .connectionRefused), into: &text)
        report.addAbandoned(.made(ordinal: 3, .filtered, .noResponse, errno: .timedOut))
        report.finish(ProbeEnding(ProbeTally(), elapsed: .zero, time: 0), into: &text, notes: &notes)
        #expect(text.string == expected)
    }
}
