import Failures
import InterfaceReports
import Interfaces
import Terminal

/// `sonde addrs --to`: how the kernel reaches a host.
extension AddrsCommand {
    func showRoute(to host: String) throws {
        let route = RouteListing(target: host, route: try route(to: host))
        var standard = Output.standard()
        if output.json {
            route.writeJSON(into: &standard.text)
        } else if plain {
            route.writePlain(into: &standard.text)
        } else {
            route.writeTable(into: &standard.text, output.palette)
        }
        try standard.flush()
    }

    private func route(to host: String) throws -> RouteToward {
        do {
            return try RouteToward.current(host, family: family.family)
        } catch let error as NoRoute {
            throw Failure(error)
        }
    }
}
