import Glibc
import Synchronization

/// Three network namespaces of this test's own, client – router – server, joined by veth pairs; nothing shows outside of them.
///
///     client eth0 ── left router right ── eth0 server
///     10.77.1.2/24   10.77.1.1 10.77.2.1   10.77.2.2/24
///     fd77:1::2/64   fd77:1::1 fd77:2::1   fd77:2::2/64
///
/// The router forwards both families. Duplicate address detection is off, so addresses serve at once.
struct NetworkLab: Sendable {
    let client: Namespace
    let router: Namespace
    let server: Namespace

    let clientV4 = "10.77.1.2"
    let routerV4 = "10.77.1.1"
    let serverV4 = "10.77.2.2"
    let clientV6 = "fd77:1::2"
    let routerV6 = "fd77:1::1"
    let serverV6 = "fd77:2::2"

    /// Makes the three namespaces, runs `body`, and removes them whether or not it throws.
    static func run<Result: Sendable>(_ body: @Sendable (NetworkLab) async throws -> Result) async throws -> Result {
        try await Namespace.with("client", "router", "server") { spaces in
            let lab = NetworkLab(client: spaces[0], router: spaces[1], server: spaces[2])
            try await lab.join()
            return try await body(lab)
        }
    }

    private func join() async throws {
        try await router.ip(
            """
            link add left type veth peer name eth0 netns \(client.name)
            link add right type veth peer name eth0 netns \(server.name)
            """
        )
        try await router.sysctl("net.ipv4.ip_forward", "1")
        try await router.sysctl("net.ipv6.conf.all.forwarding", "1")
        try await router.ip(
            """
            addr add \(routerV4)/24 dev left
            addr add 10.77.2.1/24 dev right
            addr add \(routerV6)/64 dev left nodad
            addr add fd77:2::1/64 dev right nodad
            link set left up
            link set right up
            """
        )
        try await client.ip(NetworkLab.edge(clientV4, clientV6, gatewayV4: routerV4, gatewayV6: routerV6))
        try await server.ip(NetworkLab.edge(serverV4, serverV6, gatewayV4: "10.77.2.1", gatewayV6: "fd77:2::1"))
    }

    private static func edge(_ v4: String, _ v6: String, gatewayV4: String, gatewayV6: String) -> String {
        """
        addr add \(v4)/24 dev eth0
        addr add \(v6)/64 dev eth0 nodad
        link set eth0 up
        route add default via \(gatewayV4)
        route add default via \(gatewayV6)
        """
    }
}

/// A network namespace of this test, its loopback up.
struct Namespace: Sendable {
    let name: String

    /// Makes a namespace a role, runs `body`, and removes them whether or not it throws.
    static func with<Result: Sendable>(
        _ roles: String...,
        body: @Sendable ([Namespace]) async throws -> Result
    ) async throws -> Result {
        await removeAbandoned()
        let number = counter.add(1, ordering: .relaxed).newValue
        let spaces = roles.map { Namespace(name: "sonde-\(getpid())-\(number)-\($0)") }
        do {
            for space in spaces { try await space.make() }
            let result = try await body(spaces)
            await remove(spaces)
            return result
        } catch {
            await remove(spaces)
            throw error
        }
    }

    /// The binary under test, in here.
    func sonde(_ arguments: String...) -> Command {
        Command(Binary.sonde, arguments).inNamespace(name)
    }

    /// Another program, in here.
    func tool(_ program: String, _ arguments: String...) -> Command {
        Command(program, arguments).inNamespace(name)
    }

    /// Runs `ip` commands, one a line; throws at the first that fails.
    func ip(_ lines: String) async throws {
        try await Command.tool("ip", "-n", name, "-batch", "-").input(lines + "\n").run().orThrow()
    }

    /// Loads an nftables ruleset.
    func nft(_ ruleset: String) async throws {
        try await tool("nft", "-f", "-").input(ruleset + "\n").run().orThrow()
    }

    func sysctl(_ key: String, _ value: String) async throws {
        try await tool("sysctl", "-q", "-w", "\(key)=\(value)").run().orThrow()
    }

    private func make() async throws {
        try await Command.tool("ip", "netns", "add", name).run().orThrow()
        try await sysctl("net.ipv6.conf.all.accept_dad", "0")
        try await sysctl("net.ipv6.conf.default.accept_dad", "0")
        try await ip("link set lo up")
    }

    private static func remove(_ spaces: [Namespace]) async {
        // In a task of its own, which a cancelled test does not cancel.
        await Task {
            for space in spaces { _ = try? await Command.tool("ip", "netns", "delete", space.name).run() }
        }.value
    }

    private static let counter = Atomic(0)
    private static let swept = Atomic(false)

    /// Removes what test runs left behind that were killed: namespaces of ours whose process is gone.
    private static func removeAbandoned() async {
        guard !swept.exchange(true, ordering: .relaxed) else { return }
        let names = (try? await Command.tool("ls", "/run/netns").run().outputLines) ?? []
        let abandoned = names.filter { name in
            let parts = name.split(separator: "-")
            guard parts.count == 4, parts[0] == "sonde", let id = pid_t(parts[1]) else { return false }
            return kill(id, 0) == -1 && errno == ESRCH
        }
        await remove(abandoned.map(Namespace.init))
    }
}

/// A preparing step of a test failed.
struct StepFailed: Error, CustomStringConvertible {
    let outcome: Outcome

    var description: String { outcome.description }
}

extension Outcome {
    /// Passes where the program succeeded; a preparing step that fails would otherwise show as a riddle later.
    @discardableResult
    func orThrow() throws -> Outcome {
        guard code == 0 else { throw StepFailed(outcome: self) }
        return self
    }
}
