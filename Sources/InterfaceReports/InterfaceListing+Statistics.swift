package import Console
import Interfaces

extension InterfaceListing {
    /// The counters of each interface since its creation: two lines per interface, or one line of plain numbers.
    ///
    /// Plain columns, separated by tabs: name, then bytes, packets, errors, dropped, received before sent; `-` if unknown.
    package func writeStatistics(into text: inout TextBuffer, isPlain: Bool, _ palette: Palette) {
        guard !isPlain else {
            for interface in interfaces { text.append(columns: [interface.name.description] + interface.counters) }
            return
        }
        var table = Table([
            .init("NAME"), .init("STATE"), .init(""), .init("BYTES", .right), .init("PACKETS", .right), .init("ERRORS", .right),
            .init("DROPPED", .right),
        ])
        for interface in interfaces {
            guard let statistics = interface.statistics else {
                table.add([Table.Cell(interface.name.description, .strong), interface.stateCell, "-", "-", "-", "-", "-"])
                continue
            }
            table.add([Table.Cell(interface.name.description, .strong), interface.stateCell, "rx"] + statistics.received.cells)
            table.add(["", "", "tx"] + statistics.transmitted.cells)
        }
        table.render(into: &text, width: nil, palette)
    }
}

extension Interface {
    fileprivate var counters: [String] {
        guard let statistics else { return Array(repeating: "-", count: 8) }
        return [statistics.received, statistics.transmitted].flatMap { direction in
            [direction.bytes, direction.packets, direction.errors, direction.dropped].map { String($0) }
        }
    }
}

extension InterfaceStatistics.Direction {
    fileprivate var cells: [Table.Cell] {
        [
            Table.Cell(TextBuffer.text { $0.append(bytes: bytes) }), count(packets, .plain), count(errors, .bad),
            count(dropped, .doubtful),
        ]
    }

    /// A count with groups of three digits, in `style` if it is not zero.
    private func count(_ value: UInt64, _ style: Style) -> Table.Cell {
        Table.Cell(TextBuffer.text { $0.append(grouped: Int(clamping: value)) }, value > 0 ? style : .plain)
    }
}

extension TextBuffer {
    fileprivate static func text(_ body: (inout TextBuffer) -> Void) -> String {
        var buffer = TextBuffer()
        body(&buffer)
        return buffer.string
    }
}
