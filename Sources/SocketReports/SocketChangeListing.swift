package import Console
package import LocalSockets

/// One change of `sonde sockets --watch`, ready to be written.
package struct SocketChangeListing {
    package let change: SocketChange
    /// `nil` for lost notifications.
    private let row: SocketRow?

    /// - Parameters:
    ///   - network: the interfaces of the moment; `nil` if unknown.
    ///   - user: the name of a user; `nil` if its number means nothing here.
    package init(_ change: SocketChange, _ network: LocalNetwork?, user: (UInt32) -> String?) {
        self.change = change
        row = change.socket.map { socket in
            let isOpen = if case .opened = change { true } else { false }
            return SocketRow(
                socket,
                reachability: isOpen ? network?.reachability(of: socket) : nil,
                holders: change.holders,
                user: socket.user.flatMap(user),
                interface: socket.interface.flatMap { $0 == 0 ? nil : network?.name(of: $0) ?? "#\($0)" }
            )
        }
    }

    /// One line: time, what happened, port, address, from where it can be reached, process.
    package func writeLine(timeOfDay: String, into text: inout TextBuffer, _ palette: Palette) {
        text.append(trusted: timeOfDay)
        text.append("  ")
        text.append(escaped: words, style, palette)
        if let row {
            text.append("  ")
            text.append(escaped: row.portText, .strong, palette)
            text.append("  ")
            text.append(escaped: row.addressText)
            if row.reachability != nil {
                text.append("  ")
                text.append(escaped: row.reachText)
            }
            if !row.holders.isEmpty {
                text.append("  ")
                text.append(escaped: row.processText)
            }
        }
        text.append("\n")
    }

    /// - Parameter time: seconds since the epoch.
    package func writeJSON(time: Double, into text: inout TextBuffer) {
        text.append(json: { writer in
            writer.beginObject()
            writer.field("type", literal: "change")
            writer.field("time", time, decimals: 6)
            writer.field("change", literal: word)
            writer.field("lost", lost)
            SocketRow.writeFields(of: row, into: &writer)
            writer.endObject()
            writer.endLine()
        })
    }

    private var word: StaticString {
        switch change {
        case .opened: "socket-opened"
        case .closed: "socket-closed"
        case .passed: "socket-passed"
        case .lost: "notifications-lost"
        }
    }

    private var words: String {
        switch change {
        case .opened: "opened"
        case .closed: "closed"
        case .passed: "opened and closed"
        case .lost(let count): "notifications lost: \(count), the differences follow"
        }
    }

    private var style: Style {
        switch change {
        case .opened: .good
        case .closed, .passed: .bad
        case .lost: .doubtful
        }
    }

    private var lost: UInt64? {
        if case .lost(let count) = change { count } else { nil }
    }
}

extension SocketChange {
    package var socket: LocalSocket? {
        switch self {
        case .opened(let socket, _), .closed(let socket, _), .passed(let socket): socket
        case .lost: nil
        }
    }

    package var holders: [SocketHolder] {
        switch self {
        case .opened(_, let holders), .closed(_, let holders): holders
        case .passed, .lost: []
        }
    }
}
