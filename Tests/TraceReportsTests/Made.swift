import Addresses
import Packets
import Probing
import SegmentScripts
import SystemPackage
import Time
import Tracking

@testable import CaptureReports
@testable import ConnectionTracing
@testable import Console
@testable import Probing
@testable import SondeSystem
@testable import TraceReports

/// A connection as the socket saw it, with the ends of `SegmentScript`.
extension TracedConnection {
    static let client = Endpoint(IPAddress(v4: 0x0A00_0001), port: 40_000)
    static let server = Endpoint(IPAddress(v4: 0x0A00_0002), port: 50_000)

    static func made(
        _ state: PortState = .open,
        _ reason: Reason? = .synAck,
        name: String? = nil,
        others: [String] = [],
        errno: Errno? = nil,
        icmp: QueuedError? = nil,
        statistics: TCPStatistics? = nil,
        retransmits: Int = 0,
        pathMTU: Int? = nil,
        errors: [TimedError] = [],
        exchange: Exchange = Exchange(),
        localPort: UInt16 = 40_000,
        start: Int64 = 1_600_000_000_000_000_000,
        isInterrupted: Bool = false
    ) -> TracedConnection {
        let address = ResolvedAddress(server.address)
        let result = ProbeResult(
            ordinal: 0,
            round: 1,
            portIndex: 0,
            portCount: 1,
            name: name,
            address: address,
            port: server.port,
            transport: .tcp,
            verdict: Verdict(state, reason),
            errno: errno,
            icmp: icmp,
            cause: nil,
            listener: nil,
            resolveTime: name == nil ? nil : .milliseconds(12),
            answerTime: state == .open || state == .closed ? .milliseconds(9) : nil,
            rttMicroseconds: state == .open ? 8500 : nil,
            retransmits: retransmits,
            banner: nil,
            aftermath: nil,
            aftermathTime: nil,
            fate: nil,
            local: client,
            time: 1_600_000_000
        )
        return TracedConnection(
            target: TraceTarget(
                name: name ?? "10.0.0.2",
                port: server.port,
                addresses: [address] + others.compactMap { IPAddress($0) }.map { ResolvedAddress($0) },
                resolveTime: name == nil ? nil : .milliseconds(12)
            ),
            result: result,
            local: Endpoint(client.address, port: localPort),
            remote: server,
            start: Timestamp(nanoseconds: start),
            statistics: statistics,
            pathMTU: pathMTU,
            errors: errors,
            exchange: exchange,
            isInterrupted: isInterrupted
        )
    }
}

extension TracedConnection.Exchange {
    static func made(_ end: End, sent: Int = 0, received: Int = 0) -> TracedConnection.Exchange {
        var exchange = TracedConnection.Exchange()
        exchange.end = end
        exchange.bytesSent = sent
        exchange.bytesReceived = received
        exchange.patience = .seconds(2)
        return exchange
    }
}

extension QueuedError {
    static func icmp(_ type: UInt8, _ code: UInt8, from offender: String?, _ origin: Origin = .icmp) -> QueuedError {
        QueuedError(
            errno: .noRouteToHost,
            origin: origin,
            icmpType: type,
            icmpCode: code,
            offender: offender.flatMap { IPAddress($0) }
        )
    }
}

/// The segments of a script; those of the server with the given TTL, a RST with another where that is named, and the options that hosts
/// send.
func segments(_ lines: [String], clientPort: UInt16 = 40_000, ttl: UInt8 = 57, resetTTL: UInt8? = nil) throws -> [Segment] {
    try SegmentScript(lines: lines, clientPort: clientPort).segments().map { segment in
        var segment = segment
        let isClient = segment.sourcePort == clientPort
        segment.hopLimit = isClient ? 64 : segment.flags.contains(.rst) ? resetTTL ?? ttl : ttl
        if segment.flags.contains(.syn) {
            segment.options.present.insert(.sackPermitted)
            segment.options.present.insert(.timestamps)
        }
        return segment
    }
}

/// What the report writes of connections and of the segments of a capture.
func report(
    _ connections: [TracedConnection],
    _ segments: [Segment],
    isCaptured: Bool = true,
    width: Int? = nil,
    ladder: LadderFormat = .text,
    isJSON: Bool = false
) -> String {
    var manner = TraceReport.Manner()
    manner.width = width
    manner.ladder = ladder
    manner.isJSON = isJSON
    return rendered(segments, as: TraceReport(of: connections, isCaptured: isCaptured, manner))
}

/// What a report of captures writes of segments.
func rendered(_ segments: [Segment], as report: some CaptureReport) -> String {
    var report = report
    var table = ConnectionTable(policy: .patient(hashSeed: (1, 2)), memory: .heap)
    var text = TextBuffer()
    let nothing: [UInt8] = []
    report.begin(into: &text)
    for (index, segment) in segments.enumerated() {
        let annotation = table.track(segment)
        report.segment(segment, annotation, number: UInt64(index + 1), payload: nothing.span, into: &text)
        table.takeEnded { report.connection($0, into: &text) }
    }
    table.endAll { report.connection($0, into: &text) }
    report.end(into: &text)
    return text.string
}
