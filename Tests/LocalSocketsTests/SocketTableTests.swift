import Addresses
import SondeSystem
import SystemPackage
import Testing

@testable import LocalSockets
@testable import NetlinkQueries

@Suite("Dumps of the kernel's sockets")
struct SocketTableTests {
    static let tcp = SocketQuery(.listening, kinds: [.tcp])

    static func message(_ cookie: UInt64, port: UInt16 = 80, waiting: UInt32 = 0, interrupted: Bool = false) -> [UInt8] {
        MadeInetMessage(port: port, cookie: cookie, waiting: waiting).message(interrupted: interrupted)
    }

    static let empty = [ScriptedKernel.done]

    @Test("a dump of several datagrams, for IPv4 and then for IPv6")
    func datagrams() throws {
        let kernel = ScriptedKernel([
            [Self.message(1) + Self.message(2, port: 81), Self.message(3, port: 82), ScriptedKernel.done], Self.empty,
        ])
        let table = try SocketTable.read(Self.tcp, from: kernel.source)
        #expect(table.sockets.map(\.port) == [80, 81, 82])
        #expect(table.isWhole && table.refusal == nil)
    }

    @Test("a socket that is listed twice is there once, as it was last")
    func twice() throws {
        let kernel = ScriptedKernel([[Self.message(1), Self.message(1, waiting: 4), ScriptedKernel.done], Self.empty])
        let table = try SocketTable.read(Self.tcp, from: kernel.source)
        #expect(table.sockets.map(\.queue?.waiting) == [4])
    }

    @Test("an interrupted dump is repeated, and only the whole one counts")
    func interrupted() throws {
        let kernel = ScriptedKernel([
            [Self.message(1, interrupted: true), ScriptedKernel.done], [Self.message(2, port: 81), ScriptedKernel.done], Self.empty,
        ])
        let table = try SocketTable.read(Self.tcp, from: kernel.source)
        #expect(table.sockets.map(\.port) == [81])
        #expect(table.isWhole)
    }

    @Test("after ten interrupted dumps nothing that stood still is missing, and the table says that it may be wrong")
    func alwaysInterrupted() throws {
        let dumps = (0..<10).map {
            [Self.message(UInt64($0 % 3 + 1), port: UInt16(80 + $0 % 3), interrupted: true), ScriptedKernel.done]
        }
        let kernel = ScriptedKernel(dumps + [Self.empty])
        let table = try SocketTable.read(Self.tcp, from: kernel.source)
        #expect(table.sockets.map(\.port) == [80, 81, 82])
        #expect(!table.isWhole)
    }

    static let broken: [(name: String, reply: [[UInt8]], errno: Errno)] = [
        ("no permission", [ScriptedKernel.refusal(.notPermitted)], .notPermitted),
        ("no module", [ScriptedKernel.refusal(.noSuchFileOrDirectory)], .noSuchFileOrDirectory),
        ("no reply", [], .noData),
        ("a reply without its end", [message(1)], .noData),
        ("a message cut in its header", [Array(message(1)[..<10])], .badMessage),
        ("a message cut in its payload", [Array(message(1)[..<40])], .badMessage),
        ("a length of zero", [[UInt8](repeating: 0, count: 88)], .badMessage),
        ("a message shorter than inet_diag_msg", [Netlink.message(20, flags: 2, [2, 10, 0, 0])], .badMessage),
    ]

    @Test("a refusal or a broken reply is an error with its reason where /proc/net is missing as well", arguments: broken)
    func failures(_ name: String, _ reply: [[UInt8]], _ errno: Errno) {
        let kernel = ScriptedKernel([reply])
        #expect(throws: SystemError("sock_diag", errno)) { try SocketTable.read(Self.tcp, from: kernel.source) }
    }

    @Test("a kernel without IPv6 has no IPv6 sockets, and that is no failure")
    func withoutV6() throws {
        let kernel = ScriptedKernel([[Self.message(1), ScriptedKernel.done], [ScriptedKernel.refusal(.noSuchFileOrDirectory)]])
        let table = try SocketTable.read(Self.tcp, from: kernel.source)
        #expect(table.sockets.count == 1 && table.refusal == nil)
    }

    @Test("messages of other types and sockets in other states are skipped")
    func skipped() throws {
        let connection = MadeInetMessage(state: 1, peerPort: 9, cookie: 5).message()
        let other = Netlink.message(21, flags: 2, MadeInetMessage(cookie: 6).payload)
        let kernel = ScriptedKernel([[connection + other + Self.message(7), ScriptedKernel.done], Self.empty])
        #expect(try SocketTable.read(Self.tcp, from: kernel.source).sockets.map(\.cookie) == [7])
    }

    @Test("the tables that a query needs")
    func tables() {
        #expect(SocketQuery(.listening).tables.count == 5)
        #expect(SocketQuery(.listening, port: 80).tables.count == 4)
        #expect(SocketQuery(.listening, kinds: [.udp]).tables == [.inet(.udp, .v4), .inet(.udp, .v6)])
        #expect(SocketQuery(.listening, kinds: [.unixDatagram]).tables == [.unix])
    }
}
