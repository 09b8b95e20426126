import Addresses
package import Console
package import Interfaces

/// The kernel's route toward a host, ready to be written.
package struct RouteListing {
    /// The host as the user named it.
    package let target: String
    package let route: RouteToward

    package init(target: String, route: RouteToward) {
        self.target = target
        self.route = route
    }

    package func writeTable(into text: inout TextBuffer, _ palette: Palette) {
        var table = Table([.init("TO"), .init("FROM"), .init("INTERFACE"), .init("GATEWAY"), .init("MTU", .right)])
        table.add(columns.enumerated().map { Table.Cell($1, $0 == 1 ? .strong : .plain) })
        table.render(into: &text, width: nil, palette)
    }

    /// One line of columns separated by tabs: destination, source, interface, gateway, MTU; `-` if not applicable.
    package func writePlain(into text: inout TextBuffer) { text.append(columns: columns) }

    package func writeJSON(into text: inout TextBuffer) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", literal: "route")
        writer.field("target", target)
        writer.field("address", route.destination.description)
        writer.field("source", route.source.description)
        writer.field("interface", route.interface.description)
        writer.field("gateway", route.gateway?.description)
        writer.field("mtu", route.mtu.map { Int($0) })
        writer.endObject()
        writer.endLine()
        text.append(writer.text)
    }

    private var columns: [String] {
        [
            "\(route.destination)", "\(route.source)", "\(route.interface)", route.gateway.map { "\($0)" } ?? "-",
            route.mtu.map { "\($0)" } ?? "-",
        ]
    }
}
