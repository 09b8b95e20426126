import Addresses

/// The attributes of an interface that rtnetlink reports and getifaddrs omits (RTM_NEWLINK, rtnetlink(7), linux/if_link.h).
struct LinkDetails: Hashable {
    let index: UInt32
    let hardwareType: UInt16
    var kindName: String?
    var state = OperationalState.unknown
    var mtu: UInt32?
    var statistics: InterfaceStatistics?

    static let messageType: UInt16 = 16
    /// `struct ifinfomsg`: family, padding, hardware type, index, flags, change mask.
    private static let headerLength = 16

    private enum Attribute {
        static let mtu: UInt16 = 4
        static let operationalState: UInt16 = 16
        static let linkInfo: UInt16 = 18
        static let statistics64: UInt16 = 23
        /// Within `linkInfo`.
        static let infoKind: UInt16 = 1
    }

    /// Parses the payload of one RTM_NEWLINK.
    init(_ payload: Span<UInt8>) throws(NetlinkError) {
        guard payload.count >= LinkDetails.headerLength else {
            throw .malformed("ifinfomsg", length: LinkDetails.headerLength, available: payload.count)
        }
        hardwareType = payload.hostOrderUInt16(at: 2)
        index = payload.hostOrderUInt32(at: 4)
        let attributes = payload.extracting(LinkDetails.headerLength..<payload.count)
        try Netlink.forEachAttribute(in: attributes) { type, value throws(NetlinkError) in
            try take(type, value)
        }
    }

    /// A value shorter than its type counts as not sent. Unknown attribute types are skipped.
    private mutating func take(_ type: UInt16, _ value: Span<UInt8>) throws(NetlinkError) {
        switch type {
        case Attribute.mtu where value.count >= 4:
            mtu = value.hostOrderUInt32(at: 0)
        case Attribute.operationalState where value.count >= 1:
            state = OperationalState(rawValue: value[0]) ?? .unknown
        case Attribute.statistics64:
            statistics = InterfaceStatistics(value) ?? statistics
        case Attribute.linkInfo:
            try Netlink.forEachAttribute(in: value) { type, value throws(NetlinkError) in
                if type == Attribute.infoKind { kindName = value.terminatedString }
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
