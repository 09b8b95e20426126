package import Addresses

/// A filter for interfaces and addresses.
package struct InterfaceSelection: Hashable, Sendable {
    /// Interface names, alternative ones included; empty selects all.
    package var names: [InterfaceName]
    /// `nil` selects both families.
    package var family: IPAddress.Family?
    /// Selects only interfaces with IFF_UP.
    package var onlyUp: Bool

    package init(names: [InterfaceName] = [], family: IPAddress.Family? = nil, onlyUp: Bool = false) {
        self.names = names
        self.family = family
        self.onlyUp = onlyUp
    }

    /// The matching interfaces in their order, each with its matching addresses.
    ///
    /// With a family, an interface without an address of that family is omitted unless it was named.
    package func applied(to interfaces: [Interface]) throws(UnknownInterface) -> [Interface] {
        let known = Set(interfaces.flatMap(\.allNames))
        if let unknown = names.first(where: { !known.contains($0) }) {
            throw UnknownInterface(name: unknown, known: interfaces.map(\.name))
        }
        let wanted = Set(names)
        return interfaces.compactMap { interface in
            guard wanted.isEmpty || !wanted.isDisjoint(with: interface.allNames), !onlyUp || interface.flags.contains(.up) else {
                return nil
            }
            guard let family else { return interface }
            var selected = interface
            selected.addresses.removeAll { $0.address.family != family }
            return selected.addresses.isEmpty && names.isEmpty ? nil : selected
        }
    }
}

extension Interface {
    fileprivate var allNames: [InterfaceName] { [name] + alternativeNames }
}

/// A named interface does not exist.
package struct UnknownInterface: Error, Hashable, Sendable {
    package let name: InterfaceName
    /// The names of the existing interfaces.
    package let known: [InterfaceName]

    package init(name: InterfaceName, known: [InterfaceName]) {
        self.name = name
        self.known = known
    }
}
