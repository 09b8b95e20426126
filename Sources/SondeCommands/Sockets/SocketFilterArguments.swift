import Addresses
import Arguments
import Failures
import LocalSockets
import Probing

/// Which sockets to show.
struct SocketFilterArguments: ArgumentGroup {
    @Argument("ports", help: "Show only these ports: numbers, ranges and service names, e.g. 22,8000-8100,https.")
    var words: [String] = []

    @Flag("-t", "--tcp", help: "TCP sockets.")
    var tcp = false

    @Flag("-u", "--udp", help: "UDP sockets.")
    var udp = false

    @Flag("-x", "--unix", help: "Unix sockets.")
    var unix = false

    @OptionGroup var family: FamilyOptions

    @Option("-p", "--process", value: "name|pid", help: "Show only sockets of the process with this name or id.")
    var process: String?

    init() {}
}

extension SocketFilterArguments {
    func validate() throws {
        if unix && !words.isEmpty {
            throw ValidationError("--unix takes no ports", next: "leave out the ports: Unix sockets have a path")
        }
        if unix && family.family != nil {
            throw ValidationError(
                "--unix and -4 or -6 are mutually exclusive",
                next: "choose one: Unix sockets have no address family"
            )
        }
    }

    /// Unix sockets have no ports and no family; of their many connections, only those that are asked for are shown.
    func query(_ role: SocketQuery.Role) -> SocketQuery {
        let unixKinds: Set<LocalSocket.Kind> = [.unixStream, .unixDatagram, .unixSequencedPacket]
        let isAny = !tcp && !udp && !unix
        let hasUnix = unix || isAny && role == .listening && words.isEmpty && family.family == nil
        var kinds: Set<LocalSocket.Kind> = hasUnix ? unixKinds : []
        if tcp || isAny { kinds.insert(.tcp) }
        if udp || isAny { kinds.insert(.udp) }
        return SocketQuery(role, kinds: kinds)
    }

    func selection() throws -> SocketSelection {
        SocketSelection(ports: try ports(), family: family.family, process: process)
    }

    private func ports() throws -> Set<UInt16>? {
        guard !words.isEmpty else { return nil }
        return Set(try words.flatMap { try ports($0) })
    }

    /// A service may have a port for UDP alone.
    private func ports(_ text: String) throws -> [UInt16] {
        do throws(PortListError) {
            return try PortList(parsing: text).ports
        } catch {
            if error.problem == .unknownService, let list = try? PortList(parsing: text, over: .udp) { return list.ports }
            throw Failure(error)
        }
    }
}
