import Glibc
import SondeSystem
import Synchronization
import SystemPackage

@testable import LocalSockets
@testable import NetlinkQueries

/// A kernel that answers each dump with the next script: the datagrams of one reply.
final class ScriptedKernel: Sendable {
    typealias Datagram = [UInt8]

    private let replies: Mutex<[[Datagram]]>
    private let ends = Mutex<[Int32]>([])

    init(_ replies: [[Datagram]]) { self.replies = Mutex(replies) }

    deinit { ends.withLock { $0.forEach { close($0) } } }

    var source: SocketSource {
        SocketSource(
            openNetlink: { () throws(Errno) in try self.nextSocket() },
            openProcNet: { _ throws(Errno) in throw .noSuchFileOrDirectory }
        )
    }

    /// One end of a pair whose other end has sent the reply already, as the kernel does within the request.
    private func nextSocket() throws(Errno) -> Descriptor {
        var pair: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0, &pair) == 0 else { throw Errno(rawValue: errno) }
        let reply = replies.withLock { $0.isEmpty ? [] : $0.removeFirst() }
        for datagram in reply { send(pair[1], datagram, datagram.count, 0) }
        ends.withLock { $0.append(pair[1]) }
        return Descriptor(owning: pair[0])
    }

    /// NLMSG_DONE.
    static let done = Netlink.message(3, flags: 2, [0, 0, 0, 0])

    /// NLMSG_ERROR.
    static func refusal(_ errno: Errno) -> Datagram { Netlink.message(2, flags: 0, Netlink.bytes(of: -errno.rawValue)) }
}

/// `struct inet_diag_msg` and its attributes, made for the tests.
struct MadeInetMessage {
    var family: UInt8 = 2
    var state: UInt8 = 10
    var port: UInt16 = 80
    var peerPort: UInt16 = 0
    var address: [UInt8] = [127, 0, 0, 1]
    var peer: [UInt8] = []
    var interface: UInt32 = 0
    var cookie: UInt64 = 1
    var waiting: UInt32 = 0
    var limit: UInt32 = 128
    var user: UInt32 = 1000
    var inode: UInt32 = 4711
    var attributes: [UInt8] = []

    var payload: [UInt8] {
        func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: 16 - bytes.count) }
        var bytes: [UInt8] = [family, state, 0, 0]
        bytes += [UInt8(port >> 8), UInt8(port & 0xFF), UInt8(peerPort >> 8), UInt8(peerPort & 0xFF)]
        bytes += padded(address) + padded(peer)
        bytes += Netlink.bytes(of: interface) + Netlink.bytes(of: cookie)
        bytes += Netlink.bytes(of: UInt32(0))  // expires
        for number in [waiting, limit, user, inode] { bytes += Netlink.bytes(of: number) }
        return bytes + attributes
    }

    /// SOCK_DIAG_BY_FAMILY with NLM_F_MULTI, perhaps NLM_F_DUMP_INTR.
    func message(interrupted: Bool = false) -> [UInt8] { Netlink.message(20, flags: interrupted ? 0x12 : 2, payload) }
}
