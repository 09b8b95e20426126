package import Console
import Failures
import Interfaces
import PacketCapture
import Terminal

/// `capture -D`: what can be captured on. Needs no privilege.
package struct CaptureInterfaces {
    private let palette: Palette

    package init(_ palette: Palette) { self.palette = palette }

    /// One row per source of frames, those of the kernel with their addresses.
    package func write() throws {
        let devices: [CaptureDevice]
        do throws(CaptureError) {
            devices = try CaptureDevice.all()
        } catch {
            throw Failure(error)
        }
        let interfaces = Dictionary(try Interface.all().map { ($0.name.description, $0) }, uniquingKeysWith: { first, _ in first })
        var table = Table([.init("NAME"), .init("STATE"), .init("ADDRESS"), .init("")])
        for device in devices {
            let interface = interfaces[device.name]
            let addresses = interface?.addresses.map { "\($0.address)/\($0.prefixLength)" } ?? []
            let what = interface?.kind.rawValue ?? device.description ?? ""
            table.add([
                Table.Cell(device.name, .strong), Table.Cell(interface == nil ? "-" : device.isUp ? "up" : "down"),
                Table.Cell(addresses.first ?? "-"), Table.Cell(what, .faint),
            ])
            for address in addresses.dropFirst() { table.add(["", "", Table.Cell(address), ""]) }
        }
        var output = Output.standard()
        table.render(into: &output.text, width: Terminal.outputWidth, palette)
        try output.flush()
    }
}
