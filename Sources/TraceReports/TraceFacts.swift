import Addresses
import ConnectionTracing
import Console
import ProbeReports
import Probing
import RawText
import SondeSystem
import Tracking

/// Everything known of one traced connection.
struct TraceFacts {
    let connection: TracedConnection
    let evidence: TraceEvidence
    let isCaptured: Bool

    var handshake: HandshakeEvidence? { evidence.handshake }
    var isV4: Bool { connection.remote.address.family == .v4 }
    private var isOpen: Bool { connection.result.verdict.state == .open }

    /// What was agreed on; `nil` where not both SYNs were captured.
    var negotiation: Negotiation? {
        guard let syn = handshake?.syn, let synAck = handshake?.synAck else { return nil }
        return Negotiation(
            syn,
            synAck,
            isV4: isV4,
            segmentSize: isOpen ? connection.statistics.map { Int($0.sendMSS) } : nil,
            pathMTU: connection.pathMTU
        )
    }

    var segmentSize: Int? { negotiation?.segmentSize ?? (isOpen ? connection.statistics.map { Int($0.sendMSS) } : nil) }

    var hopEstimate: HopEstimate? { handshake?.arrivalHopLimit.map { HopEstimate(arriving: $0) } }

    var wireRoundTrip: Int64? { handshake?.wireRoundTrip }

    var findings: [TraceFinding] { TraceFinding.all(of: connection, handshake, isCaptured: isCaptured) }

    /// `443/tcp open (syn-ack): accepts connections`
    var headline: String {
        guard let verdict = known else { return "\(connection.target.port)/tcp: \(sentence)" }
        let reason = verdict.reason.map { " (\($0.rawValue))" } ?? ""
        return "\(connection.target.port)/tcp \(verdict.state.rawValue)\(reason): \(sentence)"
    }

    /// `nil` where a signal ended the attempt: nothing is known of the port then.
    var known: Verdict? { connection.isInterrupted ? nil : connection.result.verdict }

    private var sentence: String { connection.isInterrupted ? "interrupted before an answer" : connection.result.sentence }

    /// The headline and the findings, in one sentence.
    var verdict: String {
        ([sentence] + findings.map(\.words)).joined(separator: "; ")
    }
}

extension TraceReport.Manner {
    /// A text made harmless, and of ASCII where the ladder is.
    func drawable(_ text: String) -> String {
        let text = escaped(text)
        return ladder == .ascii ? text.exchanging("µ", for: "u") : text
    }
}

/// As text.
extension TraceFacts {
    func write(into text: inout TextBuffer, _ manner: TraceReport.Manner) {
        writeTarget(into: &text, manner)
        if let ladder = evidence.ladder {
            text.append("\n")
            ladder.render(manner.ladder, into: &text, width: manner.width, manner.palette)
        }
        writeOptions(into: &text, manner)
        writeFigures(into: &text, manner)
        text.append("\n")
        let width = max(20, manner.width ?? .max)
        for line in wrapped(manner.drawable(headline), columns: width) {
            text.styled(connection.result.verdict.state.style, manner.palette) { $0.append(trusted: line) }
            text.append("\n")
        }
        let arrow = manner.ladder == .ascii ? "  -> " : "  → "
        for finding in findings {
            let words = manner.drawable(finding.words)
            text.append(prose: words, marker: arrow, indent: displayWidth(arrow), width: manner.width, .plain, manner.palette)
        }
    }

    /// `example.org is 192.0.2.1, resolved in 12.1 ms`, and what became of its other addresses.
    private func writeTarget(into text: inout TextBuffer, _ manner: TraceReport.Manner) {
        let target = connection.target
        var words = connection.remote.description
        if target.isNamed, let time = target.resolveTime {
            var elapsed = TextBuffer()
            elapsed.append(duration: time.count)
            words = "\(target.name) port \(target.port): \(words), resolved in \(elapsed.string)"
        }
        let others = target.addresses.filter { $0.address.unmapped != connection.remote.address }
        if !others.isEmpty {
            let shown = others.prefix(3).map { "\($0)" }.joined(separator: ", ")
            words += "; also \(shown)" + (others.count > 3 ? " and \(others.count - 3) more" : "")
            let families = Set(target.addresses.map(\.address.family))
            if families.count > 1, isOpen { words += "; \(isV4 ? "IPv4" : "IPv6") connected first" }
        }
        for line in wrapped(manner.drawable(words), columns: max(20, manner.width ?? .max)) {
            text.append(trusted: line)
            text.append("\n")
        }
    }

    // MARK: - Both SYNs

    private func writeOptions(into text: inout TextBuffer, _ manner: TraceReport.Manner) {
        guard let syn = handshake?.syn else { return writeStatistics(into: &text, manner) }
        let synAck = handshake?.synAck
        let negotiation = negotiation
        let rows: [(name: String, syn: String, synAck: String, words: String)] = [
            (
                "mss", Self.number(syn.maximumSegmentSize), Self.number(synAck?.maximumSegmentSize),
                negotiation?.segmentSizeWords ?? ""
            ),
            ("wscale", Self.number(syn.windowScale), Self.number(synAck?.windowScale), negotiation?.windowScalingWords ?? ""),
            ("sack", Self.answer(syn.isSACKPermitted), Self.answer(synAck?.isSACKPermitted), negotiation?.sackWords ?? ""),
            ("timestamps", Self.answer(syn.hasTimestamps), Self.answer(synAck?.hasTimestamps), negotiation?.timestampsWords ?? ""),
            ("ecn", Self.answer(syn.hasECN), Self.answer(synAck?.hasECN), negotiation?.ecnWords ?? ""),
            ("window", Self.number(syn.window), Self.number(synAck?.window), ""),
            ("ttl", Self.number(syn.hopLimit), Self.number(synAck?.hopLimit), synAck == nil ? "" : hopEstimate?.words ?? ""),
        ]
        text.append("\n")
        let room = (manner.width ?? .max) - Self.optionColumns
        let isBeside = room >= Self.leastWords && rows.contains { !$0.words.isEmpty }
        var columns: [Table.Column] = [.init("OPTION"), .init("SYN", .right), .init("SYN-ACK", .right)]
        if isBeside { columns.append(.init("NEGOTIATED")) }
        var table = Table(columns)
        for row in rows {
            let cells: [Table.Cell] = [.init(row.name), .init(row.syn), .init(row.synAck)]
            guard isBeside else {
                table.add(cells)
                continue
            }
            let lines = wrapped(row.words, columns: room)
            table.add(cells + [.init(lines.first ?? "")])
            for line in lines.dropFirst() { table.add(["", "", "", .init(line)]) }
        }
        table.render(into: &text, width: manner.width, manner.palette)
        for row in rows where !isBeside && !row.words.isEmpty {
            text.append(prose: "\(row.name): \(row.words)", indent: 0, width: manner.width)
        }
    }

    /// The columns of the table before the words, and the fewest for the words beside them.
    private static let optionColumns = 30
    private static let leastWords = 36

    private static func number(_ value: (some BinaryInteger)?) -> String { value.map { "\($0)" } ?? "-" }
    private static func answer(_ value: Bool?) -> String { value.map { $0 ? "yes" : "no" } ?? "-" }

    /// What the kernel says of the options, where the segments were not captured.
    private func writeStatistics(into text: inout TextBuffer, _ manner: TraceReport.Manner) {
        guard isOpen, let statistics = connection.statistics else { return }
        text.append("\n")
        var table = Table([.init("OPTION"), .init("AGREED (TCP_INFO)")])
        let scales = statistics.sendWindowScale.flatMap { send in
            statistics.receiveWindowScale.map { "this side \($0), the server \(send)" }
        }
        table.add(["mss", .init("\(statistics.sendMSS) bytes per segment")])
        table.add(["wscale", .init(scales ?? "no")])
        table.add(["sack", .init(Self.answer(statistics.usesSACK))])
        table.add(["timestamps", .init(Self.answer(statistics.usesTimestamps))])
        table.add(["ecn", .init(Self.answer(statistics.usesECN))])
        table.render(into: &text, width: manner.width, manner.palette)
    }

    // MARK: - Figures

    private func writeFigures(into text: inout TextBuffer, _ manner: TraceReport.Manner) {
        for (name, words) in figures {
            text.append(prose: manner.drawable("\(name): \(words)"), indent: 0, width: manner.width)
        }
    }

    private var figures: [(String, String)] {
        var figures: [(String, String)] = []
        let kernel = isOpen ? connection.statistics.map { Int64($0.rttMicroseconds) * 1000 } : nil
        let parts = [
            wireRoundTrip.map { "\(Self.duration($0)) on the wire" },
            kernel.map { "\(Self.duration($0)) by the kernel (TCP_INFO)" },
        ]
        let known = parts.compactMap { $0 }
        if !known.isEmpty { figures.append(("round trip", known.joined(separator: ", "))) }
        if handshake?.synAck == nil, let hopEstimate {
            figures.append(("hops", hopEstimate.words))
        }
        let exchange = connection.exchange
        if exchange.bytesSent > 0 || exchange.bytesReceived > 0 {
            figures.append(("data", "\(Self.bytes(exchange.bytesSent)) sent, \(Self.bytes(exchange.bytesReceived)) received"))
        }
        return figures
    }

    private static func duration(_ nanoseconds: Int64) -> String {
        var text = TextBuffer()
        text.append(duration: nanoseconds)
        return text.string
    }

    private static func bytes(_ count: Int) -> String {
        var text = TextBuffer()
        text.append(decimalBytes: UInt64(count))
        return text.string
    }
}
