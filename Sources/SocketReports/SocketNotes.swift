package import Addresses
package import Console
import LocalSockets
import SondeSystem
package import SystemPackage

/// What a listing does not show in its rows: what is missing and how to get it, what to worry about, what to try next.
package struct SocketNotes: Sendable {
    /// What this user may see of the processes of others.
    package enum Privilege: Hashable, Sendable {
        case root
        /// Root of a user namespace only.
        case namespaceRoot
        case user
    }

    private var lines: [String] = []

    package init() {}

    package var isEmpty: Bool { lines.isEmpty }

    /// One line per note, each with `→`.
    package func write(into text: inout TextBuffer, width: Int?, _ palette: Palette) {
        for line in lines { text.append(prose: line, marker: "→ ", indent: 4, width: width, .plain, palette) }
    }

    // MARK: - What is missing

    package mutating func add(refusal: Errno) {
        lines.append(
            "the kernel refuses sock_diag (\(refusal.explained)), so /proc/net was read: limits of accept queues, drops of TCP listeners, "
                + "bound interfaces and IPv6-only are unknown"
        )
    }

    package mutating func addChangedMeanwhile() {
        lines.append(
            "sockets were opened and closed during each of ten attempts to list them: a short-lived one may be missing or listed"
        )
    }

    package mutating func addUnknownNetwork() {
        lines.append("the kernel refuses rtnetlink, so it is unknown from where the sockets can be reached")
    }

    /// - Parameter command: what to run with more rights, such as `sonde sockets 80`.
    package mutating func add(hidden count: Int, _ privilege: Privilege, command: String) {
        guard count > 0 else { return }
        let sockets = count == 1 ? "1 socket belongs to a process" : "\(grouped(count)) sockets belong to processes"
        let step =
            switch privilege {
            case .user: "run sudo \(command)"
            case .namespaceRoot: "run \(command) as root outside this user namespace"
            case .root: "run \(command) with the capability CAP_SYS_PTRACE"
            }
        lines.append("\(sockets) of another user, which you may not see: \(step)")
    }

    package mutating func add(procFailure: Errno) {
        lines.append("/proc can't be read (\(procFailure.explained)), so the processes are unknown")
    }

    // MARK: - What to worry about

    private static let warnings = 3

    /// Accept queues and buffers that are full or were.
    package mutating func addQueues(of rows: [SocketRow]) {
        let full = rows.filter { $0.socket.queue?.isFull == true }
        for row in full.prefix(Self.warnings) { lines.append(fullWords(row)) }
        let dropping = rows.filter { ($0.socket.drops ?? 0) > 0 && $0.socket.queue?.isFull != true }
        for row in dropping.prefix(Self.warnings) { lines.append(dropWords(row)) }
        let more = max(0, full.count - Self.warnings) + max(0, dropping.count - Self.warnings)
        if more > 0 { lines.append("\(grouped(more)) more sockets have a full queue or dropped something: see the column QUEUE") }
    }

    private func fullWords(_ row: SocketRow) -> String {
        let queue = row.socket.queue
        guard row.socket.state == .listen else {
            return "\(row.subject): the receive buffer is full: the kernel drops datagrams until \(row.owner) reads"
        }
        let count = "\(queue?.waiting ?? 0) of at most \((queue?.limit ?? 0) + 1)"
        return "\(row.subject): the accept queue is full (\(count)): new connections time out or fail until \(row.owner) accepts, "
            + "or its backlog (listen, net.core.somaxconn) is raised"
    }

    private func dropWords(_ row: SocketRow) -> String {
        let drops = grouped(Int(row.socket.drops ?? 0))
        guard row.socket.state == .listen else {
            return
                "\(row.subject): the kernel dropped \(drops) datagrams since it was opened, since the receive buffer was full or they were damaged"
        }
        return
            "\(row.subject): the kernel dropped \(drops) connection attempts since it was opened, mostly since the accept queue was full"
    }

    // MARK: - What to try next

    /// The command that checks from outside what the listing claims.
    ///
    /// - Parameter primary: the address that other hosts reach this machine by.
    package mutating func addProbe(of rows: [SocketRow], primary: IPAddress?) {
        if let primary, let command = probe(rows, at: primary, \.isForOthers) {
            lines.append("check from another host, firewalls included: \(command)")
        } else if let command = probe(rows, at: .loopbackV4, \.isForThisMachine) ?? probe(rows, at: .loopbackV6, \.isForThisMachine)
        {
            lines.append("check from this machine: \(command)")
        }
    }

    private static let ports = 10

    /// TCP ports if there are any, else UDP ports.
    private func probe(_ rows: [SocketRow], at address: IPAddress, _ isMeant: (SocketRow) -> Bool) -> String? {
        for kind in [LocalSocket.Kind.tcp, .udp] {
            let meant = rows.filter { $0.socket.kind == kind && isMeant($0) && $0.socket.accepts(address) }
            let ports = Set(meant.compactMap(\.socket.port)).sorted().prefix(Self.ports)
            if !ports.isEmpty {
                return "sonde probe\(kind == .udp ? " -u" : "") \(address) \(ports.map { "\($0)" }.joined(separator: ","))"
            }
        }
        return nil
    }

    private func grouped(_ count: Int) -> String {
        var text = TextBuffer()
        text.append(grouped: count)
        return text.string
    }
}

extension SocketRow {
    fileprivate var isForOthers: Bool { reachability?.verdict == .everywhere || reachability?.verdict == .interface }

    fileprivate var isForThisMachine: Bool { reachability?.reaches.values.contains(where: \.isFromThisMachine) ?? false }

    /// `8080/tcp`, `unix/stream /run/x`.
    fileprivate var subject: String { socket.kind.isUnix ? "\(portText) \(addressText)" : portText }

    fileprivate var owner: String { holders.first.map { "\($0.name) \($0.pid)" } ?? "its process" }
}
