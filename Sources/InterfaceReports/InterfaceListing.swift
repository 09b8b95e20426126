package import Addresses
package import Console
package import Interfaces

/// Interfaces and their primary addresses, ready to be written; each output format has its own file.
package struct InterfaceListing {
    package let interfaces: [Interface]
    /// The primary addresses, at most one per family.
    package let primaries: [PrimaryAddress]

    /// The gateway of the default route through each interface, by interface index.
    package let gateways: [UInt32: IPAddress]

    package init(interfaces: [Interface], primaries: [PrimaryAddress], gateways: [UInt32: IPAddress] = [:]) {
        self.interfaces = interfaces
        self.primaries = primaries
        self.gateways = gateways
    }

    /// Why the address is a primary one; `nil` if it is none.
    func primaryReason(_ address: InterfaceAddress, on interface: Interface) -> PrimaryAddress.Reason? {
        primaries.first { $0.address == address.address && $0.interface == interface.index }?.reason
    }

    /// One address per line, nothing else.
    package func writeAddresses(into text: inout TextBuffer) {
        for address in interfaces.flatMap(\.addresses) {
            text.append(trusted: "\(address.address)")
            text.append("\n")
        }
    }

    /// One line per address, and one for an interface without any. Columns, separated by tabs: name, kind, state, MAC, MTU,
    /// address with prefix, scope, `primary` or `no-default-route`, flags; `-` if not applicable.
    package func writePlain(into text: inout TextBuffer) {
        for interface in interfaces {
            let head = [
                interface.name.description, interface.kind.rawValue, "\(interface.state)", interface.macText ?? "-",
                interface.mtuText ?? "-",
            ]
            for address in interface.addresses {
                let mark = primaryReason(address, on: interface)?.plainWord ?? "-"
                let flags = address.flagNames.joined(separator: ",")
                text.append(columns: head + [address.text, "\(address.scope)", mark, flags.isEmpty ? "-" : flags])
            }
            if interface.addresses.isEmpty { text.append(columns: head + ["-", "-", "-", "-"]) }
        }
    }
}

extension PrimaryAddress.Reason {
    /// In plain lines: a script that looks for `primary` does not find an address that is only the best guess.
    fileprivate var plainWord: String {
        switch self {
        case .defaultRoute: "primary"
        case .localNetwork: "no-default-route"
        }
    }
}

extension Interface {
    var macText: String? { mac.map { "\($0)" } }
    var mtuText: String? { mtu.map { "\($0)" } }
}

extension InterfaceAddress {
    /// `192.0.2.1/24`.
    var text: String { "\(address)/\(prefixLength)" }
}
