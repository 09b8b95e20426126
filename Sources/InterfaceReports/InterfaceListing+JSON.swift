import Addresses
package import Console
import Interfaces

extension InterfaceListing {
    /// One object per interface, one per line.
    package func writeJSON(into text: inout TextBuffer) {
        var writer = JSONWriter()
        for interface in interfaces { write(interface, into: &writer) }
        text.append(writer.text)
    }

    private func write(_ interface: Interface, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("type", literal: "interface")
        writer.field("index", Int(interface.index))
        writer.field("name", interface.name.description)
        writer.field("name_hex", interface.name.hexIfNotText)
        writer.field("altnames", interface.alternativeNames.map(\.description))
        writer.field("kind", interface.kind.rawValue)
        writer.field("state", interface.state.description)
        writer.field("flags", interface.flags.names)
        writer.field("mtu", interface.mtu.map { Int($0) })
        writer.field("mac", interface.macText)
        let reasons = interface.addresses.compactMap { primaryReason($0, on: interface) }
        writer.field("primary", !reasons.isEmpty)
        writer.field("primary_by", reasons.first?.jsonWord)
        writer.field("gateway", gateways[interface.index]?.description)
        writer.beginArray("addresses")
        for address in interface.addresses { write(address, on: interface, into: &writer) }
        writer.endArray()
        write(interface.statistics, into: &writer)
        writer.endObject()
        writer.endLine()
    }

    private func write(_ address: InterfaceAddress, on interface: Interface, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("family", literal: address.address.family == .v4 ? "inet" : "inet6")
        writer.field("address", address.address.description)
        writer.field("prefix", address.prefixLength)
        writer.field("netmask", address.netmask?.description)
        writer.field("broadcast", address.broadcast?.description)
        writer.field("peer", address.peer?.description)
        writer.field("scope", address.scope.description)
        writer.field("label", address.label?.description)
        writer.field("flags", address.flagNames)
        writer.field("primary", primaryReason(address, on: interface) != nil)
        writer.endObject()
    }

    private func write(_ statistics: InterfaceStatistics?, into writer: inout JSONWriter) {
        guard let statistics else { return writer.null("statistics") }
        writer.beginObject("statistics")
        writer.field("rx_bytes", statistics.received.bytes)
        writer.field("rx_packets", statistics.received.packets)
        writer.field("rx_errors", statistics.received.errors)
        writer.field("rx_dropped", statistics.received.dropped)
        writer.field("tx_bytes", statistics.transmitted.bytes)
        writer.field("tx_packets", statistics.transmitted.packets)
        writer.field("tx_errors", statistics.transmitted.errors)
        writer.field("tx_dropped", statistics.transmitted.dropped)
        writer.endObject()
    }
}

extension PrimaryAddress.Reason {
    fileprivate var jsonWord: String {
        switch self {
        case .defaultRoute: "default-route"
        case .localNetwork: "local-network"
        }
    }
}

extension InterfaceName {
    /// The bytes in hexadecimal where the name is not UTF-8: two names may look alike in JSON's text.
    fileprivate var hexIfNotText: String? {
        guard !isText else { return nil }
        var text = TextBuffer()
        for byte in bytes { text.append(hex: UInt64(byte), digits: 2) }
        return text.string
    }
}
