import CNetwork
import Glibc
internal import RawText
package import SystemPackage

/// A socket option by level and name, with the type of its value.
package struct SocketOption<Value: BitwiseCopyable>: Sendable {
    let level: Int32
    let name: Int32

    package init(level: Int32, name: Int32) {
        self.level = level
        self.name = name
    }
}

extension SocketOption where Value == Int32 {
    /// SO_REUSEADDR (socket(7)): bind although connections of an earlier listener are in TIME_WAIT.
    package static var reuseAddress: Self { Self(level: SOL_SOCKET, name: SO_REUSEADDR) }
    /// SO_REUSEPORT: several listeners share a port and the kernel spreads the connections.
    package static var reusePort: Self { Self(level: SOL_SOCKET, name: SO_REUSEPORT) }
    package static var keepAlive: Self { Self(level: SOL_SOCKET, name: SO_KEEPALIVE) }
    /// IP_BIND_ADDRESS_NO_PORT: bind to a source address and leave the port to connect, so that ports are shared by 4-tuple.
    package static var bindAddressNoPort: Self { Self(level: Int32(IPPROTO_IP), name: 24) }
    /// IPV6_V6ONLY: off, one socket takes both families.
    package static var v6Only: Self { Self(level: Int32(IPPROTO_IPV6), name: IPV6_V6ONLY) }
    /// IP_RECVERR (ip(7)): ICMP errors go to the error queue, with who sent them.
    package static var receiveErrorsV4: Self { Self(level: Int32(IPPROTO_IP), name: IP_RECVERR) }
    /// IPV6_RECVERR (ipv6(7)).
    package static var receiveErrorsV6: Self { Self(level: Int32(IPPROTO_IPV6), name: IPV6_RECVERR) }
    /// IPV6_ADDR_PREFERENCES (RFC 5014): which source address the kernel prefers.
    package static var addressPreferences: Self { Self(level: Int32(IPPROTO_IPV6), name: 72) }
    /// IP_MTU (ip(7)) of a connected socket: the largest packet toward its peer that the kernel knows to pass.
    package static var pathMTUv4: Self { Self(level: Int32(IPPROTO_IP), name: 14) }
    /// IPV6_MTU (ipv6(7)).
    package static var pathMTUv6: Self { Self(level: Int32(IPPROTO_IPV6), name: IPV6_MTU) }
    /// IP_MTU_DISCOVER (ip(7)): a value of `PathMTUDiscovery`.
    package static var pathMTUDiscoveryV4: Self { Self(level: Int32(IPPROTO_IP), name: IP_MTU_DISCOVER) }
    /// IPV6_MTU_DISCOVER (ipv6(7)).
    package static var pathMTUDiscoveryV6: Self { Self(level: Int32(IPPROTO_IPV6), name: IPV6_MTU_DISCOVER) }
    /// IP_TTL (ip(7)): the TTL of packets sent, 1 to 255.
    package static var timeToLive: Self { Self(level: Int32(IPPROTO_IP), name: IP_TTL) }
    /// IP_MINTTL (ip(7)): TCP discards packets with a lower TTL as if they had been lost, also the SYNs for a listener (RFC 5082).
    package static var minimumTimeToLive: Self { Self(level: Int32(IPPROTO_IP), name: 21) }
    /// IPV6_UNICAST_HOPS (ipv6(7)): the hop limit of packets sent, 1 to 255.
    package static var unicastHops: Self { Self(level: Int32(IPPROTO_IPV6), name: IPV6_UNICAST_HOPS) }
    package static var noDelay: Self { Self(level: Int32(IPPROTO_TCP), name: TCP_NODELAY) }
    /// TCP_KEEPIDLE, seconds.
    package static var keepAliveIdle: Self { Self(level: Int32(IPPROTO_TCP), name: TCP_KEEPIDLE) }
    /// TCP_KEEPINTVL, seconds.
    package static var keepAliveInterval: Self { Self(level: Int32(IPPROTO_TCP), name: TCP_KEEPINTVL) }
    package static var keepAliveCount: Self { Self(level: Int32(IPPROTO_TCP), name: TCP_KEEPCNT) }
    /// TCP_SAVE_SYN: a listener keeps each connection's SYN for `savedSYN()`.
    package static var saveSYN: Self { Self(level: Int32(IPPROTO_TCP), name: CNET_TCP_SAVE_SYN) }
}

/// Values of IP_MTU_DISCOVER and IPV6_MTU_DISCOVER.
package enum PathMTUDiscovery {
    /// IP_PMTUDISC_PROBE: never fragment, and ignore the path MTU that the kernel knows.
    package static let probe: Int32 = 3
}

extension BorrowedDescriptor {
    /// setsockopt(2).
    package func set<Value>(_ option: SocketOption<Value>, to value: Value) throws(Errno) {
        _ = try systemCall {
            // Safe: the pointer is to `value` and lives as long as the call; the length is its own.
            unsafe withUnsafeBytes(of: value) {
                unsafe setsockopt(number, option.level, option.name, $0.baseAddress, socklen_t($0.count))
            }
        }
    }

    /// getsockopt(2) of a number.
    package func value(of option: SocketOption<Int32>) throws(Errno) -> Int32 {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        _ = try systemCall { unsafe getsockopt(number, option.level, option.name, &value, &length) }
        return value
    }

    /// Takes the socket's pending error (SO_ERROR), which clears it; `nil` when there is none.
    package func pendingError() throws(Errno) -> Errno? {
        let code = try value(of: SocketOption<Int32>(level: SOL_SOCKET, name: SO_ERROR))
        return code == 0 ? nil : Errno(rawValue: code)
    }

    /// How many messages the kernel discarded since this socket's buffer was full (SO_MEMINFO, SK_MEMINFO_DROPS).
    package var droppedMessages: UInt64 {
        var values = [UInt32](repeating: 0, count: 9)
        var length = socklen_t(values.count * MemoryLayout<UInt32>.size)
        // Safe: the kernel writes at most `length` bytes.
        _ = unsafe getsockopt(number, SOL_SOCKET, 55, &values, &length)
        return UInt64(values[8])
    }

    /// SO_BINDTODEVICE: restricts traffic to this interface.
    package func bind(toInterface name: String) throws(Errno) {
        let bytes = name.rawBytes
        _ = try systemCall { unsafe setsockopt(number, SOL_SOCKET, SO_BINDTODEVICE, bytes, socklen_t(bytes.count)) }
    }

    /// Closing this socket will send RST instead of FIN and leave no TIME_WAIT (SO_LINGER `{1, 0}`).
    package func resetOnClose() throws(Errno) {
        try set(SocketOption<linger>(level: SOL_SOCKET, name: SO_LINGER), to: linger(l_onoff: 1, l_linger: 0))
    }

    /// The IP and TCP headers of the SYN that opened an accepted connection (TCP_SAVED_SYN); empty where the listener did not
    /// keep it or it was taken before.
    package func savedSYN() throws(Errno) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 512)
        var length = socklen_t(bytes.count)
        _ = try systemCall {
            unsafe bytes.withUnsafeMutableBytes {
                unsafe getsockopt(number, Int32(IPPROTO_TCP), CNET_TCP_SAVED_SYN, $0.baseAddress, &length)
            }
        }
        return Array(bytes.prefix(Int(length)))
    }
}
