import Addresses
import Glibc
import SondeSystem
import SystemPackage
import Testing

@testable import LocalSockets

@Suite("The tables of /proc/net")
struct ProcNetTests {
    static let tcp = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1F90 00000000:0000 0A 00000000:00000006 00:00000000 00000000  1000        0 4711 1 0000000000000000 100 0 0 10 0
           1: 0A0200C0:9C40 090200C0:01BB 01 00000000:00000000 02:000000A0 00000000     0        0 4712 2 0000000000000000 20 4 30 10 -1
        """

    static let udp6 = """
          sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
        100: B80D0120000000000000000001000000:0035 00000000000000000000000000000000:0000 07 00000000:00000200 00:00000000 00000000     0        0 4713 2 0000000000000000 12
        """

    static let unix = """
        Num       RefCount Protocol Flags    Type St Inode Path
        0000000000000000: 00000002 00000000 00010000 0001 01 4714 /run/with space.sock
        0000000000000000: 00000002 00000000 00000000 0002 01 4715 @abstract@name
        0000000000000000: 00000003 00000000 00000000 0001 03 4716
        0000000000000000: 00000002 00000000 00010000 0005 01 4717 /run/seq
        """

    static func source(_ files: [String: String]) -> SocketSource {
        SocketSource(
            openNetlink: { () throws(Errno) in throw .addressFamilyNotSupported },
            openProcNet: { name throws(Errno) in
                guard let text = files[name] else { throw .noSuchFileOrDirectory }
                let file = try Descriptor.anonymousFile()
                let bytes = Array((text + "\n").utf8)
                guard write(file.borrowed.number, bytes, bytes.count) == bytes.count else { throw .ioError }
                lseek(file.borrowed.number, 0, SEEK_SET)
                return file
            }
        )
    }

    @Test("a listener's queue is known, its limit, drops and interface are not")
    func listener() throws {
        let table = try SocketTable.read(SocketQuery(.listening, kinds: [.tcp]), from: Self.source(["tcp": Self.tcp]))
        #expect(table.refusal == .addressFamilyNotSupported)
        let socket = try #require(table.sockets.first)
        #expect(table.sockets.count == 1)
        #expect("\(socket.local)" == "127.0.0.1:8080")
        #expect(socket.queue == LocalSocket.Queue(waiting: 6, limit: nil))
        #expect(socket.drops == nil && socket.interface == nil && socket.isV6Only == nil)
        #expect(socket.user == 1000 && socket.inode == 4711)
    }

    @Test("a connection has both ends")
    func connection() throws {
        let table = try SocketTable.read(SocketQuery(.connected, kinds: [.tcp]), from: Self.source(["tcp": Self.tcp]))
        #expect(table.sockets.map { "\($0.local) \($0.peer.map { "\($0)" } ?? "-")" } == ["192.0.2.10:40000 192.0.2.9:443"])
    }

    @Test("UDP over IPv6 has its drops")
    func datagrams() throws {
        let table = try SocketTable.read(
            SocketQuery(.listening, kinds: [.udp]),
            from: Self.source(["udp": "  sl", "udp6": Self.udp6])
        )
        let socket = try #require(table.sockets.first)
        #expect("\(socket.local)" == "[2001:db8::1]:53")
        #expect(socket.drops == 12 && socket.queue?.waiting == 512)
    }

    @Test("Unix names keep spaces, abstract ones are known by their @")
    func unixNames() throws {
        let kinds: Set<LocalSocket.Kind> = [.unixStream, .unixDatagram, .unixSequencedPacket]
        let table = try SocketTable.read(SocketQuery(.listening, kinds: kinds), from: Self.source(["unix": Self.unix]))
        #expect(table.sockets.map { $0.unixName ?? "" } == ["/run/with space.sock", "\0abstract@name", "/run/seq"])
        #expect(table.sockets.map(\.kind) == [.unixStream, .unixDatagram, .unixSequencedPacket])
    }

    static let damaged = [
        "", " ", "garbage", "0: 0100007F:1F90", "0: 0100007F:1F90 0:0 0A 0:0 0:0 0 x 0 y",
        "0: 01007F:1F90 00000000:0000 0A 0:0 0:0 0 0 0 1",
        "0: 0100007F:FFFFF 00000000:0000 0A 0:0 0:0 0 0 0 1", "0: 0100007F:1F90 00000000:0000 FF 0:0 0:0 0 0 0 1",
        "0: ZZ00007F:1F90 00000000:0000 0A 0:0 0:0 0 0 0 1",
    ]

    @Test("lines that are none are skipped", arguments: damaged)
    func skipped(_ line: String) throws {
        let files = ["tcp": "heading\n\(line)", "unix": "heading\n\(line)"]
        let table = try SocketTable.read(SocketQuery(.listening, kinds: [.tcp, .unixStream]), from: Self.source(files))
        #expect(table.sockets.isEmpty)
    }

    @Test("20,000 lines, and a line without end")
    func long() throws {
        let line =
            "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000006 00:00000000 00000000  1000        0 4711 1 0 100 0 0 10 0"
        let many = Self.source(["tcp": "heading\n" + Array(repeating: line, count: 20_000).joined(separator: "\n")])
        #expect(try SocketTable.read(SocketQuery(.listening, kinds: [.tcp]), from: many).sockets.count == 20_000)
        let endless = Self.source(["tcp": "heading\n" + line + "\n" + String(repeating: "x", count: 300_000)])
        #expect(try SocketTable.read(SocketQuery(.listening, kinds: [.tcp]), from: endless).sockets.count == 1)
    }
}
