/// The results of the two rtnetlink dumps, by interface index.
struct InterfaceDetails: Hashable {
    var links: [UInt32: LinkDetails] = [:]
    var addresses: [AddressDetails] = []

    /// Adds the messages of one datagram of a dump. Unrequested message types are skipped.
    mutating func add(_ datagram: Span<UInt8>) throws(NetlinkError) -> Netlink.DatagramEnd {
        try Netlink.forEachMessage(in: datagram) { type, payload throws(NetlinkError) in
            switch type {
            case LinkDetails.messageType:
                let link = try LinkDetails(payload)
                links[link.index] = link
            case AddressDetails.messageType:
                if let address = try AddressDetails(payload) { addresses.append(address) }
            default:
                break
            }
        }
    }
}
