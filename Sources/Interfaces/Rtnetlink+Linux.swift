import Addresses
import SondeSystem
import SystemPackage

/// Requests to the kernel's routing tables (rtnetlink(7)). None needs privilege.
enum Rtnetlink {
    enum RequestType {
        static let getLink: UInt16 = 18
        static let getAddress: UInt16 = 22
        static let getRoute: UInt16 = 26
        static let getNeighbour: UInt16 = 30
        static let getRule: UInt16 = 34
    }

    /// RTMGRP_LINK, RTMGRP_IPV4_IFADDR and RTMGRP_IPV6_IFADDR.
    static let interfaceGroups: UInt32 = 0x1 | 0x10 | 0x100
    /// And RTMGRP_IPV4_ROUTE and RTMGRP_IPV6_ROUTE.
    static let allGroups: UInt32 = interfaceGroups | 0x40 | 0x400

    static func socket() throws(Failure) -> Descriptor {
        do throws(Errno) {
            return try Descriptor.netlinkSocket()
        } catch {
            throw .system(error)
        }
    }

    /// A socket that receives notifications; none where the groups are refused, as in some sandboxes.
    static func notifications(_ groups: UInt32) throws(Failure) -> Descriptor {
        do throws(Errno) {
            return try Descriptor.netlinkSocket(groups: groups)
        } catch {
            return try socket()
        }
    }

    /// More than the largest datagram that the kernel sends, in bytes.
    private static let datagramCapacity = 64 * 1024

    /// Sends a dump request and hands over each datagram of the answer. False if the kernel marked the dump as interrupted: what it
    /// lists changed meanwhile, so that something may be missing or listed twice.
    static func dump(
        _ type: UInt16,
        family: IPAddress.Family? = nil,
        through socket: BorrowedDescriptor,
        _ take: (Span<UInt8>) throws(NetlinkError) -> Netlink.DatagramEnd
    ) throws(Failure) -> Bool {
        try send(dumpRequest(type, family), through: socket)
        var isWhole = true
        while true {
            // The kernel replies within the send call, so "would block" means that no reply will arrive.
            guard let end = try receive(from: socket, take) else { throw .system(.noData) }
            isWhole = isWhole && !end.wasInterrupted
            if end.isLast { return isWhole }
        }
    }

    /// Hands over the next datagram; `nil` if none has arrived.
    static func receive(
        from socket: BorrowedDescriptor,
        _ take: (Span<UInt8>) throws(NetlinkError) -> Netlink.DatagramEnd
    ) throws(Failure) -> Netlink.DatagramEnd? {
        var datagram = [UInt8](repeating: 0, count: datagramCapacity)
        let received = try systemResult { () throws(Errno) in
            var bytes = datagram.mutableSpan
            return try unsafe bytes.withUnsafeMutableBytes { bytes throws(Errno) in unsafe try socket.receive(into: bytes) }
        }
        guard case .bytes(let count) = received else { return nil }
        do throws(NetlinkError) {
            return try take(datagram.span.extracting(0..<count))
        } catch {
            throw Failure(error)
        }
    }

    /// Why a request had no result, as an error number.
    enum Failure: Error {
        case system(Errno)

        init(_ error: NetlinkError) {
            switch error {
            case .refused(let errno): self = .system(errno)
            // The reply violates netlink's format.
            case .malformed: self = .system(.badMessage)
            }
        }

        var errno: Errno {
            switch self {
            case .system(let errno): errno
            }
        }
    }

    /// Gives a failure the name under which the user sees it.
    static func naming<Result: ~Copyable>(_ body: () throws(Failure) -> Result) throws(SystemError) -> Result {
        do throws(Failure) {
            return try body()
        } catch {
            throw SystemError("rtnetlink", error.errno)
        }
    }

    private static func systemResult<Result>(_ body: () throws(Errno) -> Result) throws(Failure) -> Result {
        do throws(Errno) {
            return try body()
        } catch {
            throw .system(error)
        }
    }

    /// The kernel's route to a destination (RTM_GETROUTE); `nil` if it is of a kind that has none.
    static func route(to destination: IPAddress, zone: UInt32) throws(Failure) -> RouteDetails? {
        // struct rtmsg: family, length of the destination, ten bytes of zero.
        var payload: [UInt8] = [familyNumber(destination.family), UInt8(destination.bitWidth)] + [UInt8](repeating: 0, count: 10)
        payload += Netlink.attribute(RouteDetails.destinationAttribute, destination.networkBytes)
        if zone != 0 { payload += Netlink.attribute(RouteDetails.interfaceAttribute, Netlink.bytes(of: zone)) }
        var route: RouteDetails?
        try ask(RequestType.getRoute, payload) { type, payload throws(NetlinkError) in
            // What was cached for one destination counts as well as an entry of a table.
            if type == RouteDetails.messageType { route = try RouteDetails(payload, acceptsCached: true) }
        }
        return route
    }

    /// The kernel's entry for a neighbour on an interface (RTM_GETNEIGH); `nil` if the reply is not one.
    static func neighbour(_ address: IPAddress, on interface: UInt32) throws(Failure) -> NeighbourDetails? {
        // struct ndmsg: family, three bytes of padding, the interface's index, four bytes of zero.
        var payload: [UInt8] = [familyNumber(address.family), 0, 0, 0] + Netlink.bytes(of: interface) + [0, 0, 0, 0]
        payload += Netlink.attribute(NeighbourDetails.addressAttribute, address.networkBytes)
        var neighbour: NeighbourDetails?
        try ask(RequestType.getNeighbour, payload) { type, payload throws(NetlinkError) in
            if type == NeighbourDetails.messageType { neighbour = try NeighbourDetails(payload) }
        }
        return neighbour
    }

    /// Sends one request and hands over the messages of its reply.
    private static func ask(
        _ type: UInt16,
        _ payload: [UInt8],
        _ take: (UInt16, Span<UInt8>) throws(NetlinkError) -> Void
    ) throws(Failure) {
        let socket = try socket()
        try send(Netlink.message(type, flags: Netlink.request, payload), through: socket.borrowed)
        let end = try receive(from: socket.borrowed) { datagram throws(NetlinkError) in
            try Netlink.forEachMessage(in: datagram, take)
        }
        guard end != nil else { throw .system(.noData) }
    }

    private static func send(_ message: [UInt8], through socket: BorrowedDescriptor) throws(Failure) {
        _ = try systemResult { () throws(Errno) in
            let bytes = message.span
            return try unsafe bytes.withUnsafeBytes { bytes throws(Errno) in unsafe try socket.send(bytes) }
        }
    }

    /// A dump request: an empty structure that begins with the family.
    private static func dumpRequest(_ type: UInt16, _ family: IPAddress.Family?) -> [UInt8] {
        let payload = [family.map(familyNumber) ?? 0] + [UInt8](repeating: 0, count: 15)
        return Netlink.message(type, flags: Netlink.request | Netlink.dump, payload)
    }

    /// AF_INET, AF_INET6.
    private static func familyNumber(_ family: IPAddress.Family) -> UInt8 { family == .v4 ? 2 : 10 }
}

extension InterfaceTable {
    /// The links and addresses of one moment: two dumps, and the changes that the kernel reported since before them.
    ///
    /// A dump that was interrupted is repeated, and so is one whose notifications overflowed. Rows are only ever added by a dump and
    /// removed by a notification, so that after the last attempt nothing that stood still is missing.
    static func current() throws(SystemError) -> InterfaceTable {
        do throws(Rtnetlink.Failure) {
            var changes = try Rtnetlink.socket()
            return try read(through: &changes, groups: Rtnetlink.interfaceGroups)
        } catch {
            throw SystemError("rtnetlink", error.errno)
        }
    }

    /// The same. Later notifications of the groups will arrive at `changes`, which is replaced.
    static func read(through changes: inout Descriptor, groups: UInt32) throws(Rtnetlink.Failure) -> InterfaceTable {
        var table = InterfaceTable()
        changes = try Rtnetlink.notifications(groups)
        for _ in 0..<attempts {
            let isWhole = try table.dump()
            let isComplete = try table.applyAll(from: changes.borrowed)
            if isWhole && isComplete { return table }
            if !isComplete {
                table = InterfaceTable()
                changes = try Rtnetlink.notifications(groups)
            }
        }
        if table.links.isEmpty { _ = try table.dump() }
        return table
    }

    private static let attempts = 10

    private mutating func dump() throws(Rtnetlink.Failure) -> Bool {
        let socket = try Rtnetlink.socket()
        var table = self
        let apply = { (datagram: Span<UInt8>) throws(NetlinkError) in try table.apply(datagram) }
        let linksAreWhole = try Rtnetlink.dump(Rtnetlink.RequestType.getLink, through: socket.borrowed, apply)
        let addressesAreWhole = try Rtnetlink.dump(Rtnetlink.RequestType.getAddress, through: socket.borrowed, apply)
        self = table
        return linksAreWhole && addressesAreWhole
    }

    /// Applies the notifications that have arrived. False if some did not fit the socket's buffer (ENOBUFS).
    private mutating func applyAll(from socket: BorrowedDescriptor) throws(Rtnetlink.Failure) -> Bool {
        var table = self
        let apply = { (datagram: Span<UInt8>) throws(NetlinkError) in try table.apply(datagram) }
        do throws(Rtnetlink.Failure) {
            while try Rtnetlink.receive(from: socket, apply) != nil {}
        } catch {
            guard error.errno == .noBufferSpace else { throw error }
            return false
        }
        self = table
        return true
    }
}

extension RoutingTable {
    /// The routes of all tables, and the rules. A kernel without policy routing has no rules.
    static func current(_ family: IPAddress.Family) throws(SystemError) -> RoutingTable {
        do throws(Rtnetlink.Failure) {
            return try read(family)
        } catch {
            throw SystemError("rtnetlink", error.errno)
        }
    }

    /// - Parameter family: `nil` reads both.
    static func read(_ family: IPAddress.Family?) throws(Rtnetlink.Failure) -> RoutingTable {
        var table = RoutingTable()
        let add = { (datagram: Span<UInt8>) throws(NetlinkError) in try table.add(datagram) }
        let socket = try Rtnetlink.socket()
        _ = try Rtnetlink.dump(Rtnetlink.RequestType.getRoute, family: family, through: socket.borrowed, add)
        _ = try? Rtnetlink.dump(Rtnetlink.RequestType.getRule, family: family, through: socket.borrowed, add)
        return table
    }
}
