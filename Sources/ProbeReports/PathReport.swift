import Addresses
package import Console
package import PathTracing
package import Probing
import SondeSystem

/// The path of each port of one target, in an output format. It appends to text that the caller prints.
package struct PathReport: Sendable {
    private let isJSON: Bool
    private let output: ReportStream
    private var paths = 0

    package init(isJSON: Bool, output: ReportStream) {
        self.isJSON = isJSON
        self.output = output
    }

    package mutating func add(_ path: TracedPath, of result: ProbeResult, into text: inout TextBuffer) {
        if isJSON { return text.append(json: { Self.write(path, of: result, into: &$0) }) }
        if paths > 0 { text.append("\n") }
        paths += 1
        writeHead(result, into: &text)
        writeTable(path, of: result, into: &text)
        text.append("  → ", .faint, output.palette)
        text.append(escaped: path.sentence(port: result.port, address: result.address?.address))
        text.append("\n")
    }

    // MARK: - Text

    /// `443/tcp  filtered  no-response`
    private func writeHead(_ result: ProbeResult, into text: inout TextBuffer) {
        text.append(escaped: "\(result.port)/\(result.transport.rawValue)", .strong, output.palette)
        text.append("  ")
        text.append(escaped: result.verdict.state.rawValue, result.verdict.state.style, output.palette)
        if let reason = result.verdict.reason { text.append(escaped: "  \(reason.rawValue)") }
        text.append(escaped: "  \(result.host)")
        text.append("\n")
    }

    private func writeTable(_ path: TracedPath, of result: ProbeResult, into text: inout TextBuffer) {
        var table = Table([
            Table.Column("HOP"), Table.Column("TIME", .right), Table.Column("ADDRESS", least: 15),
            Table.Column(result.transport == .tcp ? "SYN AS IT ARRIVED THERE" : "ANSWER", rank: 1, hangs: true),
        ])
        for hop in path.shownHops {
            var time = TextBuffer()
            if let roundTrip = hop.roundTrip { time.append(duration: roundTrip.count) } else { time.append("-") }
            table.add([
                Table.Cell("\(hop.ttl)", .strong), Table.Cell(time.string), Table.Cell(hop.sender(of: result)?.description ?? "-"),
                Table.Cell(path.remark(on: hop, over: result.transport), hop.reply == nil ? .doubtful : .plain),
            ])
        }
        table.render(into: &text, width: output.width, output.palette)
    }

    // MARK: - JSON

    /// One `hop` object for each TTL, then the `probe` object of the port, then the `path` object.
    private static func write(_ path: TracedPath, of result: ProbeResult, into writer: inout JSONWriter) {
        var earlier: QuotedSYN?
        for hop in path.hops {
            write(hop, since: earlier, of: result, into: &writer)
            earlier = hop.reply?.quotedSYN ?? earlier
        }
        result.writeJSON(into: &writer)
        writer.beginObject()
        writer.field("type", literal: "path")
        writer.field("target", result.target)
        writer.field("address", result.address?.description)
        writer.field("port", Int(result.port))
        writer.field("state", result.verdict.state.rawValue)
        writer.field("hops", path.hops.last { $0.reply != nil }?.ttl ?? 0)
        if case .reached = path.verdict { writer.field("reached", true) } else { writer.field("reached", false) }
        writer.field("last_hop", path.hops.last { $0.router != nil }?.router?.description)
        writer.field("lost_after_ttl", path.lostAfterTTL)
        writer.field("control_port", path.control.map { Int($0.port) })
        writer.field("verdict", path.sentence(port: result.port, address: result.address?.address))
        writer.endObject()
        writer.endLine()
    }

    private static func write(_ hop: Hop, since earlier: QuotedSYN?, of result: ProbeResult, into writer: inout JSONWriter) {
        let error: QueuedError? =
            switch hop.reply {
            case .timeExceeded(let error, _), .refused(let error): error
            case .answered, nil: nil
            }
        writer.beginObject()
        writer.field("type", literal: "hop")
        writer.field("target", result.target)
        writer.field("address", result.address?.description)
        writer.field("port", Int(result.port))
        writer.field("ttl", hop.ttl)
        writer.field("hop", hop.sender(of: result)?.description)
        writer.field("rtt_ms", hop.roundTrip?.milliseconds, decimals: 3)
        writer.field("icmp_type", error.map { Int($0.icmpType) })
        writer.field("icmp_code", error.map { Int($0.icmpCode) })
        if let quoted = hop.reply?.quotedSYN {
            writer.beginObject("quoted")
            writer.field("mss", quoted.maximumSegmentSize.map { Int($0) })
            writer.field("wscale", quoted.windowScale.map { Int($0) })
            writer.field("sack", quoted.isSACKPermitted)
            writer.field("timestamps", quoted.hasTimestamps)
            // The kernel does not hand over the quoted IP header.
            writer.null("ttl")
            writer.null("dscp")
            writer.field("ecn", quoted.asksForECN)
            writer.beginArray("changed")
            for part in earlier.map({ quoted.changes(since: $0) }) ?? [] { writer.element(part.rawValue) }
            writer.endArray()
            writer.endObject()
        } else {
            writer.null("quoted")
        }
        writer.endObject()
        writer.endLine()
    }
}

extension Hop {
    /// Who answered: a router, or the target itself.
    fileprivate func sender(of result: ProbeResult) -> ResolvedAddress? {
        if case .answered = reply { result.address } else { router.map { ResolvedAddress($0) } }
    }
}

/// The live line of a trace: how far it is.
package struct PathProgressLine: Sendable {
    private let hops: [Hop]
    private let port: UInt16

    package init(_ hops: [Hop], port: UInt16) {
        self.hops = hops
        self.port = port
    }

    package func render(into text: inout TextBuffer, width: Int) {
        let last =
            hops.last { $0.router != nil }.map { ", last answer from \($0.router.map { "\($0)" } ?? "") at hop \($0.ttl)" } ?? ""
        text.append(trusted: fitted("port \(port): hop \(hops.last?.ttl ?? 1)\(last)", columns: width))
    }
}
