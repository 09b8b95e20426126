import Addresses
import SondeSystem

extension Interface {
    /// Joins getifaddrs' list with rtnetlink's details, in the order of the list.
    ///
    /// Details may be missing or from another moment; then the interface has only the fields of the list.
    static func assembled(from entries: [InterfaceEntry], _ details: InterfaceDetails) -> [Interface] {
        var interfaces = entries.compactMap { Interface($0, details.links) }
        let positions = Positions(of: interfaces)
        var details = AddressIndex(details.addresses)
        for entry in entries {
            guard case .address(let address, let netmask, let other) = entry.content else { continue }
            let prefixLength = netmask?.prefixLengthOfNetmask ?? address.bitWidth
            let known = details.take(address, prefixLength) { positions.agree($0, with: entry.name) }
            guard let owner = positions.owner(of: known, entry.name) else { continue }
            let isPointToPoint = InterfaceFlags(rawValue: entry.flags).contains(.pointToPoint)
            let distinct = other == address ? nil : other
            interfaces[owner].addresses.append(
                InterfaceAddress(
                    address: address,
                    prefixLength: prefixLength,
                    broadcast: known.map(\.broadcast) ?? (isPointToPoint ? nil : distinct),
                    peer: known.map(\.peer) ?? (isPointToPoint ? distinct : nil),
                    scope: known?.scope ?? AddressScope(of: address),
                    label: entry.name == interfaces[owner].name ? nil : entry.name,
                    flags: known?.flags ?? []
                )
            )
        }
        return interfaces
    }

    /// `nil` if the entry is an address.
    private init?(_ entry: InterfaceEntry, _ links: [UInt32: LinkDetails]) {
        guard case .link(let index, let hardwareType, let mac) = entry.content else { return nil }
        let link = links[index]
        let flags = InterfaceFlags(rawValue: entry.flags)
        self.init(
            index: index,
            name: entry.name,
            kind: InterfaceKind(named: link?.kindName, hardwareType: link?.hardwareType ?? hardwareType ?? HardwareType.none),
            state: OperationalState(link?.state ?? .unknown, flags: flags),
            flags: flags,
            mtu: link?.mtu,
            mac: mac,
            addresses: [],
            statistics: link?.statistics
        )
    }
}

/// The position of each interface in the list, by name and by index.
private struct Positions {
    private var byName: [String: Int] = [:]
    private var byIndex: [UInt32: Int] = [:]

    init(of interfaces: [Interface]) {
        for (position, interface) in interfaces.enumerated() {
            byName[interface.name] = position
            byIndex[interface.index] = position
        }
    }

    /// Whether the details match an entry of that name: by label, or by interface for IPv6, which has no labels.
    func agree(_ details: AddressDetails, with name: String) -> Bool {
        details.label.map { $0 == name } ?? (byIndex[details.index] == byName[name])
    }

    /// The interface of the address. Without details, a label is assumed to begin with the interface's name (`eth0:1`).
    func owner(of details: AddressDetails?, _ name: String) -> Int? {
        details.flatMap { byIndex[$0.index] } ?? byName[name] ?? byName[String(name.prefix { $0 != ":" })]
    }
}

/// Details without a matching entry so far.
private struct AddressIndex {
    private struct Key: Hashable {
        let address: IPAddress
        let prefixLength: Int
    }

    private var details: [Key: [AddressDetails]]

    init(_ all: [AddressDetails]) {
        details = Dictionary(grouping: all) { Key(address: $0.address, prefixLength: Int($0.prefixLength)) }
    }

    /// The first match, returned once only: an interface may have the same address twice with different peers.
    mutating func take(_ address: IPAddress, _ prefixLength: Int, where fits: (AddressDetails) -> Bool) -> AddressDetails? {
        let key = Key(address: address, prefixLength: prefixLength)
        guard let match = details[key]?.firstIndex(where: fits) else { return nil }
        return details[key]?.remove(at: match)
    }
}
