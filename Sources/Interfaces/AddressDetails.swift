import Addresses

/// One address as rtnetlink tells it (RTM_NEWADDR, rtnetlink(7), linux/if_addr.h).
///
/// getifaddrs loses some of it: the scope, to which interface a label belongs, and the broadcast address beside a peer.
struct AddressDetails: Hashable {
    let index: UInt32
    let prefixLength: UInt8
    let scope: AddressScope
    /// The address of this end.
    let address: IPAddress
    let peer: IPAddress?
    let broadcast: IPAddress?
    let label: String?
    let flags: AddressFlags

    static let messageType: UInt16 = 20
    /// `struct ifaddrmsg`: family, prefix length, flags, scope, index.
    private static let headerLength = 8

    private enum Attribute {
        /// The peer's address where there is a peer, otherwise the same as `local`; IPv6 without a peer sends only this.
        static let address: UInt16 = 1
        static let local: UInt16 = 2
        static let label: UInt16 = 3
        static let broadcast: UInt16 = 4
        /// All flags; the header has room for eight of them.
        static let flags: UInt16 = 8
    }

    /// Reads the payload of one RTM_NEWADDR; `nil` where it is no address of IPv4 or IPv6.
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
