package import Addresses

/// A filter for interfaces and addresses.
package struct InterfaceSelection: Hashable, Sendable {
    /// Interface names; empty selects all.
    package var names: [String]
    /// `nil` selects both families.
    package var family: IPAddress.Family?
    /// Selects only interfaces with IFF_UP.
    package var onlyUp: Bool

    package init(names: [String] = [], family: IPAddress.Family? = nil, onlyUp: Bool = false) {
        self.names = names
        self.family = family
        self.onlyUp = onlyUp
    }

    /// The matching interfaces in their order, each with its matching addresses.
    ///
    /// With a family, an interface without an address of that family is omitted unless it was named.
    package func applied(to interfaces: [Interface]) throws(UnknownInterface) -> [Interface] {
        for name in names where !interfaces.contains(where: { $0.name == name }) {
            throw UnknownInterface(name: name, known: interfaces.map(\.name))
        }
        return interfaces.compactMap { interface in
            guard names.isEmpty || names.contains(interface.name), !onlyUp || interface.flags.contains(.up) else { return nil }
            guard let family else { return interface }
            var selected = interface
            selected.addresses.removeAll { $0.address.family != family }
            return selected.addresses.isEmpty && names.isEmpty ? nil : selected
        }
    }
}

/// A named interface does not exist.
package struct UnknownInterface: Error, Hashable, Sendable {
    package let name: String
    /// The names of the existing interfaces.
    package let known: [String]

    package init(name: String, known: [String]) {
        self.name = name
        self.known = known
    }
}
