package import Addresses

/// Which interfaces and addresses are asked for.
package struct InterfaceSelection: Hashable, Sendable {
    /// Empty: all.
    package var names: [String]
    /// `nil`: both.
    package var family: IPAddress.Family?
    /// Only what is switched on.
    package var onlyUp: Bool

    package init(names: [String] = [], family: IPAddress.Family? = nil, onlyUp: Bool = false) {
        self.names = names
        self.family = family
        self.onlyUp = onlyUp
    }

    /// The interfaces that fit, in their order, each with the addresses that fit.
    ///
    /// Where a family is asked for, an interface without address of it is left out, unless it was named.
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

/// An interface was named that does not exist here.
package struct UnknownInterface: Error, Hashable, Sendable {
    package let name: String
    /// Those that exist.
    package let known: [String]

    package init(name: String, known: [String]) {
        self.name = name
        self.known = known
    }
}
