import Addresses
package import SondeSystem

/// What a run leaves out: addresses, blocks, names and ports.
///
/// An IPv4 address and its IPv4-mapped form (RFC 4291 section 2.5.5.2) are the same host, and so are all spellings of a name.
package struct Exclusions: Sendable {
    private var addresses = Set<IPAddress>()
    /// Link-local addresses of one interface.
    private var zonedAddresses = Set<ResolvedAddress>()
    private var blocks: [IPPrefix] = []
    private var names = Set<String>()
    private var ports = Set<UInt16>()

    package init() {}

    package var isEmpty: Bool {
        addresses.isEmpty && zonedAddresses.isEmpty && blocks.isEmpty && names.isEmpty && ports.isEmpty
    }

    package mutating func add(_ target: Target) {
        switch target.subject {
        case .address(let address): addresses.insert(address.unmapped)
        case .block(let block): blocks.append(block.unmapped)
        case .host(let name):
            if name.contains("%"), let address = try? Resolver.literal(name) {
                zonedAddresses.insert(address)
            } else {
                names.insert(InternationalName.canonical(name))
            }
        case .unix(let path): names.insert(path)
        }
    }

    package mutating func add(_ list: PortList) { ports.formUnion(list.ports) }

    package func contains(_ resolved: ResolvedAddress) -> Bool {
        let (address, plain) = (resolved.address, resolved.address.unmapped)
        return addresses.contains(plain) || blocks.contains { $0.contains(plain) || $0.contains(address) }
            || !zonedAddresses.isEmpty && zonedAddresses.contains(resolved)
    }

    package func contains(name: String) -> Bool { !names.isEmpty && names.contains(InternationalName.canonical(name)) }

    func contains(path: String) -> Bool { names.contains(path) }

    /// The list without the excluded ports.
    package func remaining(_ list: PortList) -> PortList {
        ports.isEmpty ? list : list.filter { !ports.contains($0) }
    }
}

extension IPPrefix {
    /// A block of IPv4-mapped addresses as the block of the IPv4 addresses; any other as it is.
    fileprivate var unmapped: IPPrefix {
        guard length >= 96, network.isV4Mapped else { return self }
        return IPPrefix(network.unmapped, length: length - 96) ?? self
    }
}
