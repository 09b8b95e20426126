import Addresses
import NetlinkQueries
package import SondeSystem
package import SystemPackage

/// The sockets of a network namespace, as the kernel lists them.
package struct SocketTable: Sendable {
    package let sockets: [LocalSocket]
    /// Why the kernel refused NETLINK_SOCK_DIAG, if /proc/net was read instead. It lacks limits of accept queues, drops of listeners,
    /// bound interfaces and IPV6_V6ONLY.
    package let refusal: Errno?
    /// False if the list changed whenever it was read: a socket that was opened or closed meanwhile may be missing or listed.
    package let isWhole: Bool

    package init(sockets: [LocalSocket], refusal: Errno? = nil, isWhole: Bool = true) {
        self.sockets = sockets
        self.refusal = refusal
        self.isWhole = isWhole
    }

    /// One of the kernel's tables, which are dumped one by one.
    enum Part: Hashable {
        case inet(LocalSocket.Kind, IPAddress.Family)
        case unix
    }

    /// Asks the kernel. Needs no privilege.
    package static func current(_ query: SocketQuery) throws(SystemError) -> SocketTable { try read(query, from: .kernel) }

    static func read(_ query: SocketQuery, from source: SocketSource) throws(SystemError) -> SocketTable {
        var sockets: [LocalSocket] = []
        var refusal: Errno?
        var isWhole = true
        for part in query.tables {
            let found: [LocalSocket]
            do throws(NetlinkQuery.Failure) {
                let dump = try SocketDump.read(part, query, from: source)
                isWhole = isWhole && dump.isWhole
                found = dump.sockets
            } catch {
                let reason = error.errno
                do throws(Errno) {
                    found = try ProcNet.sockets(part, query, from: source)
                    refusal = refusal ?? reason
                } catch .noSuchFileOrDirectory where part.isOptional {
                    // A kernel without IPv6 has neither the table nor the file.
                    continue
                } catch {
                    throw SystemError("sock_diag", refusal ?? reason)
                }
            }
            sockets += found.filter { query.selects($0) }
        }
        return SocketTable(sockets: sockets, refusal: refusal, isWhole: isWhole)
    }
}

extension SocketTable.Part {
    fileprivate var isOptional: Bool {
        if case .inet(_, .v6) = self { true } else { false }
    }
}

/// Where the tables are read from: the kernel, or the script of a test.
struct SocketSource: Sendable {
    let openNetlink: @Sendable () throws(Errno) -> Descriptor
    /// Opens a file of /proc/net.
    let openProcNet: @Sendable (String) throws(Errno) -> Descriptor

    func netlinkSocket() throws(NetlinkQuery.Failure) -> Descriptor {
        do throws(Errno) {
            return try openNetlink()
        } catch {
            throw .system(error)
        }
    }

    /// The process's own thread may be in another namespace than the one that it was started in.
    static let kernel = SocketSource(
        openNetlink: { () throws(Errno) in try Descriptor.netlinkSocket(.sockets) },
        openProcNet: { name throws(Errno) in try Descriptor.openForReading("/proc/thread-self/net/\(name)") }
    )
}

/// One table, dumped until no dump was interrupted, at most ten times.
struct SocketDump {
    private(set) var sockets: [LocalSocket] = []
    private(set) var isWhole = true
    /// Where each socket is, so that one that is listed twice replaces itself.
    private var positions: [UInt64: Int] = [:]

    private static let attempts = 10

    static func read(
        _ part: SocketTable.Part,
        _ query: SocketQuery,
        from source: SocketSource
    ) throws(NetlinkQuery.Failure) -> SocketDump {
        var all = SocketDump()
        for _ in 0..<attempts {
            var dump = SocketDump()
            dump.isWhole = try dump.add(part, query, from: source)
            if dump.isWhole { return dump }
            // What stood still is in one of the dumps.
            for socket in dump.sockets { all.add(socket) }
        }
        all.isWhole = false
        return all
    }

    private mutating func add(
        _ part: SocketTable.Part,
        _ query: SocketQuery,
        from source: SocketSource
    ) throws(NetlinkQuery.Failure) -> Bool {
        let socket = try source.netlinkSocket()
        var dump = self
        let isWhole = try NetlinkQuery.dump(part.request(query), through: socket.borrowed) { datagram throws(NetlinkError) in
            try Netlink.forEachMessage(in: datagram) { type, payload throws(NetlinkError) in
                guard type == InetDiagnosis.messageType, let socket = try part.socket(payload) else { return }
                dump.add(socket)
            }
        }
        self = dump
        return isWhole
    }

    private mutating func add(_ socket: LocalSocket) {
        // Connections that have no socket yet share cookie 0.
        guard socket.cookie != 0 else { return sockets.append(socket) }
        if let position = positions[socket.cookie] {
            sockets[position] = socket
        } else {
            positions[socket.cookie] = sockets.count
            sockets.append(socket)
        }
    }
}

extension SocketTable.Part {
    func request(_ query: SocketQuery) -> [UInt8] {
        switch self {
        case .inet(let kind, let family):
            InetDiagnosis.request(
                kind,
                family,
                states: query.states,
                port: query.port ?? 0,
                withConnection: query.role == .connected && kind == .tcp
            )
        case .unix: UnixDiagnosis.request(states: query.states)
        }
    }

    fileprivate func socket(_ payload: Span<UInt8>) throws(NetlinkError) -> LocalSocket? {
        switch self {
        case .inet(let kind, _): try InetDiagnosis.socket(kind, payload)
        case .unix: try UnixDiagnosis.socket(payload)
        }
    }
}
