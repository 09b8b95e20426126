import Addresses
import NetlinkQueries
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

    /// Dumps what the request type lists; see `NetlinkQuery.dump`.
    static func dump(
        _ type: UInt16,
        family: IPAddress.Family? = nil,
        through socket: BorrowedDescriptor,
        _ take: (Span<UInt8>) throws(NetlinkError) -> Netlink.DatagramEnd
    ) throws(Failure) -> Bool {
        try NetlinkQuery.dump(dumpRequest(type, family), through: socket, take)
    }

    typealias Failure = NetlinkQuery.Failure

    /// Gives a failure the name under which the user sees it.
    static func naming<Result: ~Copyable>(_ body: () throws(Failure) -> Result) throws(SystemError) -> Result {
        do throws(Failure) {
            return try body()
        } catch {
            throw SystemError("rtnetlink", error.errno)
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

    private static func ask(
        _ type: UInt16,
        _ payload: [UInt8],
        _ take: (UInt16, Span<UInt8>) throws(NetlinkError) -> Void
    ) throws(Failure) {
        let socket = try socket()
        try NetlinkQuery.ask(Netlink.message(type, flags: Netlink.request, payload), through: socket.borrowed, take)
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
            while try NetlinkQuery.receive(from: socket, apply) != nil {}
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
