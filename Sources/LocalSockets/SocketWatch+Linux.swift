import NetlinkQueries
package import SondeSystem
import SystemPackage

/// One change of the listeners of a network namespace.
package enum SocketChange: Sendable {
    case opened(LocalSocket, [SocketHolder])
    case closed(LocalSocket, [SocketHolder])
    /// It was bound and closed between two looks at the list.
    case passed(LocalSocket)
    /// The kernel discarded this many notifications of closed sockets. Sockets that were open at both looks are not affected.
    case lost(UInt64)
}

/// The listeners that are opened and closed. Needs no privilege.
///
/// The kernel reports each closed TCP and UDP socket (SKNLGRP_*_DESTROY), and nothing that is opened: the list is read again at
/// intervals. A Unix socket that is opened and closed between two looks is not seen.
package struct SocketWatch: ~Copyable {
    private let query: SocketQuery
    private let interval: Nanoseconds
    private let source: SocketSource
    /// `nil` where the kernel refuses the notifications.
    private let notifications: Notifications?
    private var known: [Key: (socket: LocalSocket, holders: [SocketHolder])] = [:]
    /// When a look found a socket gone whose notification is yet to arrive: the kernel sends it a while after.
    private var goneAt: [Key: MonotonicTime] = [:]
    private static let notificationDelay = Nanoseconds.seconds(10)
    private var nextLook: MonotonicTime
    /// How many datagrams are read before their changes are handed over.
    private static let batch = 4096

    /// What makes a socket the same; /proc/net has no cookies.
    private struct Key: Hashable {
        let cookie: UInt64
        let inode: UInt32
        let kind: LocalSocket.Kind

        init(_ socket: LocalSocket) {
            cookie = socket.cookie
            inode = socket.cookie == 0 ? socket.inode : 0
            kind = socket.kind
        }
    }

    /// Reads the present list; every later change will be reported.
    package init(_ query: SocketQuery, interval: Nanoseconds) throws(SystemError) {
        self.query = query
        self.interval = interval
        source = .kernel
        // Before the list is read, so that nothing between is missed.
        notifications = try? Notifications()
        nextLook = .now + interval
        _ = try look()
    }

    package var count: Int { known.count }

    /// Waits for changes; `nil` once the token is stopped.
    package mutating func next(stop: StopToken) throws(SystemError) -> [SocketChange]? {
        while true {
            let outcome = try wait(stop: stop)
            if outcome == .stopped { return nil }
            var changes = try closed()
            if MonotonicTime.now >= nextLook || changes.contains(where: \.isLoss) {
                changes += try look()
                nextLook = .now + interval
            }
            if !changes.isEmpty { return changes }
        }
    }

    private borrowing func wait(stop: StopToken) throws(SystemError) -> WaitOutcome {
        let watched = notifications.map { [($0.socket.borrowed, Readiness.readable)] } ?? []
        let deadline = nextLook
        return try naming("poll") { () throws(Errno) in try waitForFirst(of: watched, until: deadline, stop: stop) }
    }

    /// Reads the list and returns the differences.
    private mutating func look() throws(SystemError) -> [SocketChange] {
        let table = try SocketTable.read(query, from: source)
        let present = Dictionary(table.sockets.map { (Key($0), $0) }, uniquingKeysWith: { first, _ in first })
        let gone = known.filter { present[$0.key] == nil }
        let fresh = table.sockets.filter { known[Key($0)] == nil }
        let holders = SocketHolders.current(of: Set(fresh.map(\.inode)).subtracting([0])).byInode
        let now = MonotonicTime.now
        goneAt = goneAt.filter { now - $0.value < SocketWatch.notificationDelay }
        for key in gone.keys {
            known[key] = nil
            goneAt[key] = now
        }
        var opened: [SocketChange] = []
        for socket in fresh where known[Key(socket)] == nil {
            known[Key(socket)] = (socket, holders[socket.inode] ?? [])
            opened.append(.opened(socket, holders[socket.inode] ?? []))
        }
        return gone.values.map { .closed($0.socket, $0.holders) } + opened
    }

    /// The closed sockets that the kernel reported.
    private mutating func closed() throws(SystemError) -> [SocketChange] {
        guard let socket = notifications?.socket.borrowed else { return [] }
        var found: [LocalSocket] = []
        do throws(NetlinkQuery.Failure) {
            for _ in 0..<SocketWatch.batch {
                let end = try NetlinkQuery.receive(from: socket) { datagram throws(NetlinkError) in
                    try SocketWatch.closed(datagram, &found)
                }
                if end == nil { break }
            }
        } catch {
            guard error.errno == .noBufferSpace else { throw SystemError("sock_diag", error.errno) }
            return found.compactMap { change(closed: $0) } + [.lost(socket.droppedMessages)]
        }
        return found.compactMap { change(closed: $0) }
    }

    private static func closed(
        _ datagram: Span<UInt8>,
        _ found: inout [LocalSocket]
    ) throws(NetlinkError) -> Netlink.DatagramEnd {
        var sockets: [LocalSocket] = []
        let end = try Netlink.forEachMessage(in: datagram) { type, payload throws(NetlinkError) in
            guard type == InetDiagnosis.messageType else { return }
            if let socket = try InetDiagnosis.closedSocket(payload) { sockets.append(socket) }
        }
        found += sockets
        return end
    }

    private mutating func change(closed socket: LocalSocket) -> SocketChange? {
        if let entry = known.removeValue(forKey: Key(socket)) { return .closed(entry.socket, entry.holders) }
        if goneAt.removeValue(forKey: Key(socket)) != nil { return nil }
        // Connections have a peer, and sockets that were never bound have no port.
        guard query.kinds.contains(socket.kind), socket.peer == nil, socket.port != 0 else { return nil }
        return .passed(socket)
    }
}

/// The socket that receives the kernel's notifications, until its last owner lets go of it.
private final class Notifications {
    let socket: Descriptor

    /// All groups of closed sockets: TCP and UDP over IPv4 and IPv6.
    private static let groups: UInt32 = 0b1111

    init() throws(Errno) { socket = try Descriptor.netlinkSocket(.sockets, groups: Notifications.groups) }
}

extension SocketChange {
    fileprivate var isLoss: Bool {
        if case .lost = self { true } else { false }
    }
}
