import NetlinkQueries

/// One entry of the neighbour table as rtnetlink reports it (RTM_NEWNEIGH, rtnetlink(7), linux/neighbour.h).
struct NeighbourDetails: Hashable {
    /// ndm_state: bits of NUD_*.
    let state: UInt16

    static let messageType: UInt16 = 28
    /// NDA_DST.
    static let addressAttribute: UInt16 = 1
    /// `struct ndmsg`: family, padding, interface index, state, flags, type.
    private static let headerLength = 12
    private static let incomplete: UInt16 = 0x01
    private static let failed: UInt16 = 0x20

    /// Parses the payload of one RTM_NEWNEIGH.
    init(_ payload: Span<UInt8>) throws(NetlinkError) {
        guard payload.count >= NeighbourDetails.headerLength else {
            throw .malformed("ndmsg", length: NeighbourDetails.headerLength, available: payload.count)
        }
        state = payload.hostOrderUInt16(at: 8)
    }

    /// Whether it was asked for by ARP or NDP and has not answered (NUD_INCOMPLETE), or never did (NUD_FAILED).
    var isSilent: Bool { state & (NeighbourDetails.incomplete | NeighbourDetails.failed) != 0 }
}
