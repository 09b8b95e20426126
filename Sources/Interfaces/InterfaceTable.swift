import Addresses
import NetlinkQueries

/// The interfaces and addresses of a network namespace, as the kernel's messages add, replace and remove them.
///
/// A dump lists what exists; a notification reports a change. Applied in the kernel's order, the notifications that arrived while
/// a dump ran make it the state of one moment, however many messages the dump took.
struct InterfaceTable {
    private(set) var links: [UInt32: LinkDetails] = [:]
    private var addressesByIdentity: [AddressDetails.Identity: (order: Int, details: AddressDetails)] = [:]
    private var nextOrder = 0

    /// The addresses in the order in which the kernel first listed them.
    var addresses: [AddressDetails] { addressesByIdentity.values.sorted { $0.order < $1.order }.map(\.details) }

    /// Applies the messages of one datagram. Other message types are skipped.
    mutating func apply(_ datagram: Span<UInt8>) throws(NetlinkError) -> Netlink.DatagramEnd {
        try Netlink.forEachMessage(in: datagram) { type, payload throws(NetlinkError) in try apply(type, payload) }
    }

    /// Applies one message.
    mutating func apply(_ type: UInt16, _ payload: Span<UInt8>) throws(NetlinkError) {
        switch type {
        case LinkDetails.messageType:
            if let link = try LinkDetails(payload) { add(link) }
        case LinkDetails.removalType:
            if let link = try LinkDetails(payload) { remove(link) }
        case AddressDetails.messageType:
            if let address = try AddressDetails(payload) { add(address) }
        case AddressDetails.removalType:
            if let address = try AddressDetails(payload) { addressesByIdentity[address.identity] = nil }
        default:
            break
        }
    }

    private mutating func add(_ link: LinkDetails) {
        // A partial message says nothing of what the row shows.
        if link.isWhole || links[link.index] == nil { links[link.index] = link }
    }

    private mutating func remove(_ link: LinkDetails) {
        links[link.index] = nil
        addressesByIdentity = addressesByIdentity.filter { $0.key.index != link.index }
    }

    private mutating func add(_ address: AddressDetails) {
        let known = addressesByIdentity[address.identity]
        addressesByIdentity[address.identity] = (known?.order ?? nextOrder, address)
        nextOrder += 1
    }
}

extension InterfaceTable {
    /// One interface without its addresses; `nil` if there is none of the index.
    func interface(_ index: UInt32) -> Interface? { links[index].flatMap { $0.isWhole ? Interface($0, []) : nil } }

    /// The name of an interface; `#7` if the table has none of that index.
    func name(of index: UInt32) -> InterfaceName { links[index]?.name ?? InterfaceName("#\(index)") }

    func address(_ identity: AddressDetails.Identity, on interface: InterfaceName) -> InterfaceAddress? {
        addressesByIdentity[identity].map { InterfaceAddress($0.details, on: interface) }
    }

    /// The interfaces by index, as the kernel lists them, each with its IPv4 addresses before the IPv6 ones.
    var interfaces: [Interface] {
        let addresses = Dictionary(grouping: addresses, by: \.index)
        return links.values.filter(\.isWhole).sorted { $0.index < $1.index }.map { link in
            let own = addresses[link.index] ?? []
            let ordered = own.filter { $0.address.family == .v4 } + own.filter { $0.address.family == .v6 }
            return Interface(link, ordered)
        }
    }
}

extension Interface {
    fileprivate init(_ link: LinkDetails, _ addresses: [AddressDetails]) {
        let name = link.name ?? InterfaceName(bytes: [])
        self.init(
            index: link.index,
            name: name,
            alternativeNames: link.alternativeNames,
            kind: InterfaceKind(named: link.kindName, hardwareType: link.hardwareType),
            state: OperationalState(link.state, flags: link.flags),
            flags: link.flags,
            mtu: link.mtu,
            mac: link.mac,
            addresses: addresses.map { InterfaceAddress($0, on: name) },
            statistics: link.statistics
        )
    }
}

extension InterfaceAddress {
    fileprivate init(_ details: AddressDetails, on interface: InterfaceName) {
        self.init(
            address: details.address,
            prefixLength: Int(details.prefixLength),
            broadcast: details.broadcast,
            peer: details.peer,
            scope: details.scope,
            label: details.label == interface ? nil : details.label,
            flags: details.flags
        )
    }
}
