import Addresses
package import Console
import Interfaces

extension InterfaceListing {
    /// A table or, if the terminal is too narrow for its widest line, one block of short lines per interface. Both hold everything.
    package func writeTable(into text: inout TextBuffer, width: Int?, _ palette: Palette) {
        let table = makeTable()
        if let width {
            var measured = TextBuffer()
            table.render(into: &measured, width: nil, .plain)
            let widest = measured.string.split(separator: "\n").map { displayWidth($0) }.max() ?? 0
            guard widest <= width else { return writeBlocks(into: &text, palette) }
        }
        table.render(into: &text, width: nil, palette)
    }

    private func makeTable() -> Table {
        var table = Table([
            .init("NAME"), .init("KIND"), .init("STATE"), .init("MTU", .right), .init("MAC"), .init("ADDRESS"), .init("SCOPE"),
            .init(""),
        ])
        for interface in interfaces {
            var head = [
                Table.Cell(interface.name, .strong), Table.Cell(interface.kind.rawValue), interface.stateCell,
                Table.Cell(interface.mtuText ?? "-"), Table.Cell(interface.macText ?? "-"),
            ]
            for address in interface.addresses {
                table.add(head + [Table.Cell(address.text), Table.Cell("\(address.scope)", .faint), remarksCell(address)])
                head = head.map { _ in "" }
            }
            if interface.addresses.isEmpty { table.add(head + ["-", "", ""]) }
        }
        return table
    }

    private func writeBlocks(into text: inout TextBuffer, _ palette: Palette) {
        for interface in interfaces {
            text.append(escaped: interface.name, .strong, palette)
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
            for address in interface.addresses { writeBlockLine(address, into: &text, palette) }
        }
    }

    private func writeBlockLine(_ address: InterfaceAddress, into text: inout TextBuffer, _ palette: Palette) {
        text.append("  ")
        text.append(trusted: address.text)
        text.append("  ")
        text.append(escaped: "\(address.scope)", .faint, palette)
        let remarks = remarks(address)
        if !remarks.isEmpty {
            text.append("  ")
            text.append(escaped: remarks, isPrimary(address) ? .good : .plain, palette)
        }
        text.append("\n")
    }

    private func remarksCell(_ address: InterfaceAddress) -> Table.Cell {
        Table.Cell(remarks(address), isPrimary(address) ? .good : .plain)
    }

    /// Remarks on an address: `primary`, its flags, its peer, its label.
    private func remarks(_ address: InterfaceAddress) -> String {
        let primary = isPrimary(address) ? ["primary"] : []
        let others = [address.peer.map { "peer \($0)" }, address.label.map { "label \($0)" }].compactMap { $0 }
        return (primary + address.flagNames + others).joined(separator: ", ")
    }
}

extension Interface {
    var stateStyle: Style {
        switch state {
        case .up: .good
        case .down, .notPresent: .bad
        case .unknown, .lowerLayerDown, .testing, .dormant: .doubtful
        }
    }

    var stateCell: Table.Cell { Table.Cell("\(state)", stateStyle) }
}
