import SondeSystem
import Testing

@testable import LocalSockets
@testable import NetlinkQueries

@Suite("unix_diag")
struct UnixDiagnosisTests {
    static func payload(type: UInt8 = 1, state: UInt8 = 10, _ attributes: [UInt8] = []) -> [UInt8] {
        [1, type, state, 0] + Netlink.bytes(of: UInt32(4711)) + Netlink.bytes(of: UInt64(99)) + attributes
    }

    @Test("the request is struct unix_diag_req within its message")
    func request() {
        let expected: [UInt8] = [
            40, 0, 0, 0, 20, 0, 0x01, 0x03, 0, 0, 0, 0, 0, 0, 0, 0,  // length, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP
            1, 0, 0, 0,  // AF_UNIX
            0x80, 4, 0, 0,  // TCP_CLOSE and TCP_LISTEN
            0, 0, 0, 0,  // every inode
            0x75, 0, 0, 0,  // name, peer, queue, memory, user
            0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        ]
        #expect(UnixDiagnosis.request(states: 1 << 10 | 1 << 7) == expected)
    }

    @Test("every field of a listener is in its place")
    func listener() throws {
        let attributes =
            Netlink.attribute(0, Array("/run/x".utf8) + [0]) + Netlink.attribute(2, Netlink.bytes(of: UInt32(5)))
            + Netlink.attribute(4, Netlink.bytes(of: UInt32(3)) + Netlink.bytes(of: UInt32(2)))
            + Netlink.attribute(7, Netlink.bytes(of: UInt32(1000)))
        let socket = try #require(try UnixDiagnosis.socket(Self.payload(attributes).span))
        #expect(socket.kind == .unixStream && socket.state == .listen && socket.isListener)
        #expect(socket.local == .unix(path: "/run/x"))
        #expect(socket.peerInode == 5)
        #expect(socket.queue == LocalSocket.Queue(waiting: 3, limit: 2) && socket.queue?.isFull == true)
        #expect(socket.user == 1000 && socket.inode == 4711 && socket.cookie == 99)
        #expect(socket.families.isEmpty && socket.port == nil)
    }

    static let names: [(bytes: [UInt8], path: String)] = [
        (Array("/run/x".utf8) + [0, 65, 0], "/run/x"),
        (Array("/run/x".utf8), "/run/x"),
        ([0] + Array("abstract".utf8), "\0abstract"),
        ([0, 65, 0, 66], "\0A\0B"),
        ([], ""),
    ]

    @Test("a path ends at its NUL, an abstract name keeps all of its bytes", arguments: names)
    func name(_ bytes: [UInt8], _ path: String) throws {
        let socket = try UnixDiagnosis.socket(Self.payload(Netlink.attribute(0, bytes)).span)
        #expect(socket?.local == .unix(path: path))
    }

    @Test("a name that is not UTF-8 keeps its bytes")
    func rawName() throws {
        let socket = try UnixDiagnosis.socket(Self.payload(Netlink.attribute(0, [0x2F, 0xFF, 0x1B])).span)
        guard case .unix(let path)? = socket?.local else {
            Issue.record("no Unix name")
            return
        }
        #expect(path.unicodeScalars.map(\.value) == [0x2F, 0x10FEFF, 0x1B])
    }

    static let kinds: [(UInt8, LocalSocket.Kind?)] = [
        (1, .unixStream), (2, .unixDatagram), (5, .unixSequencedPacket), (3, nil), (0, nil), (255, nil),
    ]

    @Test("types", arguments: kinds)
    func kind(_ type: UInt8, _ kind: LocalSocket.Kind?) throws {
        #expect(try UnixDiagnosis.socket(Self.payload(type: type).span)?.kind == kind)
    }

    @Test("a datagram socket counts as bound if it has a name")
    func bound() throws {
        let named = try UnixDiagnosis.socket(Self.payload(type: 2, state: 7, Netlink.attribute(0, [0x2F, 0x61])).span)
        let unnamed = try UnixDiagnosis.socket(Self.payload(type: 2, state: 7).span)
        #expect(named?.isListener == true && unnamed?.isListener == false)
    }

    @Test("a message shorter than its header is refused")
    func cut() {
        for length in 0..<16 {
            let bytes = Array(Self.payload()[..<length])
            #expect(throws: NetlinkError.self) { try UnixDiagnosis.socket(bytes.span) }
        }
    }
}
