package import Addresses
import SondeSystem
import SystemPackage

/// How the kernel would route a packet to an address, and whether the next hop answers (RTM_GETROUTE, RTM_GETNEIGH; rtnetlink(7)).
/// Nothing is sent, and no privilege is needed.
package struct Route: Hashable, Sendable {
    /// rtm_type of rtnetlink.h.
    package enum Kind: UInt8, Hashable, Sendable {
        case unicast = 1
        /// An address of this machine.
        case local
        case broadcast
        case anycast
        case multicast
    }

    package let kind: Kind
    /// The index of the interface.
    package let interface: UInt32
    /// `nil` where the address is on the link.
    package let gateway: IPAddress?

    /// The route to an address; `nil` where there is none, or the kernel does not say.
    ///
    /// - Parameter zone: the interface of a link-local address, or 0.
    package static func toward(_ address: IPAddress, zone: UInt32 = 0) -> Route? {
        var header = [UInt8](repeating: 0, count: 12)
        header[0] = address.family == .v4 ? 2 : 10
        header[1] = UInt8(address.bitWidth)
        var attributes = Netlink.attribute(Attribute.destination, address.networkBytes)
        if zone != 0 { attributes += Netlink.attribute(Attribute.interface, Netlink.bytes(of: zone)) }
        var found: Route?
        Netlink.ask(RequestType.getRoute, header + attributes) { payload throws(NetlinkError) in
            guard payload.count >= 12, let kind = Kind(rawValue: payload[7]) else { return }
            var interface: UInt32 = 0
            var gateway: IPAddress?
            try Netlink.forEachAttribute(in: payload.extracting(12..<payload.count)) { type, value throws(NetlinkError) in
                if type == Attribute.interface, value.count == 4 { interface = value.hostOrderUInt32(at: 0) }
                if type == Attribute.gateway { gateway = IPAddress(networkBytes: value.bytes) }
            }
            found = Route(kind: kind, interface: interface, gateway: gateway)
        }
        return found
    }

    /// The neighbour through which packets to `address` leave, the address itself or the gateway, where it does not answer ARP or NDP;
    /// `nil` where it answers, or none is asked.
    package static func silentNeighbour(toward address: IPAddress, zone: UInt32 = 0) -> IPAddress? {
        guard let route = toward(address, zone: zone), route.kind == .unicast else { return nil }
        let nextHop = route.gateway ?? address
        var header = [UInt8](repeating: 0, count: 12)
        header[0] = nextHop.family == .v4 ? 2 : 10
        header.replaceSubrange(4..<8, with: Netlink.bytes(of: route.interface))
        var isSilent = false
        Netlink.ask(RequestType.getNeighbour, header + Netlink.attribute(Attribute.destination, nextHop.networkBytes)) { payload in
            guard payload.count >= 12 else { return }
            // ndm_state: NUD_INCOMPLETE and NUD_FAILED.
            isSilent = payload.hostOrderUInt16(at: 8) & (0x01 | 0x20) != 0
        }
        return isSilent ? nextHop : nil
    }

    private enum RequestType {
        static let getRoute: UInt16 = 26
        static let getNeighbour: UInt16 = 30
    }

    /// RTA_DST and NDA_DST, RTA_OIF, RTA_GATEWAY.
    private enum Attribute {
        static let destination: UInt16 = 1
        static let interface: UInt16 = 4
        static let gateway: UInt16 = 5
    }
}

extension Netlink {
    /// Sends one request and gives the reply's payload to `body`; nothing where the kernel refuses.
    fileprivate static func ask(
        _ type: UInt16,
        _ content: [UInt8],
        _ body: (Span<UInt8>) throws(NetlinkError) -> Void
    ) {
        let length = UInt32(headerLength + content.count)
        let isRequest: UInt16 = 1
        let sequenceAndSender = [UInt8](repeating: 0, count: 8)
        let request = bytes(of: length) + bytes(of: type) + bytes(of: isRequest) + sequenceAndSender + content
        do {
            let socket = try Descriptor.netlinkSocket()
            _ = try unsafe request.withUnsafeBytes { unsafe try socket.borrowed.send($0) }
            var datagram = [UInt8](repeating: 0, count: 4096)
            // The kernel replies within the send call.
            guard
                case .bytes(let count) = try unsafe datagram.withUnsafeMutableBytes({ unsafe try socket.borrowed.receive(into: $0) }
                )
            else { return }
            _ = try forEachMessage(in: datagram.span.extracting(0..<count)) { _, payload throws(NetlinkError) in try body(payload) }
        } catch {
            // No route, no such neighbour, or no descriptor left: nothing is known.
        }
    }
}
