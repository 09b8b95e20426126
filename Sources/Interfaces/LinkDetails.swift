import Addresses
import NetlinkQueries

/// One interface as rtnetlink reports it (RTM_NEWLINK, rtnetlink(7), linux/if_link.h).
struct LinkDetails: Hashable {
    let index: UInt32
    let hardwareType: UInt16
    let flags: InterfaceFlags
    var name: InterfaceName?
    var alternativeNames: [InterfaceName] = []
    var kindName: String?
    var state = OperationalState.unknown
    var mtu: UInt32?
    var mac: MACAddress?
    var statistics: InterfaceStatistics?

    static let messageType: UInt16 = 16
    static let removalType: UInt16 = 17
    /// `struct ifinfomsg`: family, padding, hardware type, index, flags, change mask.
    private static let headerLength = 16

    private enum Attribute {
        static let address: UInt16 = 1
        static let name: UInt16 = 3
        static let mtu: UInt16 = 4
        static let operationalState: UInt16 = 16
        static let linkInfo: UInt16 = 18
        static let statistics64: UInt16 = 23
        static let properties: UInt16 = 52
        /// Within `linkInfo`.
        static let infoKind: UInt16 = 1
        /// Within `properties`.
        static let alternativeName: UInt16 = 53
    }

    /// Parses the payload of one RTM_NEWLINK or RTM_DELLINK; `nil` if it is another protocol's view of the interface, such as that
    /// of a bridge (AF_BRIDGE), which is added and removed without the interface.
    init?(_ payload: Span<UInt8>) throws(NetlinkError) {
        guard payload.count >= LinkDetails.headerLength else {
            throw .malformed("ifinfomsg", length: LinkDetails.headerLength, available: payload.count)
        }
        guard payload[0] == 0 else { return nil }
        hardwareType = payload.hostOrderUInt16(at: 2)
        index = payload.hostOrderUInt32(at: 4)
        flags = InterfaceFlags(rawValue: payload.hostOrderUInt32(at: 8))
        let attributes = payload.extracting(LinkDetails.headerLength..<payload.count)
        try Netlink.forEachAttribute(in: attributes) { type, value throws(NetlinkError) in
            try take(type, value)
        }
    }

    /// Whether the message holds the whole interface. Some notifications, such as those of wireless drivers, hold a name and an
    /// event only.
    var isWhole: Bool { name != nil && mtu != nil }

    /// A value shorter than its type counts as not sent. Unknown attribute types are skipped.
    private mutating func take(_ type: UInt16, _ value: Span<UInt8>) throws(NetlinkError) {
        switch type {
        case Attribute.address where !value.isEmpty:
            mac = MACAddress(bytes: value.bytes)
        case Attribute.name:
            name = InterfaceName(bytes: value.terminatedBytes)
        case Attribute.mtu where value.count >= 4:
            mtu = value.hostOrderUInt32(at: 0)
        case Attribute.operationalState where value.count >= 1:
            state = OperationalState(rawValue: value[0]) ?? .unknown
        case Attribute.statistics64:
            statistics = InterfaceStatistics(value) ?? statistics
        case Attribute.linkInfo:
            try Netlink.forEachAttribute(in: value) { type, value throws(NetlinkError) in
                if type == Attribute.infoKind { kindName = String(decoding: value.terminatedBytes, as: UTF8.self) }
            }
        case Attribute.properties:
            try Netlink.forEachAttribute(in: value) { type, value throws(NetlinkError) in
                if type == Attribute.alternativeName { alternativeNames.append(InterfaceName(bytes: value.terminatedBytes)) }
            }
        default:
            break
        }
    }
}

extension InterfaceStatistics {
    /// The first eight counters of `struct rtnl_link_stats64`; `nil` if the attribute holds fewer.
    init?(_ bytes: Span<UInt8>) {
        guard bytes.count >= 64 else { return nil }
        received = Direction(
            bytes: bytes.hostOrderUInt64(at: 16),
            packets: bytes.hostOrderUInt64(at: 0),
            errors: bytes.hostOrderUInt64(at: 32),
            dropped: bytes.hostOrderUInt64(at: 48)
        )
        transmitted = Direction(
            bytes: bytes.hostOrderUInt64(at: 24),
            packets: bytes.hostOrderUInt64(at: 8),
            errors: bytes.hostOrderUInt64(at: 40),
            dropped: bytes.hostOrderUInt64(at: 56)
        )
    }
}
