import Console
import ProbeReports
import Probing
import SondeSystem
import SystemPackage
import Testing

/// What `--count` and `--wait` print while they repeat, and at the end.
@Suite("Repeated probes")
struct RepeatedProbeTests {
    private static func answer(_ milliseconds: Int64, name: String? = nil) -> ProbeResult {
        .made(name: name, .open, .synAck, answerTime: .milliseconds(milliseconds))
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

    @Test("a line per answer, then the statistics of each port")
    func text() {
        var report = ProbeCountReport(isJSON: false, showsAddresses: false, .plain)
        var text = TextBuffer()
        report.add(Self.unix, round: 1, into: &text)
        for (index, time) in [1, 2, 3, 4, 5, 6, 7, 8, 9, 30].enumerated() {
            report.add(Self.answer(Int64(time)), round: index + 1, into: &text)
            if index > 0 { text.clear() }
        }
        report.add(Self.answer(7), round: 11, into: &text)
        report.add(Self.silence, round: 12, into: &text)
        report.finish(into: &text)
        #expect(
            text.string == """
                11  192.0.2.1:443  open  7.00 ms  accepts connections (syn-ack)
                12  192.0.2.1:443  filtered  no answer: dropped, no such host, or accept queue full (no-response)

                192.0.2.1:443: 12 sent, 11 answered, 8.3 % lost
                min 1.00 ms, avg 7.45 ms, max 30.0 ms, mdev 7.52 ms, p50 6.00 ms, p90 9.00 ms, p99 30.0 ms

                /run/x.sock: 1 sent, 0 answered, 100.0 % lost

                """
        )
        #expect(!report.isAllOpen)
    }

    @Test("an error has no reason")
    func error() {
        var report = ProbeCountReport(isJSON: false, showsAddresses: false, .plain)
        var text = TextBuffer()
        report.add(Self.unix, round: 1, into: &text)
        #expect(text.string == "1  /run/x.sock  error  local error: cannot allocate memory (ENOMEM 12)\n")
    }

    @Test(
        "a port is named with its host",
        arguments: [
            (ProbeResult.made(name: "example.org", .open, .synAck), false, "1  example.org:443  open  "),
            (.made(name: "example.org", .open, .synAck), true, "1  example.org:443 (192.0.2.1)  open  "),
            (.made(address: "2001:db8::1", .open, .synAck), true, "1  [2001:db8::1]:443  open  "),
        ]
    )
    func endpoint(_ result: ProbeResult, showsAddresses: Bool, _ expected: String) {
        var report = ProbeCountReport(isJSON: false, showsAddresses: showsAddresses, .plain)
        var text = TextBuffer()
        report.add(result, round: 1, into: &text)
        #expect(text.string.hasPrefix(expected), "\(text.string)")
    }

    @Test("JSON: the statistics' fields")
    func json() {
        var report = ProbeCountReport(isJSON: true, showsAddresses: false, .plain)
        var text = TextBuffer()
        for time in [1, 2, 3, 4, 5, 6, 7, 8, 9, 30] as [Int64] {
            report.add(Self.answer(time, name: "example.org"), round: 1, into: &text)
        }
        #expect(
            text.string.split(separator: "\n").count == 10 && text.string.hasPrefix(#"{"type":"probe","target":"example.org","#)
        )
        report.add(Self.silence, round: 1, into: &text)
        report.add(Self.unix, round: 1, into: &text)
        text.clear()
        report.finish(into: &text)
        #expect(
            text.string == #"""
                {"type":"statistics","target":"192.0.2.1","address":"192.0.2.1","port":443,"transport":"tcp","sent":11,"received":10,\#
                "loss":0.090909,"min_ms":1.000,"avg_ms":7.500,"max_ms":30.000,"mdev_ms":7.890,"p50_ms":5.000,"p90_ms":9.000,\#
                "p99_ms":30.000}
                {"type":"statistics","target":"/run/x.sock","address":null,"port":null,"transport":"unix","sent":1,"received":0,\#
                "loss":1.000000,"min_ms":null,"avg_ms":null,"max_ms":null,"mdev_ms":null,"p50_ms":null,"p90_ms":null,"p99_ms":null}

                """#
        )
    }

    @Test("yes means that every attempt found an open port")
    func allOpen() {
        var report = ProbeCountReport(isJSON: true, showsAddresses: false, .plain)
        var text = TextBuffer()
        #expect(!report.isAllOpen)
        report.add(Self.answer(1), round: 1, into: &text)
        #expect(report.isAllOpen)
        report.add(Self.silence, round: 2, into: &text)
        report.add(Self.answer(1), round: 3, into: &text)
        #expect(!report.isAllOpen)
    }

    @Test("the live line of --count")
    func liveLine() {
        var report = ProbeCountReport(isJSON: true, showsAddresses: false, .plain)
        var scratch = TextBuffer()
        func line(_ width: Int = 80) -> String {
            var text = TextBuffer()
            report.writeProgress(into: &text, width: width)
            return text.string
        }
        report.add(Self.answer(1), round: 1, into: &scratch)
        report.add(Self.silence, round: 2, into: &scratch)
        #expect(line() == "1 of 2 answered, avg 1.00 ms")
        #expect(line(6) == "1 of …")
        report.add(Self.unix, round: 2, into: &scratch)
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
