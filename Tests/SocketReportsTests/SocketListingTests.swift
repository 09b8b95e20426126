import Addresses
import Console
import Interfaces
import SondeSystem
import SystemPackage
import Testing

@testable import LocalSockets
@testable import SocketReports

@Suite("Listings of sockets")
struct SocketListingTests {
    static let everywhere = Reachability(.wildcard, [.v4: .init(others: .everywhere, isFromThisMachine: true)])
    static let own = Reachability(.address, [.v4: .init(others: .none, isFromThisMachine: true)])

    static func listener(
        _ port: UInt16,
        _ kind: LocalSocket.Kind = .tcp,
        at address: IPAddress = .anyV4,
        waiting: UInt32 = 0,
        limit: UInt32? = 128,
        drops: UInt32? = 0
    ) -> LocalSocket {
        LocalSocket(
            kind,
            kind == .tcp ? .listen : .close,
            family: .v4,
            local: SocketAddress(address, port: port),
            queue: .init(waiting: waiting, limit: limit),
            drops: drops,
            user: 0,
            inode: 4711,
            cookie: 5
        )
    }

    static let sshd = SocketHolder(pid: 812, name: "sshd")
    static let nginx = (900...903).map { SocketHolder(pid: $0, name: "nginx") }

    static let rows = [
        SocketRow(listener(22), reachability: everywhere, holders: [sshd], user: "root"),
        SocketRow(listener(80, waiting: 129), reachability: everywhere, holders: nginx, user: "root"),
        SocketRow(
            listener(5353, .udp, waiting: 2048, limit: 1024, drops: 3),
            reachability: everywhere,
            user: "avahi",
            isHidden: true
        ),
        SocketRow(listener(5432, at: .loopbackV4, drops: 12), reachability: own, user: "evil\u{1B}[31m"),
        SocketRow(
            LocalSocket(
                .unixStream,
                .listen,
                local: .unix(path: "\0name\u{1B}"),
                queue: .init(waiting: 0, limit: 5),
                user: 0,
                inode: 9
            ),
            reachability: Reachability(.abstractName, [:]),
            holders: [SocketHolder(pid: 1, name: "in\nit")],
            user: "root"
        ),
    ]

    static func table(_ listing: SocketListing, width: Int? = nil) -> [String] {
        var text = TextBuffer()
        listing.writeTable(into: &text, width: width, .plain)
        return text.string.split(separator: "\n").map(String.init)
    }

    @Test("the table of listeners")
    func listeners() {
        #expect(
            Self.table(SocketListing(.listening, rows: Self.rows)) == [
                "PORT         ADDRESS    REACHABLE FROM               QUEUE                     USER          PROCESS",
                "22/tcp       0.0.0.0    everywhere, only IPv4        0/128                     root          sshd 812",
                "80/tcp       0.0.0.0    everywhere, only IPv4        129/128 full              root          nginx 900 and 3 more",
                "5353/udp     0.0.0.0    everywhere, only IPv4        2.00 KiB full, 3 dropped  avahi         of another user",
                "5432/tcp     127.0.0.1  this machine only            0/128, 12 dropped         evil\\x1b[31m  -",
                "unix/stream  @name\\x1b  this network namespace only  0/5                       root          in\\nit 1",
            ]
        )
    }

    @Test("a narrow terminal gets two lines per socket that hold the same")
    func narrow() {
        let lines = Self.table(SocketListing(.listening, rows: Array(Self.rows.prefix(2))), width: 60)
        #expect(
            lines == [
                "22/tcp  0.0.0.0  sshd 812  user root", "  everywhere, only IPv4  queue 0/128",
                "80/tcp  0.0.0.0  nginx 900 and 3 more  user root", "  everywhere, only IPv4  queue 129/128 full",
            ]
        )
    }

    static let connection = LocalSocket(
        .tcp,
        .established,
        family: .v4,
        local: SocketAddress(.loopbackV4, port: 40000),
        peer: Endpoint(.loopbackV4, port: 80),
        queue: .init(waiting: 0, limit: nil),
        user: 0,
        inode: 5,
        cookie: 1,
        connection: .init(rttMicroseconds: 1500, rttVarianceMicroseconds: 100, retransmits: 2)
    )

    @Test("the table of connections, wide and narrow")
    func connections() {
        let row = SocketRow(
            Self.connection,
            holders: [SocketHolder(pid: 77, name: "curl")],
            user: "root",
            peer: .init(holders: Self.nginx)
        )
        let listing = SocketListing(.connected, rows: [row])
        #expect(
            Self.table(listing) == [
                "PROTOCOL  LOCAL            PEER          STATE            RTT  RETRANSMITS  PROCESS  PEER PROCESS",
                "tcp       127.0.0.1:40000  127.0.0.1:80  established  1.50 ms            2  curl 77  nginx 900 and 3 more",
            ]
        )
        #expect(
            Self.table(listing, width: 70) == [
                "tcp  127.0.0.1:40000  127.0.0.1:80",
                "  established  rtt 1.50 ms  retransmits 2  curl 77  peer nginx 900 and 3 more",
            ]
        )
    }

    @Test("JSON has every field of every socket")
    func json() {
        var text = TextBuffer()
        SocketListing(.listening, rows: [Self.rows[1], Self.rows[4]]).writeJSON(into: &text)
        let written = text.string
        #expect(
            written == #"""
                {"type":"socket","transport":"tcp","socket_type":"stream","state":"listen","address":"0.0.0.0","address_hex":null,"port":80,"reachable":"all","reachable_from":"everywhere, only IPv4","obstacles":[],"families":["inet"],"interface":null,"queue":129,"queue_limit":128,"drops":0,"user":"root","uid":0,"process":"nginx","pid":900,"processes":[{"name":"nginx","pid":900},{"name":"nginx","pid":901},{"name":"nginx","pid":902},{"name":"nginx","pid":903}],"inode":4711,"peer_address":null,"peer_port":null,"peer_process":null,"peer_pid":null,"rtt_ms":null,"retransmits":null}
                {"type":"socket","transport":"unix","socket_type":"stream","state":"listen","address":"@name\u001b","address_hex":null,"port":null,"reachable":"local","reachable_from":"this network namespace only","obstacles":[],"families":[],"interface":null,"queue":0,"queue_limit":5,"drops":null,"user":"root","uid":0,"process":"in\nit","pid":1,"processes":[{"name":"in\nit","pid":1}],"inode":9,"peer_address":null,"peer_port":null,"peer_process":null,"peer_pid":null,"rtt_ms":null,"retransmits":null}

                """#
        )
    }

    @Test("plain lines")
    func plain() {
        var text = TextBuffer()
        SocketListing(.listening, rows: Self.rows).writePlain(into: &text)
        SocketListing(.connected, rows: [SocketRow(Self.connection, user: "root")]).writePlain(into: &text)
        let lines = text.string.split(separator: "\n").map { $0.replacing("\t", with: "|") }
        #expect(
            lines == [
                "tcp|stream|0.0.0.0|22|all|inet|-|0|128|0|root|sshd|812",
                "tcp|stream|0.0.0.0|80|all|inet|-|129|128|0|root|nginx|900",
                "udp|dgram|0.0.0.0|5353|all|inet|-|2048|1024|3|avahi|-|-",
                "tcp|stream|127.0.0.1|5432|local|inet|-|0|128|12|evil\\x1b[31m|-|-",
                "unix|stream|@name\\x1b|-|local|-|-|0|5|-|root|in\\nit|1",
                "tcp|stream|established|127.0.0.1|40000|127.0.0.1|80|1.500|2|root|-|-|-|-",
            ]
        )
    }

    @Test("plain lines of what is not known")
    func plainGaps() {
        let row = SocketRow(LocalSocket(.unixStream, .established, local: .unix(path: "")))
        var text = TextBuffer()
        for role in [SocketQuery.Role.listening, .connected] { SocketListing(role, rows: [row]).writePlain(into: &text) }
        let lines = text.string.split(separator: "\n").map { $0.replacing("\t", with: "|") }
        #expect(lines == ["unix|stream|-|-|-|-|-|-|-|-|-|-|-", "unix|stream|established|-|-|-|-|-|-|-|-|-|-|-"])
    }

    @Test("IP before Unix; by port, then TCP before UDP, then by address")
    func order() {
        let sockets = [
            LocalSocket(.unixStream, .listen, local: .unix(path: "/b")),
            LocalSocket(.unixStream, .listen, local: .unix(path: "/a")),
            Self.listener(80, .udp), Self.listener(80, at: .loopbackV4), Self.listener(80), Self.listener(22),
        ]
        let snapshot = SocketSnapshot(table: SocketTable(sockets: sockets), network: LocalNetwork([]), holders: SocketHolders())
        let listing = SocketListing(.listening, of: snapshot, SocketSelection(), ownUser: 0) { "\($0)" }
        #expect(
            listing.rows.map { "\($0.portText) \($0.addressText)" } == [
                "22/tcp 0.0.0.0", "80/tcp 0.0.0.0", "80/tcp 127.0.0.1", "80/udp 0.0.0.0", "unix/stream /a", "unix/stream /b",
            ]
        )
    }

    @Test("a process is hidden only where it may exist and may not be seen")
    func hidden() {
        func isHidden(inode: UInt32, user: UInt32, own: UInt32, hiddenProcesses: Int, held: Bool) -> Bool? {
            let socket = LocalSocket(.tcp, .listen, family: .v4, local: SocketAddress(.anyV4, port: 1), user: user, inode: inode)
            let holders = SocketHolders(byInode: held ? [inode: [Self.sshd]] : [:], hiddenProcesses: hiddenProcesses)
            let snapshot = SocketSnapshot(table: SocketTable(sockets: [socket]), network: nil, holders: holders)
            return SocketListing(.listening, of: snapshot, SocketSelection(), ownUser: own) { _ in nil }.rows.first?.isHidden
        }
        #expect(isHidden(inode: 7, user: 0, own: 1000, hiddenProcesses: 3, held: false) == true)
        #expect(isHidden(inode: 7, user: 0, own: 1000, hiddenProcesses: 0, held: false) == true)
        #expect(isHidden(inode: 7, user: 0, own: 1000, hiddenProcesses: 3, held: true) == false)
        #expect(isHidden(inode: 7, user: 1000, own: 1000, hiddenProcesses: 0, held: false) == false)
        #expect(isHidden(inode: 7, user: 1000, own: 0, hiddenProcesses: 0, held: false) == false)
        #expect(isHidden(inode: 0, user: 0, own: 1000, hiddenProcesses: 3, held: false) == false)
    }

    @Test("the other end of a connection within this machine is found, over IPv4 inside IPv6 as well")
    func peers() {
        let mapped = IPAddress(v6High: 0, low: 0xFFFF_7F00_0001)
        let server = LocalSocket(
            .tcp,
            .established,
            family: .v6,
            local: SocketAddress(mapped, port: 80),
            peer: Endpoint(mapped, port: 40000),
            inode: 6,
            cookie: 2
        )
        let left = LocalSocket(.unixStream, .established, local: .unix(path: ""), peerInode: 11, inode: 10, cookie: 3)
        let right = LocalSocket(.unixStream, .established, local: .unix(path: "/run/x"), peerInode: 10, inode: 11, cookie: 4)
        let holders = SocketHolders(byInode: [6: Self.nginx, 11: [Self.sshd]])
        let snapshot = SocketSnapshot(
            table: SocketTable(sockets: [Self.connection, server, left, right]),
            network: nil,
            holders: holders
        )
        let rows = SocketListing(.connected, of: snapshot, SocketSelection(), ownUser: 0) { _ in nil }.rows
        #expect(rows.first { $0.socket.inode == 5 }?.peer?.holders == Self.nginx)
        #expect(rows.first { $0.socket.inode == 6 }?.peer?.holders == [])
        #expect(rows.first { $0.socket.inode == 6 }?.endpointText == "127.0.0.1:80")
        #expect(rows.first { $0.socket.inode == 10 }?.peer == .init(holders: [Self.sshd], unixName: "/run/x"))
        #expect(rows.first { $0.socket.inode == 10 }?.peerText == "/run/x")
    }

    static let selections: [(SocketSelection, [UInt16])] = [
        (SocketSelection(), [22, 80]),
        (SocketSelection(ports: [80, 99]), [80]),
        (SocketSelection(family: .v6), []),
        (SocketSelection(family: .v4), [22, 80]),
        (SocketSelection(process: "sshd"), [22]),
        (SocketSelection(process: "812"), [22]),
        (SocketSelection(process: "ssh"), []),
        (SocketSelection(ports: [80], process: "sshd"), []),
    ]

    @Test("ports, families and processes select", arguments: selections)
    func selection(_ selection: SocketSelection, _ ports: [UInt16]) {
        let holders: [UInt16: [SocketHolder]] = [22: [Self.sshd], 80: Self.nginx]
        let found = [Self.listener(22), Self.listener(80)].filter { selection.selects($0, heldBy: holders[$0.port ?? 0] ?? []) }
        #expect(found.compactMap(\.port) == ports)
    }

    @Test("the kernel keeps 15 bytes of a process's name")
    func longName() {
        let holder = SocketHolder(pid: 1, name: "systemd-resolve")
        #expect(SocketSelection(process: "systemd-resolved").selects(Self.listener(53), heldBy: [holder]))
    }
}
