import Addresses
package import Console
import Interfaces

extension InterfaceListing {
    /// A table or, if the terminal is too narrow for its widest line, one block of short lines per interface. Both hold everything.
    package func writeTable(into text: inout TextBuffer, width: Int?, _ palette: Palette) {
        let table = makeTable()
        if let width, table.widestLine > width { return writeBlocks(into: &text, palette) }
        table.render(into: &text, width: nil, palette)
    }

    private func makeTable() -> Table {
        var table = Table([
            .init("NAME"), .init("KIND"), .init("STATE"), .init("MTU", .right), .init("MAC"), .init("ADDRESS"), .init("SCOPE"),
            .init(""),
        ])
        for interface in interfaces {
            var head = [
                Table.Cell(interface.name.description, .strong), Table.Cell(interface.kind.rawValue), interface.stateCell,
                Table.Cell(interface.mtuText ?? "-"), Table.Cell(interface.macText ?? "-"),
            ]
            for address in interface.addresses {
                table.add(
                    head + [
                        Table.Cell(address.text, address.style), Table.Cell("\(address.scope)", address.style),
                        remarksCell(address, on: interface),
                    ]
                )
                head = head.map { _ in "" }
            }
            if interface.addresses.isEmpty { table.add(head + ["-", "", ""]) }
            if let words = interface.alternativeNamesText {
                table.add(["", "", "", "", "", "", "", Table.Cell(words, .faint)])
            }
        }
        return table
    }

    private func writeBlocks(into text: inout TextBuffer, _ palette: Palette) {
        for interface in interfaces {
            text.append(escaped: interface.name.description, .strong, palette)
            text.append("  ")
            text.append(escaped: interface.kind.rawValue)
            text.append("  ")
            text.append(escaped: "\(interface.state)", interface.stateStyle, palette)
            for (word, value) in [("mtu ", interface.mtuText), ("", interface.macText)] {
                guard let value else { continue }
                text.append("  ")
                text.append(trusted: word + value)
            }
            text.append("\n")
            if let words = interface.alternativeNamesText {
                text.append("  ")
                text.append(escaped: words, .faint, palette)
                text.append("\n")
            }
            for address in interface.addresses { writeBlockLine(address, on: interface, into: &text, palette) }
        }
    }

    private func writeBlockLine(
        _ address: InterfaceAddress,
        on interface: Interface,
        into text: inout TextBuffer,
        _ palette: Palette
    ) {
        text.append("  ")
        text.append(escaped: address.text, address.style, palette)
        text.append("  ")
        text.append(escaped: "\(address.scope)", address.style, palette)
        let remarks = remarks(address, on: interface)
        if !remarks.isEmpty {
            text.append("  ")
            text.append(escaped: remarks, primaryReason(address, on: interface)?.style ?? .plain, palette)
        }
        text.append("\n")
    }

    private func remarksCell(_ address: InterfaceAddress, on interface: Interface) -> Table.Cell {
        Table.Cell(remarks(address, on: interface), primaryReason(address, on: interface)?.style ?? .plain)
    }

    /// Remarks on an address: `primary`, its flags, its peer, its label.
    private func remarks(_ address: InterfaceAddress, on interface: Interface) -> String {
        let primary = primaryReason(address, on: interface).map { [$0.words] } ?? []
        let others = [address.peer.map { "peer \($0)" }, address.label.map { "label \($0)" }].compactMap { $0 }
        return (primary + address.flagNames + others).joined(separator: ", ")
    }
}

extension PrimaryAddress.Reason {
    fileprivate var words: String {
        switch self {
        case .defaultRoute: "primary"
        case .localNetwork: "primary without a default route"
        }
    }

    fileprivate var style: Style {
        switch self {
        case .defaultRoute: .good
        case .localNetwork: .doubtful
        }
    }
}

extension InterfaceAddress {
    /// Faint where other hosts can't reach it beyond a router; marked where it can't be used, or not for long.
    fileprivate var style: Style {
        if flags.contains(.duplicate) { return .bad }
        if flags.contains(.tentative) || flags.contains(.deprecated) { return .doubtful }
        return scope == .global || scope == .site ? .plain : .faint
    }
}

extension Interface {
    /// `altname enp3s0, lan`; `nil` without any.
    fileprivate var alternativeNamesText: String? {
        guard !alternativeNames.isEmpty else { return nil }
        return "altname " + alternativeNames.map { "\($0)" }.joined(separator: ", ")
    }

    var stateStyle: Style {
        switch state {
        case .up: .good
        case .down, .notPresent: .bad
        case .unknown, .lowerLayerDown, .testing, .dormant: .doubtful
        }
    }

    var stateCell: Table.Cell { Table.Cell("\(state)", stateStyle) }
}
