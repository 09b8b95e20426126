import NetlinkQueries
package import SondeSystem
import SystemPackage

/// The changes of this process's network namespace, as the kernel reports them. Needs no privilege.
package struct InterfaceWatch: ~Copyable {
    private var socket: Descriptor
    private var state: InterfaceState
    /// How many datagrams are read before their changes are handed over.
    private static let batch = 256

    /// Reads the present state; every later change will be reported.
    package init() throws(SystemError) {
        var socket = try Rtnetlink.naming { () throws(Rtnetlink.Failure) in try Rtnetlink.socket() }
        state = try Rtnetlink.naming { () throws(Rtnetlink.Failure) in try InterfaceWatch.present(through: &socket) }
        self.socket = socket
    }

    private static func present(through socket: inout Descriptor) throws(Rtnetlink.Failure) -> InterfaceState {
        let table = try InterfaceTable.read(through: &socket, groups: Rtnetlink.allGroups)
        var state = InterfaceState(table: table)
        _ = state.replaceDefaultRoutes(try defaultRoutes())
        return state
    }

    package var interfaceCount: Int { state.table.interfaces.count }

    /// Waits for changes; `nil` once the token is stopped.
    package mutating func next(stop: StopToken) throws(SystemError) -> [InterfaceChange]? {
        while true {
            let outcome = try naming("poll") { () throws(Errno) in
                try waitForFirst(of: [(socket.borrowed, .readable)], stop: stop)
            }
            guard outcome != .stopped else { return nil }
            do throws(Rtnetlink.Failure) {
                let changes = try read()
                if !changes.isEmpty { return changes }
            } catch {
                throw SystemError("rtnetlink", error.errno)
            }
        }
    }

    private mutating func read() throws(Rtnetlink.Failure) -> [InterfaceChange] {
        var changes: [InterfaceChange] = []
        do throws(Rtnetlink.Failure) {
            for _ in 0..<InterfaceWatch.batch {
                var next = state
                let end = try NetlinkQuery.receive(from: socket.borrowed) { datagram throws(NetlinkError) in
                    try next.apply(datagram, &changes)
                }
                guard end != nil else { break }
                state = next
            }
        } catch {
            guard error.errno == .noBufferSpace else { throw error }
            return try changes + resynchronize()
        }
        guard changes.contains(where: \.mayRemoveRoutes) else { return changes }
        return try changes + state.removeDefaultRoutes(besides: InterfaceWatch.defaultRoutes())
    }

    /// Reads the state anew after the kernel discarded notifications.
    private mutating func resynchronize() throws(Rtnetlink.Failure) -> [InterfaceChange] {
        let lost = socket.borrowed.droppedMessages
        let fresh = try InterfaceWatch.present(through: &socket)
        let changes = fresh.changes(since: state)
        state = fresh
        return [.lost(lost)] + changes
    }

    private static func defaultRoutes() throws(Rtnetlink.Failure) -> Set<DefaultRoute> {
        Set(try RoutingTable.read(nil).routes.compactMap { DefaultRoute($0) })
    }
}

extension InterfaceChange {
    /// Whether IPv4 routes may be gone without a notification: those of an interface that went down, or of an address that was removed.
    fileprivate var mayRemoveRoutes: Bool {
        switch self {
        case .interface, .address(_, _, nil): true
        case .address, .defaultRoute, .lost: false
        }
    }
}
