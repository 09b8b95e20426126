import Addresses

/// One address as rtnetlink reports it (RTM_NEWADDR, rtnetlink(7), linux/if_addr.h).
///
/// getifaddrs omits the scope, the interface that a label belongs to, and the broadcast address of an address with a peer.
struct AddressDetails: Hashable {
    let index: UInt32
    let prefixLength: UInt8
    let scope: AddressScope
    /// The local address.
    let address: IPAddress
    let peer: IPAddress?
    let broadcast: IPAddress?
    let label: String?
    let flags: AddressFlags

    static let messageType: UInt16 = 20
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

    /// Parses the payload of one RTM_NEWADDR; `nil` if it is neither IPv4 nor IPv6.
    init?(_ payload: Span<UInt8>) throws(NetlinkError) {
        guard payload.count >= AddressDetails.headerLength else {
            throw .malformed("ifaddrmsg", length: AddressDetails.headerLength, available: payload.count)
        }
        var remote: IPAddress?
        var local: IPAddress?
        var broadcast: IPAddress?
        var label: String?
        var flags = UInt32(payload[2])
        let attributes = payload.extracting(AddressDetails.headerLength..<payload.count)
        try Netlink.forEachAttribute(in: attributes) { type, value throws(NetlinkError) in
            switch type {
            case Attribute.address: remote = IPAddress(networkBytes: value.bytes)
            case Attribute.local: local = IPAddress(networkBytes: value.bytes)
            case Attribute.broadcast: broadcast = IPAddress(networkBytes: value.bytes)
            case Attribute.label: label = value.terminatedString
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
