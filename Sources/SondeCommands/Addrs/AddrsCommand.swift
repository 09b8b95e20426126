import Addresses
import Arguments
import Console
import Failures
import InterfaceReports
import Interfaces
import Sessions
import Terminal

/// `sonde addrs`: the interfaces of this machine, their addresses, and the address that other hosts reach it by.
struct AddrsCommand: Command {
    static let description = CommandDescription(
        "addrs",
        aliases: ["interfaces"],
        abstract: "List interfaces and addresses, and mark the address that other hosts reach this machine by.",
        summary: "List interfaces and addresses",
        discussion: """
            The address that others reach this machine by, alone:
              sonde addrs --primary
            How the kernel reaches a host, without sending a packet:
              sonde addrs --to example.org
            """,
        usualOptions: ["--up", "--stats", "--primary", "--to", "--watch", "--json"]
    )

    @Argument("interface", help: "Show only these interfaces.") var names: [String] = []

    @OptionGroup var family: FamilyOptions

    @Flag("--up", help: "Show only interfaces that are up.") var up = false

    @Flag("--stats", help: "Show traffic counters instead of addresses.")
    var stats = false

    @Flag(
        "--primary",
        help: "Print only the primary address, which other hosts reach this machine by (exit code 1 if there is none)."
    )
    var primary = false

    @Option("--to", value: "host", help: "Show source address, interface, gateway and MTU toward a host instead.")
    var to: String?

    @Flag("--watch", help: "Show changes of interfaces, addresses and default routes as they happen, until interrupted.")
    var watch = false

    @Flag("--plain", help: "One line per address, columns separated by tabs, no heading.")
    var plain = false

    @OptionGroup var namespace: NamespaceOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if plain && output.json { throw ValidationError("--plain and --json are mutually exclusive", next: "choose one") }
        if to != nil && (stats || primary || up || !names.isEmpty) {
            throw ValidationError("--to takes no interfaces, --up, --stats or --primary", next: "choose one")
        }
        if watch && (to != nil || stats || primary || plain || up || family.family != nil || !names.isEmpty) {
            throw ValidationError(
                "--watch takes --json, --netns and --color only",
                next: "select afterwards: sonde addrs --watch --json | jq"
            )
        }
        if stats && primary { throw ValidationError("--stats and --primary are mutually exclusive", next: "choose one") }
    }

    func run() throws {
        try namespace.enter()
        if watch { return try AddrsWatch(output.manner).run() }
        if let to { return try showRoute(to: to) }
        let all = try Interface.all()
        let routing = try Routing.current(family.family.map { [$0] } ?? [.v4, .v6])
        let primaries = try routing.primaryAddresses(of: all)
        var interfaces = try selection(of: all)
        if primary { interfaces = try onlyPrimary(primaries, of: interfaces) }

        let listing = InterfaceListing(interfaces: interfaces, primaries: primaries, gateways: routing.defaultGateways)
        var standard = Output.standard()
        if output.json {
            listing.writeJSON(into: &standard.text)
        } else if primary && !plain {
            listing.writeAddresses(into: &standard.text)
        } else if stats {
            listing.writeStatistics(into: &standard.text, isPlain: plain, output.palette)
        } else if plain {
            listing.writePlain(into: &standard.text)
        } else {
            listing.writeTable(into: &standard.text, width: Terminal.outputWidth, output.palette)
        }
        try standard.flush()
    }

    private func selection(of all: [Interface]) throws -> [Interface] {
        do {
            let names = names.map { InterfaceName($0) }
            return try InterfaceSelection(names: names, family: family.family, onlyUp: up).applied(to: all)
        } catch {
            throw Failure(error)
        }
    }

    /// One interface with one address: the IPv4 primary address before the IPv6 one.
    private func onlyPrimary(_ primaries: [PrimaryAddress], of interfaces: [Interface]) throws -> [Interface] {
        for primary in primaries {
            guard var holder = interfaces.first(where: { $0.index == primary.interface }) else { continue }
            holder.addresses.removeAll { $0.address != primary.address }
            if primary.reason == .localNetwork {
                warn(Failure(withoutDefaultRoute: primary.address, of: holder.name))
            }
            return [holder]
        }
        throw Failure(noPrimaryOf: family.family, isSelection: !primaries.isEmpty && (!names.isEmpty || up))
    }

    private func warn(_ warning: Failure) {
        var errors = Output.error()
        warning.writeWarning(into: &errors.text, output.errorPalette)
        try? errors.flush()
    }
}
