import Addresses
package import Console
import LocalSockets

extension SocketListing {
    /// A table or, if the terminal is too narrow for its widest line, two lines per socket. Both hold everything.
    package func writeTable(into text: inout TextBuffer, width: Int?, _ palette: Palette) {
        guard !rows.isEmpty else { return }
        let table = role == .listening ? listeners : connections
        guard let width, table.widestLine > width else { return table.render(into: &text, width: nil, palette) }
        for row in rows { writeBlock(row, into: &text, palette) }
    }

    private var listeners: Table {
        var table = Table([
            .init("PORT"), .init("ADDRESS"), .init("REACHABLE FROM"), .init("QUEUE"), .init("USER"), .init("PROCESS"),
        ])
        for row in rows {
            table.add([
                Table.Cell(row.portText, .strong), Table.Cell(row.addressText), Table.Cell(row.reachText, row.reachStyle),
                Table.Cell(row.queueText, row.queueStyle), Table.Cell(row.user ?? "-"),
                Table.Cell(row.processText, row.processStyle),
            ])
        }
        return table
    }

    private var connections: Table {
        var table = Table([
            .init("PROTOCOL"), .init("LOCAL"), .init("PEER"), .init("STATE"), .init("RTT", .right), .init("RETRANSMITS", .right),
            .init("PROCESS"), .init("PEER PROCESS"),
        ])
        for row in rows {
            table.add([
                Table.Cell(row.protocolText), Table.Cell(row.endpointText), Table.Cell(row.peerText, .strong),
                Table.Cell("\(row.socket.stateWord)", row.stateStyle), Table.Cell(row.rttText ?? "-"),
                Table.Cell(row.retransmitText ?? "-", row.retransmitStyle), Table.Cell(row.processText, row.processStyle),
                Table.Cell(row.peer?.holders.text ?? "-"),
            ])
        }
        return table
    }

    private func writeBlock(_ row: SocketRow, into text: inout TextBuffer, _ palette: Palette) {
        switch role {
        case .listening:
            text.append(escaped: row.portText, .strong, palette)
            text.append("  ")
            text.append(escaped: row.addressText)
            text.append("  ")
            text.append(escaped: row.processText, row.processStyle, palette)
            if let user = row.user {
                text.append("  user ")
                text.append(escaped: user)
            }
            text.append("\n  ")
            text.append(escaped: row.reachText, row.reachStyle, palette)
            text.append("  queue ")
            text.append(escaped: row.queueText, row.queueStyle, palette)
        case .connected:
            text.append(escaped: row.protocolText)
            text.append("  ")
            text.append(escaped: row.endpointText)
            text.append("  ")
            text.append(escaped: row.peerText, .strong, palette)
            text.append("\n  ")
            text.append(row.socket.stateWord, row.stateStyle, palette)
            if let rtt = row.rttText {
                text.append("  rtt ")
                text.append(trusted: rtt)
            }
            if let retransmits = row.retransmitText {
                text.append("  retransmits ")
                text.append(escaped: retransmits, row.retransmitStyle, palette)
            }
            text.append("  ")
            text.append(escaped: row.processText, row.processStyle, palette)
            if let peer = row.peer {
                text.append("  peer ")
                text.append(escaped: peer.holders.text)
            }
        }
        text.append("\n")
    }
}

extension SocketRow {
    var reachText: String { reachability?.words ?? "-" }

    fileprivate var protocolText: String { socket.kind.isUnix ? portText : socket.kind.transport }

    fileprivate var reachStyle: Style {
        switch reachability?.verdict {
        case .everywhere, .interface: .good
        case .nowhere: .bad
        case .thisMachine, nil: .plain
        }
    }

    /// `0/128`, `129/128 full`, `0/128, 12 dropped`; bytes of a datagram socket: `512 B`.
    var queueText: String {
        guard let queue = socket.queue else { return "-" }
        var text = TextBuffer()
        if socket.state == .listen {
            text.append(Int(queue.waiting))
            text.append("/")
            if let limit = queue.limit { text.append(Int(limit)) } else { text.append("?") }
        } else {
            text.append(bytes: UInt64(queue.waiting))
        }
        if queue.isFull { text.append(" full") }
        if let drops = socket.drops, drops > 0 {
            text.append(", ")
            text.append(Int(drops))
            text.append(" dropped")
        }
        return text.string
    }

    fileprivate var queueStyle: Style {
        if socket.queue?.isFull == true { return .bad }
        return (socket.drops ?? 0) > 0 ? .doubtful : .plain
    }

    fileprivate var processStyle: Style { holders.isEmpty ? .faint : .plain }

    fileprivate var stateStyle: Style { socket.state == .established ? .good : .doubtful }

    var rttText: String? {
        guard let rtt = socket.connection?.rttMicroseconds, rtt > 0 else { return nil }
        var text = TextBuffer()
        text.append(duration: Int64(rtt) * 1000)
        return text.string
    }

    var retransmitText: String? { socket.connection.map { "\($0.retransmits)" } }

    fileprivate var retransmitStyle: Style { (socket.connection?.retransmits ?? 0) > 0 ? .doubtful : .plain }
}
