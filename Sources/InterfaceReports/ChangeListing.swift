import Addresses
package import Console
package import Interfaces

/// One change of `sonde addrs --watch`, ready to be written.
package struct ChangeListing {
    package let change: InterfaceChange

    package init(_ change: InterfaceChange) { self.change = change }

    /// One line: time, interface, what happened.
    package func writeLine(timeOfDay: String, into text: inout TextBuffer, _ palette: Palette) {
        text.append(trusted: timeOfDay)
        text.append("  ")
        if let interface {
            text.append(escaped: interface, .strong, palette)
            text.append("  ")
        }
        text.append(escaped: ([words] + details).joined(separator: "  "), style, palette)
        text.append("\n")
    }

    /// - Parameter time: seconds since the epoch.
    package func writeJSON(time: Double, into text: inout TextBuffer) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", literal: "change")
        writer.field("time", time, decimals: 6)
        writer.field("change", kind)
        writer.field("interface", interface)
        writer.field("address", address?.address.description)
        writer.field("prefix", address?.prefixLength)
        writer.field("flags", address?.flagNames ?? link?.flags.names ?? [])
        writer.field("state", link?.state.description)
        writer.field("mtu", link?.mtu.map { Int($0) })
        writer.field("gateway", gateway?.description)
        writer.field("lost", lost)
        writer.endObject()
        writer.endLine()
        text.append(writer.text)
    }

    // MARK: - The parts of a change

    /// `address-added`, the word of JSON.
    private var kind: String { words.split(separator: " ").joined(separator: "-") }

    private var words: String {
        switch change {
        case .interface(_, let before, let after): "interface " + action(before == nil, after == nil)
        case .address(_, let before, let after): "address " + action(before == nil, after == nil)
        case .defaultRoute(_, _, _, let isAdded): "default route " + (isAdded ? "added" : "removed")
        case .lost: "notifications lost"
        }
    }

    private func action(_ isNew: Bool, _ isGone: Bool) -> String { isNew ? "added" : isGone ? "removed" : "changed" }

    private var interface: String? {
        switch change {
        case .interface(let name, _, _), .address(let name, _, _), .defaultRoute(let name, _, _, _): name.description
        case .lost: nil
        }
    }

    private var link: Interface? {
        if case .interface(_, let before, let after) = change { after ?? before } else { nil }
    }

    private var address: InterfaceAddress? {
        if case .address(_, let before, let after) = change { after ?? before } else { nil }
    }

    private var gateway: IPAddress? {
        if case .defaultRoute(_, let gateway, _, _) = change { gateway } else { nil }
    }

    private var lost: UInt64? {
        if case .lost(let count) = change { count } else { nil }
    }

    private var details: [String] {
        switch change {
        case .interface(_, let before?, let after?):
            return difference("name", before.name, after.name) + difference("state", before.state, after.state)
                + difference("mtu", before.mtuText ?? "-", after.mtuText ?? "-")
                + difference("mac", before.macText ?? "-", after.macText ?? "-")
        case .interface(_, _, let after): return after.map { [$0.kind.rawValue, "\($0.state)"] } ?? []
        case .address(_, _, let after): return [address?.text ?? ""] + (after?.flagNames ?? [])
        case .defaultRoute(_, let gateway, let family, _):
            return [gateway.map { "via \($0)" } ?? (family == .v4 ? "IPv4" : "IPv6")]
        case .lost(let count): return ["\(count)", "the differences follow"]
        }
    }

    private func difference<Value: Equatable>(_ name: String, _ before: Value, _ after: Value) -> [String] {
        before == after ? [] : ["\(name) \(before) → \(after)"]
    }

    private var style: Style {
        switch change {
        case .interface(_, _, nil), .address(_, _, nil), .defaultRoute(_, _, _, false): .bad
        case .interface(_, nil, _), .address(_, nil, _), .defaultRoute: .good
        case .interface, .address: .plain
        case .lost: .doubtful
        }
    }
}
