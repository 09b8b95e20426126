import Addresses
import Console
import Probing
import SondeSystem
import SystemPackage
import Testing

@testable import ProbeReports

/// What `--count` and `--wait` print while they repeat, and at the end.
@Suite("Repeated probes")
struct RepeatedProbeTests {
    private static func answer(_ milliseconds: Int64, name: String? = nil, round: Int = 1) -> ProbeResult {
        .made(round: round, name: name, .open, .synAck, answerTime: .milliseconds(milliseconds))
    }
    private static let silence = ProbeResult.made(.filtered, .noResponse, errno: .timedOut)
    private static let unix = ProbeResult.made(
        ordinal: 1,
        name: "/run/x.sock",
        address: nil,
        transport: .unix,
        .error,
        nil,
        errno: .noMemory
    )

    /// The time of day of every result made here, in this machine's time zone.
    private static let clock = timeOfDay(1_700_000_000.25)

    private static func unresolved(round: Int) -> UnresolvedTarget {
        UnresolvedTarget(
            ordinal: 0,
            round: round,
            ports: PortList([443]),
            time: 1_700_000_000.25,
            error: ResolutionError(name: "example.org", reason: "Name or service not known", isTemporary: false)
        )
    }

    @Test("a line per answer with the time of day, then the statistics of each port")
    func text() {
        var report = ProbeCountReport(isJSON: false, .plain)
        var text = TextBuffer()
        report.add(Self.unix, into: &text)
        for (index, time) in [1, 2, 3, 4, 5, 6, 7, 8, 9, 30].enumerated() {
            report.add(Self.answer(Int64(time), round: index + 1), into: &text)
        }
        text.clear()
        report.add(Self.answer(7, round: 11), into: &text)
        report.add(.made(round: 12, .filtered, .noResponse, errno: .timedOut), into: &text)
        report.finish(elapsed: .zero, time: 0, into: &text)
        #expect(
            text.string == """
                11  \(Self.clock)  192.0.2.1:443  open  7.00 ms  accepts connections (syn-ack)
                12  \(Self.clock)  192.0.2.1:443  filtered  no answer: dropped, no such host, or accept queue full (no-response)

                192.0.2.1:443: 12 sent, 11 answered, 8.3 % lost; longest outage 1.00 s from round 12
                min 1.00 ms, avg 7.45 ms, max 30.0 ms, mdev 7.52 ms, p50 6.00 ms, p90 9.00 ms, p99 30.0 ms

                /run/x.sock: 1 sent, 0 answered, 100.0 % lost; longest outage 1.00 s from round 1

                """
        )
        #expect(!report.isAllOpen && report.hasErrors && !report.hasUnresolved)
    }

    @Test("what a router or this machine says is no answer; the host's own refusal is one")
    func answers() {
        let router = QueuedError.from("198.51.100.9", code: 1)
        let host = QueuedError.from("192.0.2.1")
        let results: [ProbeResult] = [
            .made(.closed, .reset, errno: .connectionRefused, answerTime: .milliseconds(1)),
            .made(.filtered, .hostUnreachable, errno: .noRouteToHost, icmp: router, answerTime: .milliseconds(1)),
            .made(.filtered, .administrativelyProhibited, errno: .noRouteToHost, icmp: host, answerTime: .milliseconds(1)),
            .made(.filtered, .networkUnreachable, errno: .networkUnreachable),
        ]
        var report = ProbeCountReport(isJSON: false, .plain)
        var text = TextBuffer()
        for result in results { report.add(result, into: &text) }
        report.finish(elapsed: .zero, time: 0, into: &text)
        #expect(text.string.contains("192.0.2.1:443: 4 sent, 2 answered, 50.0 % lost"))
    }

    @Test("a round whose name does not resolve is lost, and so is a port without an answer at the end")
    func lost() {
        var report = ProbeCountReport(isJSON: false, .plain)
        var text = TextBuffer()
        report.add(Self.answer(1, name: "example.org"), into: &text)
        text.clear()
        report.add(Self.unresolved(round: 2), into: &text)
        report.addAbandoned(.made(round: 3, name: "example.org", .filtered, .noResponse, errno: .timedOut))
        report.finish(elapsed: .zero, time: 0, into: &text)
        #expect(
            text.string.hasPrefix(
                """
                2  \(Self.clock)  example.org  unresolved  Name or service not known

                example.org:443: 3 sent, 1 answered, 66.7 % lost, 1 of them because the name did not resolve; longest outage 2.00 s from round 2

                """
            )
        )
        #expect(report.hasUnresolved && !report.isAllOpen)
    }

    @Test("nothing but ports without an answer is no yes")
    func abandoned() {
        var report = ProbeCountReport(isJSON: false, .plain)
        #expect(!report.isKnown)
        report.addAbandoned(Self.silence)
        #expect(!report.isAllOpen && !report.isKnown)
        var text = TextBuffer()
        report.add(Self.silence, into: &text)
        #expect(!report.isAllOpen && report.isKnown)
    }

    @Test("an error has no reason")
    func error() {
        var report = ProbeCountReport(isJSON: false, .plain)
        var text = TextBuffer()
        report.add(Self.unix, into: &text)
        #expect(text.string == "1  \(Self.clock)  /run/x.sock  error  local error: cannot allocate memory (ENOMEM 12)\n")
    }

    @Test(
        "a port is named with its host and the address of that round",
        arguments: [
            (ProbeResult.made(name: "example.org", .open, .synAck), "example.org:443 (192.0.2.1)  open  "),
            (.made(address: "2001:db8::1", .open, .synAck), "[2001:db8::1]:443  open  "),
        ]
    )
    func endpoint(_ result: ProbeResult, _ expected: String) {
        var report = ProbeCountReport(isJSON: false, .plain)
        var text = TextBuffer()
        report.add(result, into: &text)
        #expect(text.string.hasPrefix("1  \(Self.clock)  \(expected)"), "\(text.string)")
    }

    @Test("the time of day has milliseconds")
    func clock() {
        #expect(timeOfDay(1_700_000_000.0625).hasSuffix(":20.062"))
        #expect(timeOfDay(1_700_000_009).hasSuffix(":29.000"))
    }

    @Test("JSON: the statistics' fields")
    func json() {
        var report = ProbeCountReport(isJSON: true, .plain)
        var text = TextBuffer()
        for time in [1, 2, 3, 4, 5, 6, 7, 8, 9, 30] as [Int64] {
            report.add(Self.answer(time, name: "example.org"), into: &text)
        }
        #expect(
            text.string.split(separator: "\n").count == 10 && text.string.hasPrefix(#"{"type":"probe","target":"example.org","#)
        )
        report.add(Self.silence, into: &text)
        report.add(Self.unix, into: &text)
        text.clear()
        report.finish(elapsed: .milliseconds(1500), time: 7, into: &text)
        #expect(
            text.string == #"""
                {"type":"statistics","target":"192.0.2.1","address":"192.0.2.1","port":443,"transport":"tcp","sent":11,"received":10,"unresolved":0,\#
                "loss":0.090909,"longest_outage_ms":0.000,"min_ms":1.000,"avg_ms":7.500,"max_ms":30.000,"mdev_ms":7.890,"p50_ms":5.000,"p90_ms":9.000,\#
                "p99_ms":30.000}
                {"type":"statistics","target":"/run/x.sock","address":null,"port":null,"transport":"unix","sent":1,"received":0,"unresolved":0,\#
                "loss":1.000000,"longest_outage_ms":1000.000,"min_ms":null,"avg_ms":null,"max_ms":null,"mdev_ms":null,"p50_ms":null,"p90_ms":null,"p99_ms":null}
                {"type":"summary","probed":12,"open":10,"closed":0,"filtered":1,"open_filtered":0,"errors":1,"unresolved":0,\#
                "interrupted":0,"unreached":0,"skipped_lines":0,"elapsed_ms":1500.000}

                """#
        )
    }

    @Test("the totals so far are the statistics as text, in either format", arguments: [false, true])
    func totals(isJSON: Bool) {
        var report = ProbeCountReport(isJSON: isJSON, .plain, interval: .milliseconds(200))
        func totals() -> String {
            var text = TextBuffer()
            report.writeTotals(into: &text)
            return text.string
        }
        var scratch = TextBuffer()
        #expect(totals() == "no answer yet\n")
        report.add(Self.answer(1, round: 1), into: &scratch)
        for round in [2, 3] { report.add(.made(round: round, .filtered, .noResponse, errno: .timedOut), into: &scratch) }
        #expect(
            totals().hasPrefix(
                "\n192.0.2.1:443: 3 sent, 1 answered, 66.7 % lost; longest outage 400 ms from round 2\nmin 1.00 ms, avg"
            )
        )
    }

    @Test("yes means that every attempt found an open port")
    func allOpen() {
        var report = ProbeCountReport(isJSON: true, .plain)
        var text = TextBuffer()
        #expect(!report.isAllOpen)
        report.add(Self.answer(1), into: &text)
        #expect(report.isAllOpen)
        report.add(Self.silence, into: &text)
        report.add(Self.answer(1), into: &text)
        #expect(!report.isAllOpen)
    }

    @Test("the live line of --count")
    func liveLine() {
        var report = ProbeCountReport(isJSON: true, .plain)
        var scratch = TextBuffer()
        func line(_ width: Int = 80) -> String {
            var text = TextBuffer()
            report.writeProgress(into: &text, width: width)
            return text.string
        }
        report.add(Self.answer(1), into: &scratch)
        report.add(Self.silence, into: &scratch)
        #expect(line() == "1 of 2 answered, avg 1.00 ms")
        #expect(line(6) == "1 of …")
        report.add(Self.unix, into: &scratch)
        #expect(line() == "1 of 3 answered")
    }

    @Test("the live line of --wait")
    func waiting() {
        var text = TextBuffer()
        WaitingLine([Self.answer(1), Self.silence, Self.silence], elapsed: .milliseconds(2500)).render(into: &text, width: 80)
        #expect(text.string == "waiting 2.50 s, 1 of 3 open")
    }

    @Test("the progress line")
    func progress() {
        var tally = ProbeTally()
        for _ in 0..<1200 { tally.count(Verdict(.open, .synAck)) }
        var text = TextBuffer()
        ProgressLine(tally, total: 2400, elapsed: .milliseconds(1000)).render(into: &text, width: 80)
        #expect(text.string == "1,200 / 2,400  50 %  1,200/s  1.00 s left  1,200 open")
    }
}
