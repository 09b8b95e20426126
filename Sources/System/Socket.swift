package import Addresses
import CNetwork
import Glibc
package import SystemPackage

/// The kinds of socket that sonde opens.
package enum SocketKind: Sendable {
    case stream
    case datagram
}

extension Descriptor {
    /// socket(2): non-blocking and closed on exec.
    package static func socket(domain: Int32, _ kind: SocketKind, protocolNumber: Int32 = 0) throws(Errno) -> Descriptor {
        let type = kind == .stream ? Int32(SOCK_STREAM.rawValue) : Int32(SOCK_DGRAM.rawValue)
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        return Descriptor(owning: try systemCall { Glibc.socket(domain, type | flags, protocolNumber) })
    }

    /// The same for IPv4 or IPv6.
    package static func socket(_ family: IPAddress.Family, _ kind: SocketKind) throws(Errno) -> Descriptor {
        try socket(domain: family == .v4 ? AF_INET : AF_INET6, kind)
    }

    /// A socket to a part of the kernel (netlink(7)).
    ///
    /// - Parameter groups: the notifications that it receives, as a mask, into a buffer of 1 MiB where the system allows it.
    package static func netlinkSocket(_ part: NetlinkPart = .routes, groups: UInt32 = 0) throws(Errno) -> Descriptor {
        let socket = try socket(domain: AF_NETLINK, .datagram, protocolNumber: part.rawValue)
        if groups != 0 { _ = try systemCall { cnet_join_netlink_groups(socket.borrowed.number, groups) } }
        return socket
    }
}

/// The parts of the kernel that answer over netlink.
package enum NetlinkPart: Int32, Sendable {
    /// NETLINK_ROUTE: links, addresses, routes (rtnetlink(7)).
    case routes = 0
    /// NETLINK_SOCK_DIAG: sockets (sock_diag(7)).
    case sockets = 4
}

extension BorrowedDescriptor {
    /// connect(2) in the manner of Python's `connect_ex`: returns the error number, or `nil` if the connection is established at
    /// once.
    /// `.nowInProgress` means that it is under way: wait for writability, then ask `pendingError()`.
    @inline(__always)
    package func connect(to address: RawSocketAddress) -> Errno? {
        let result = unsafe withRaw(address) { pointer, length in unsafe Glibc.connect(number, pointer, length) }
        return result == 0 ? nil : .latest
    }

    /// Connects to AF_UNSPEC: a datagram socket forgets its peer, and a stream socket whose attempt failed serves again.
    package func disconnect() throws(Errno) {
        var unspecified = RawSocketAddress()
        unspecified.length = socklen_t(MemoryLayout<sockaddr>.size)
        _ = try systemCall { unsafe withRaw(unspecified) { pointer, length in unsafe Glibc.connect(number, pointer, length) } }
    }

    package func bind(to address: RawSocketAddress) throws(Errno) {
        _ = try systemCall { unsafe withRaw(address) { pointer, length in unsafe Glibc.bind(number, pointer, length) } }
    }

    package func listen(backlog: Int32) throws(Errno) {
        _ = try systemCall { Glibc.listen(number, backlog) }
    }

    /// The next connection of a listener, non-blocking and closed on exec, with its peer; `nil` when none waits.
    package func accept() throws(Errno) -> Accepted? {
        var peer = RawSocketAddress()
        do {
            // Safe: the kernel writes at most `length` bytes into the storage and says how many.
            let connection = try systemCall { unsafe cnet_accept(number, &peer.storage, &peer.length) }
            return Accepted(descriptor: Descriptor(owning: connection), peer: peer.address)
        } catch .wouldBlock {
            return nil
        }
    }

    package struct Accepted: ~Copyable {
        package let descriptor: Descriptor
        package let peer: SocketAddress?

        package consuming func intoDescriptor() -> Descriptor { descriptor }
    }

    /// shutdown(2) of the sending half: the peer reads the end, and can still write.
    package func shutdownSending() throws(Errno) {
        _ = try systemCall { Glibc.shutdown(number, Int32(SHUT_WR)) }
    }

    /// shutdown(2) of a listener: it refuses connections, and resets those that wait to be accepted.
    package func stopListening() throws(Errno) {
        _ = try systemCall { Glibc.shutdown(number, Int32(SHUT_RD)) }
    }

    /// getsockname(2).
    package func localAddress() throws(Errno) -> SocketAddress? {
        var raw = RawSocketAddress()
        _ = try systemCall { unsafe withMutableRaw(&raw) { pointer, length in unsafe getsockname(number, pointer, length) } }
        return raw.address
    }

    /// getpeername(2).
    package func peerAddress() throws(Errno) -> SocketAddress? {
        var raw = RawSocketAddress()
        _ = try systemCall { unsafe withMutableRaw(&raw) { pointer, length in unsafe getpeername(number, pointer, length) } }
        return raw.address
    }

    /// recv(2) without waiting.
    package func receive(into buffer: UnsafeMutableRawBufferPointer, flags: Int32 = 0) throws(Errno) -> Transfer {
        do {
            let count = try systemCall { unsafe recv(number, buffer.baseAddress, buffer.count, flags | Int32(MSG_DONTWAIT)) }
            return unsafe count == 0 && !buffer.isEmpty ? .end : .bytes(count)
        } catch .wouldBlock {
            return .wouldBlock
        }
    }

    /// send(2) without waiting and without SIGPIPE; a peer that is gone is `.brokenPipe` or `.connectionReset`.
    package func send(_ buffer: UnsafeRawBufferPointer, flags: Int32 = 0) throws(Errno) -> Transfer {
        let always = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        do {
            return .bytes(try systemCall { unsafe Glibc.send(number, buffer.baseAddress, buffer.count, flags | always) })
        } catch .wouldBlock {
            return .wouldBlock
        }
    }
}

/// Lends a socket address to a call as the pointer it takes. Safe: the pointer lives as long as the body.
@inline(__always)
func withRaw<Result>(_ raw: RawSocketAddress, _ body: (UnsafePointer<sockaddr>?, socklen_t) -> Result) -> Result {
    unsafe withUnsafeBytes(of: raw.storage) { unsafe body($0.baseAddress?.assumingMemoryBound(to: sockaddr.self), raw.length) }
}

@inline(__always)
func withMutableRaw<Result>(
    _ raw: inout RawSocketAddress,
    _ body: (UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>) -> Result
) -> Result {
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = unsafe withUnsafeMutableBytes(of: &raw.storage) { bytes in
        unsafe body(bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
    }
    raw.length = length
    return result
}
