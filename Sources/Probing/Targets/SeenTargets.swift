import Addresses

/// The ports of each target that were handed out, so that none is probed twice.
///
/// A single address, a block and a name are one entry each. What would take more than about 50 MB is not remembered, so that a list
/// of any length can be read.
struct SeenTargets {
    private var addresses = SeenAddresses()
    private var blocks: [(block: IPPrefix, ports: PortList)] = []
    private var names: [String: [PortList]] = [:]

    private static let nameLimit = 100_000
    private static let blockLimit = 4096

    /// The ports that are left at an address; `isInBlock` if the address belongs to the block added last.
    func remaining(_ ports: PortList, at address: IPAddress, isInBlock: Bool = false) -> PortList {
        var left = addresses.remaining(ports, at: address)
        for entry in isInBlock ? blocks.dropLast() : blocks[...] where entry.block.contains(address) {
            left = left.without(entry.ports)
        }
        return left
    }

    /// - Parameter key: a canonical name, or a path.
    func remaining(_ ports: PortList, of key: String) -> PortList {
        (names[key] ?? []).reduce(ports) { $0.without($1) }
    }

    /// Whether nothing of a block is left, because it lies within an earlier one with the same ports.
    func covers(_ ports: PortList, in block: IPPrefix) -> Bool {
        blocks.contains { $0.block.length <= block.length && $0.block.contains(block.network) && $0.ports == ports }
    }

    mutating func add(_ ports: PortList, at address: IPAddress) { addresses.add(ports, at: address) }

    /// Each of the block's addresses must still pass `remaining` with `isInBlock`.
    mutating func add(_ ports: PortList, in block: IPPrefix) {
        if blocks.count == SeenTargets.blockLimit { blocks.removeFirst() }
        blocks.append((block, ports))
    }

    mutating func add(_ ports: PortList, of key: String) {
        if names.count < SeenTargets.nameLimit { names[key, default: []].append(ports) }
    }
}

/// The ports that were handed out at single addresses: 8 bytes for an IPv4 address, 28 for an IPv6 address, and the lists of ports
/// stored once each, since most addresses have the same.
private struct SeenAddresses {
    /// The place of each address's ports in `sets`.
    private var v4: [UInt32: UInt32] = [:]
    private var v6: [IPAddress: UInt32] = [:]
    private var sets: [PortSet] = []
    /// The lists that addresses share. An address with more ports than `sharedLimit` in several lists has a set of its own.
    private var places: [PortList: UInt32] = [:]
    private var sharedPorts = 0
    private var ownSets = 0
    /// The list of the address before, which is mostly this one's too.
    private var recent: (ports: PortList, place: UInt32)?

    private static let v4Limit = 1_000_000
    private static let v6Limit = 150_000
    private static let sharedLimit = 64
    private static let sharedPortsLimit = 1_000_000
    /// Of 64 kB each.
    private static let ownSetLimit = 128

    func remaining(_ ports: PortList, at address: IPAddress) -> PortList {
        guard let place = place(of: address) else { return ports }
        switch sets[Int(place)] {
        case .shared(let seen): return ports.without(seen)
        case .own(let seen): return ports.filter { !seen[Int($0)] }
        }
    }

    mutating func add(_ ports: PortList, at address: IPAddress) {
        guard let place = place(of: address) else {
            let hasRoom = address.family == .v4 ? v4.count < SeenAddresses.v4Limit : v6.count < SeenAddresses.v6Limit
            if hasRoom, let place = share(ports) { put(place, at: address) }
            return
        }
        switch sets[Int(place)] {
        case .shared(let seen) where seen.ports.count + ports.ports.count <= SeenAddresses.sharedLimit:
            if let union = share(PortList(seen.ports + ports.ports)) { put(union, at: address) }
        case .shared(let seen):
            guard ownSets < SeenAddresses.ownSetLimit else { return }
            ownSets += 1
            put(UInt32(sets.count), at: address)
            var own = [Bool](repeating: false, count: 65536)
            for port in seen.ports + ports.ports { own[Int(port)] = true }
            sets.append(.own(own))
        case .own(var seen):
            // Taken out meanwhile, so that it is changed in place.
            sets[Int(place)] = .shared(ports)
            for port in ports.ports { seen[Int(port)] = true }
            sets[Int(place)] = .own(seen)
        }
    }

    private func place(of address: IPAddress) -> UInt32? {
        address.family == .v4 ? v4[UInt32(truncatingIfNeeded: address.low)] : v6[address]
    }

    private mutating func put(_ place: UInt32, at address: IPAddress) {
        if address.family == .v4 { v4[UInt32(truncatingIfNeeded: address.low)] = place } else { v6[address] = place }
    }

    private mutating func share(_ ports: PortList) -> UInt32? {
        if let recent, recent.ports == ports { return recent.place }
        if let place = places[ports] {
            recent = (ports, place)
            return place
        }
        guard sharedPorts + ports.ports.count <= SeenAddresses.sharedPortsLimit else { return nil }
        sharedPorts += ports.ports.count
        let place = UInt32(sets.count)
        places[ports] = place
        sets.append(.shared(ports))
        recent = (ports, place)
        return place
    }

    private enum PortSet {
        case shared(PortList)
        /// Whether each port was handed out.
        case own([Bool])
    }
}
