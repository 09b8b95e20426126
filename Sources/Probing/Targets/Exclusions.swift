import Addresses

/// What a run leaves out: addresses, blocks, names and ports.
package struct Exclusions: Sendable {
    private var addresses = Set<IPAddress>()
    private var blocks: [IPPrefix] = []
    private var names = Set<String>()
    private var ports = Set<UInt16>()

    package init() {}

    package var isEmpty: Bool { addresses.isEmpty && blocks.isEmpty && names.isEmpty && ports.isEmpty }

    package mutating func add(_ target: Target) {
        switch target.subject {
        case .address(let address): addresses.insert(address)
        case .block(let block): blocks.append(block)
        case .host(let name): names.insert(name.lowercased())
        case .unix(let path): names.insert(path)
        }
    }

    package mutating func add(_ list: PortList) { ports.formUnion(list.ports) }

    func contains(_ address: IPAddress) -> Bool {
        addresses.contains(address) || blocks.contains { $0.contains(address) }
    }

    func contains(name: String) -> Bool { !names.isEmpty && names.contains(name.lowercased()) }

    /// The list without the excluded ports.
    func remaining(_ list: PortList) -> PortList {
        ports.isEmpty ? list : PortList(list.ports.lazy.filter { !ports.contains($0) })
    }
}

/// The ports of each address that were handed out, so that none is probed twice.
///
/// A block is one entry, a single address another. Beyond a million addresses further ones are not remembered.
struct SeenTargets {
    private var byAddress: [IPAddress: [PortList]] = [:]
    private var blocks: [(block: IPPrefix, ports: PortList)] = []
    private var names: [String: [PortList]] = [:]

    private static let addressLimit = 1_000_000
    private static let blockLimit = 4096

    /// The ports that are left at an address; `isInBlock` if the address belongs to the block added last.
    func remaining(_ ports: PortList, at address: IPAddress, isInBlock: Bool = false) -> PortList {
        guard !byAddress.isEmpty || !blocks.isEmpty else { return ports }
        var seen = byAddress[address] ?? []
        for entry in isInBlock ? blocks.dropLast() : blocks[...] where entry.block.contains(address) { seen.append(entry.ports) }
        return ports.without(seen)
    }

    func remaining(_ ports: PortList, of name: String) -> PortList { ports.without(names[name.lowercased()] ?? []) }

    /// Whether nothing of a block is left, because it lies within an earlier one with the same ports.
    func covers(_ ports: PortList, in block: IPPrefix) -> Bool {
        blocks.contains { $0.block.length <= block.length && $0.block.contains(block.network) && $0.ports == ports }
    }

    mutating func add(_ ports: PortList, at address: IPAddress) {
        if byAddress.count < SeenTargets.addressLimit { byAddress[address, default: []].append(ports) }
    }

    /// Each of the block's addresses must still pass `remaining` with `isInBlock`.
    mutating func add(_ ports: PortList, in block: IPPrefix) {
        if blocks.count == SeenTargets.blockLimit { blocks.removeFirst() }
        blocks.append((block, ports))
    }

    mutating func add(_ ports: PortList, of name: String) {
        if names.count < SeenTargets.addressLimit { names[name.lowercased(), default: []].append(ports) }
    }
}

extension PortList {
    /// The ports that are in none of the lists.
    fileprivate func without(_ lists: [PortList]) -> PortList {
        guard !lists.isEmpty else { return self }
        guard !lists.contains(self) else { return PortList([]) }
        let seen = Set(lists.lazy.flatMap(\.ports))
        return PortList(ports.lazy.filter { !seen.contains($0) })
    }
}
