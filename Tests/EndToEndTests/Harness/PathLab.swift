/// A client, four routers in a row and a server, joined by veth pairs; nothing shows outside of them.
///
///     client ── r1 ── r2 ── r3 ── r4 ── server
///
/// Link n (from 1) is 10.78.n.0/24 and fd78:n::/64: .1 and ::1 on the client's side of it (`right`), .2 and ::2 on the server's (`left`).
/// So a router answers the client from its `left` address. Routers send ICMP errors without a limit.
struct PathLab: Sendable {
    let client: Namespace
    /// r1 to r4.
    let routers: [Namespace]
    let server: Namespace

    static let routerCount = 4

    func server(isV6: Bool) -> String { Self.address(link: Self.routerCount + 1, side: 2, isV6: isV6) }

    /// What router `number` (from 1) answers the client from.
    func router(_ number: Int, isV6: Bool) -> String { Self.address(link: number, side: 2, isV6: isV6) }

    /// The hops of a path on which everybody answers.
    func hops(isV6: Bool) -> [String?] { (1...Self.routerCount).map { router($0, isV6: isV6) } + [server(isV6: isV6)] }

    static func address(link: Int, side: Int, isV6: Bool) -> String { isV6 ? "fd78:\(link)::\(side)" : "10.78.\(link).\(side)" }

    /// Makes the namespaces, runs `body`, and removes them whether or not it throws.
    static func run<Result: Sendable>(_ body: @Sendable (PathLab) async throws -> Result) async throws -> Result {
        try await Namespace.with("client", "r1", "r2", "r3", "r4", "server") { spaces in
            try await chain(spaces)
            return try await body(
                PathLab(client: spaces[0], routers: Array(spaces[1...routerCount]), server: spaces[routerCount + 1])
            )
        }
    }

    private static func chain(_ spaces: [Namespace]) async throws {
        for (index, space) in spaces.dropLast().enumerated() {
            try await space.ip("link add right type veth peer name left netns \(spaces[index + 1].name)")
        }
        for (index, space) in spaces.enumerated() {
            let (isFirst, isLast) = (index == 0, index == spaces.count - 1)
            var lines: [String] = []
            for isV6 in [false, true] {
                let suffix = isV6 ? "/64 dev" : "/24 dev"
                let end = isV6 ? " nodad" : ""
                if !isFirst { lines.append("addr add \(address(link: index, side: 2, isV6: isV6))\(suffix) left\(end)") }
                if !isLast { lines.append("addr add \(address(link: index + 1, side: 1, isV6: isV6))\(suffix) right\(end)") }
            }
            if !isFirst { lines.append("link set left up") }
            if !isLast { lines.append("link set right up") }
            for isV6 in [false, true] {
                let toServer = address(link: index + 1, side: 2, isV6: isV6)
                let toClient = address(link: index, side: 1, isV6: isV6)
                lines.append("route add default via \(isLast ? toClient : toServer)")
                guard !isFirst, !isLast, index > 1 else { continue }
                for link in 1..<index {
                    let network = address(link: link, side: 0, isV6: isV6).replacing("::0", with: "::")
                    lines.append("route add \(network)\(isV6 ? "/64" : "/24") via \(toClient)")
                }
            }
            try await space.ip(lines.joined(separator: "\n"))
            guard !isFirst, !isLast else { continue }
            for key in ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"] { try await space.sysctl(key, "1") }
            for key in ["net.ipv4.icmp_ratelimit", "net.ipv6.icmp.ratelimit"] { try await space.sysctl(key, "0") }
        }
    }
}
