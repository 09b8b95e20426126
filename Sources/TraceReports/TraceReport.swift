import Addresses
import CaptureReports
package import ConnectionTracing
package import Console
package import Packets
import ProbeReports
import Probing
package import Time
package import Tracking

/// The report of `sonde trace`: joins what the sockets saw of their connections with what a capture shows, and writes everything at the
/// end.
package struct TraceReport: CaptureReport {
    package struct Manner: Sendable {
        package var isJSON = false
        /// Of the ladder: `.text` or `.ascii`.
        package var ladder = LadderFormat.text
        /// Columns of the terminal; `nil`: no limit.
        package var width: Int?
        package var palette = Palette.plain
        package var zone = TimeZone.utc
        /// The name of a segment's interface, for JSON.
        package var interfaceName: @Sendable (UInt32) -> String? = { _ in nil }

        package init() {}
    }

    let connections: [TracedConnection]
    let manner: Manner
    /// Whether there was a capture.
    let isCaptured: Bool
    private(set) var evidence: [TraceEvidence]
    /// The index of a connection of the capture among those that were made; -1 for others.
    private var indices: [UInt32: Int] = [:]
    private var json: CaptureJSON

    package init(of connections: [TracedConnection], isCaptured: Bool, _ manner: Manner) {
        self.connections = connections
        self.isCaptured = isCaptured
        self.manner = manner
        json = CaptureJSON(tellsSegments: true, interfaceName: manner.interfaceName)
        evidence = connections.map { TraceEvidence(of: $0, manner.zone) }
    }

    package mutating func segment(
        _ segment: Segment,
        _ annotation: Annotation,
        number: UInt64,
        payload: Span<UInt8>,
        into text: inout TextBuffer
    ) {
        let index = indices[annotation.connection] ?? index(of: segment)
        indices[annotation.connection] = index
        // Where a frame crosses several interfaces, one of its copies is enough.
        guard index >= 0, annotation.event != .capturedTwice, let local = connections[index].local else { return }
        evidence[index].take(segment, annotation, payload: payload, local: local)
        guard manner.isJSON else { return }
        var line = TextBuffer()
        json.segment(segment, annotation, number: number, payload: payload, into: &line)
        evidence[index].append(json: line)
    }

    package mutating func connection(_ record: ConnectionRecord, into text: inout TextBuffer) {
        guard let index = indices[record.identifier], index >= 0 else { return }
        evidence[index].end(record)
        guard manner.isJSON else { return }
        var line = TextBuffer()
        json.connection(record, into: &line)
        evidence[index].append(json: line)
    }

    package mutating func end(into text: inout TextBuffer) {
        if manner.isJSON {
            for index in connections.indices {
                text.append(json: { facts(index).writeJSON(into: &$0) })
                text.append(trusted: evidence[index].json)
            }
            if connections.count > 1 { series.writeJSON(into: &text) }
        } else if connections.count == 1 {
            facts(0).write(into: &text, manner)
        } else {
            series.write(into: &text, manner)
        }
    }

    /// The last of those that used the ports before the segment: a port may be used again.
    private func index(of segment: Segment) -> Int {
        let source = Endpoint(segment.source, port: segment.sourcePort)
        let destination = Endpoint(segment.destination, port: segment.destinationPort)
        return connections.lastIndex { connection in
            guard let local = connection.local, connection.start.nanoseconds <= segment.time.nanoseconds + Self.clockSlack else {
                return false
            }
            return (local == source && connection.remote == destination) || (local == destination && connection.remote == source)
        } ?? -1
    }

    /// Nanoseconds by which a frame's clock and this process's may differ.
    private static let clockSlack: Int64 = 1_000_000

    private func facts(_ index: Int) -> TraceFacts {
        TraceFacts(connection: connections[index], evidence: evidence[index], isCaptured: isCaptured)
    }

    private var series: TraceSeries { TraceSeries(connections.indices.map { facts($0) }) }
}
