import Addresses
import NetlinkQueries

/// One address as rtnetlink reports it (RTM_NEWADDR, rtnetlink(7), linux/if_addr.h).
struct AddressDetails: Hashable {
    let index: UInt32
    let prefixLength: UInt8
    let scope: AddressScope
    /// The local address.
    let address: IPAddress
    let peer: IPAddress?
    let broadcast: IPAddress?
    let label: InterfaceName?
    let flags: AddressFlags

    static let messageType: UInt16 = 20
    static let removalType: UInt16 = 21
    /// `struct ifaddrmsg`: family, prefix length, flags, scope, index.
    private static let headerLength = 8

    private enum Attribute {
        /// The peer's address if there is a peer, otherwise equal to `local`. The only one sent for IPv6 without a peer.
        static let address: UInt16 = 1
        static let local: UInt16 = 2
        static let label: UInt16 = 3
        static let broadcast: UInt16 = 4
        /// All 32 flag bits; the header holds only eight.
        static let flags: UInt16 = 8
    }

    /// What makes it another address of the interface than one of the same text: for IPv4, prefix and peer too.
    struct Identity: Hashable {
        let index: UInt32
        let address: IPAddress
        let prefixLength: UInt8
        let peer: IPAddress?
    }

    var identity: Identity {
        let isV4 = address.family == .v4
        return Identity(index: index, address: address, prefixLength: isV4 ? prefixLength : 0, peer: isV4 ? peer : nil)
    }

    /// Parses the payload of one RTM_NEWADDR or RTM_DELADDR; `nil` if it is neither IPv4 nor IPv6.
    init?(_ payload: Span<UInt8>) throws(NetlinkError) {
        guard payload.count >= AddressDetails.headerLength else {
            throw .malformed("ifaddrmsg", length: AddressDetails.headerLength, available: payload.count)
        }
        var remote: IPAddress?
        var local: IPAddress?
        var broadcast: IPAddress?
        var label: InterfaceName?
        var flags = UInt32(payload[2])
        let attributes = payload.extracting(AddressDetails.headerLength..<payload.count)
        try Netlink.forEachAttribute(in: attributes) { type, value throws(NetlinkError) in
            switch type {
            case Attribute.address: remote = IPAddress(networkBytes: value.bytes)
            case Attribute.local: local = IPAddress(networkBytes: value.bytes)
            case Attribute.broadcast: broadcast = IPAddress(networkBytes: value.bytes)
            case Attribute.label: label = InterfaceName(bytes: value.terminatedBytes)
            case Attribute.flags where value.count >= 4: flags = value.hostOrderUInt32(at: 0)
            default: break
            }
        }
        guard let own = local ?? remote, Int(payload[1]) <= own.bitWidth else { return nil }
        index = payload.hostOrderUInt32(at: 4)
        prefixLength = payload[1]
        scope = AddressScope(rawValue: payload[3])
        address = own
        peer = remote == own ? nil : remote
        self.broadcast = broadcast
        self.label = label
        self.flags = AddressFlags(rawValue: flags)
    }
}
