import Addresses
import ConnectionTracing
import Console
import ProbeReports
import Probing
import SondeSystem

/// Several handshakes with one port: a table, and figures over all of them.
struct TraceSeries {
    private let traces: [TraceFacts]
    private var statistics = Statistics()

    init(_ traces: [TraceFacts]) {
        self.traces = traces
        for trace in traces { statistics.record(answer: Self.roundTrip(of: trace)) }
    }

    /// The handshake's: from the wire where it was captured, else what connect(2) took; `nil` where the host did not answer.
    private static func roundTrip(of trace: TraceFacts) -> Nanoseconds? {
        guard trace.connection.result.isAnsweredByHost else { return nil }
        return trace.wireRoundTrip.map { Nanoseconds($0) } ?? trace.connection.result.answerTime
    }

    func write(into text: inout TextBuffer, _ manner: TraceReport.Manner) {
        var table = Table([
            .init("#", .right), .init("STATE"), .init("WIRE", .right), .init("CONNECT", .right, rank: 5),
            .init("SYN", .right, rank: 3),
            .init("SYN-ACK", .right, rank: 4), .init("TTL", .right, rank: 2), .init("REMARK", rank: 1, hangs: true),
        ])
        for (index, trace) in traces.enumerated() {
            let result = trace.connection.result
            table.add([
                .init("\(index + 1)"),
                .init(result.verdict.state.rawValue, result.verdict.state.style),
                .init(trace.wireRoundTrip.map { Self.duration($0) } ?? "-"),
                .init(result.answerTime.map { Self.duration($0.count) } ?? "-"),
                .init(trace.handshake.map { "\($0.synCount)" } ?? "-"),
                .init(trace.handshake.map { "\($0.synAckCount)" } ?? "-"),
                .init(trace.handshake?.arrivalHopLimit.map { "\($0)" } ?? "-"),
                .init(Self.remark(trace)),
            ])
        }
        table.render(into: &text, width: manner.width, manner.palette)
        writeStatistics(into: &text, manner)
    }

    private static func remark(_ trace: TraceFacts) -> String {
        let result = trace.connection.result
        guard result.verdict.state == .open else { return result.sentence }
        return trace.findings.map(\.words).joined(separator: "; ")
    }

    private func writeStatistics(into text: inout TextBuffer, _ manner: TraceReport.Manner) {
        text.append("\n")
        text.append(count: statistics.sent, of: "handshake")
        text.append(", ")
        text.append(statistics.received)
        text.append(" answered, ")
        text.append(statistics.loss * 100, decimals: 1)
        text.append(" % lost\n")
        guard statistics.received > 0 else { return }
        var line = TextBuffer()
        statistics.appendFigures(to: &line)
        text.append(prose: line.string, indent: 0, width: manner.width)
    }

    func writeJSON(into text: inout TextBuffer) {
        guard let first = traces.first?.connection else { return }
        text.append(json: { writer in
            writer.beginObject()
            writer.field("type", literal: "statistics")
            writer.field("target", first.target.name)
            writer.field("address", first.result.address?.description)
            writer.field("port", Int(first.target.port))
            writer.field("transport", literal: "tcp")
            writer.field("sent", statistics.sent)
            writer.field("received", statistics.received)
            writer.field("unresolved", 0)
            writer.field("loss", statistics.loss, decimals: 6)
            writer.null("longest_outage_ms")
            statistics.appendFigures(to: &writer)
            writer.endObject()
            writer.endLine()
        })
    }

    private static func duration(_ nanoseconds: Int64) -> String {
        var text = TextBuffer()
        text.append(duration: nanoseconds)
        return text.string
    }
}
