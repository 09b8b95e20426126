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
        ports.isEmpty ? list : list.filter { !ports.contains($0) }
    }
}
