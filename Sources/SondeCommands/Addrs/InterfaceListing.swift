import Addresses
import CaptureReports
import Console
import Interfaces

/// Interfaces with what marks some of their addresses, to be written in one of several forms; each form has its own file.
struct InterfaceListing {
    let interfaces: [Interface]
    /// The addresses that others reach this machine by, at most one a family.
    let primaries: Set<IPAddress>

    func isPrimary(_ address: InterfaceAddress) -> Bool { primaries.contains(address.address) }

    /// The addresses alone, a line each.
    func writeAddresses(into text: inout TextBuffer) {
        for address in interfaces.flatMap(\.addresses) {
            text.append(address.address)
            text.append("\n")
        }
    }

    /// A line an address, an interface without any has one too. Columns, separated by tabs: name, kind, state, MAC, MTU,
    /// address with prefix, scope, `primary`; `-` for what does not apply.
    func writePlain(into text: inout TextBuffer) {
        for interface in interfaces {
            let head = [
                interface.name, interface.kind.rawValue, "\(interface.state)", interface.macText ?? "-", interface.mtuText ?? "-",
            ]
            for address in interface.addresses {
                text.append(columns: head + [address.text, "\(address.scope)", isPrimary(address) ? "primary" : "-"])
            }
            if interface.addresses.isEmpty { text.append(columns: head + ["-", "-", "-"]) }
        }
    }
}

extension TextBuffer {
    /// Escaped fields with tabs between them, and the end of the line.
    mutating func append(columns: [String]) {
        for (index, column) in columns.enumerated() {
            if index > 0 { append(byte: UInt8(ascii: "\t")) }
            append(escaped: column)
        }
        append("\n")
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
