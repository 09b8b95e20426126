package import Addresses
package import CNetwork
import Glibc
internal import RawText

/// Where a socket is bound or connected to: an IP endpoint or a Unix path.
package enum SocketAddress: Hashable, Sendable {
    /// `zone` is the interface index that a link-local IPv6 address needs (RFC 4007), otherwise 0.
    case ip(Endpoint, zone: UInt32 = 0)
    /// A path in the file system, or a name in the abstract namespace when it begins with a NUL byte; empty: unnamed (unix(7)).
    case unix(path: String)

    package init(_ address: IPAddress, port: UInt16, zone: UInt32 = 0) {
        self = .ip(Endpoint(address, port: port), zone: zone)
    }

    /// AF_INET, AF_INET6 or AF_UNIX.
    package var domain: Int32 {
        switch self {
        case .ip(let endpoint, _): endpoint.address.family == .v4 ? AF_INET : AF_INET6
        case .unix: AF_UNIX
        }
    }

    package var endpoint: Endpoint? {
        if case .ip(let endpoint, _) = self { endpoint } else { nil }
    }

    /// The longest path that sun_path holds with the NUL behind it, and the longest abstract name behind its NUL (unix(7)).
    package static let longestUnixPath = 107
}

extension SocketAddress: CustomStringConvertible {
    /// `192.0.2.1:80`, `[fe80::1%2]:80`, or the path; an abstract name begins with `@`.
    package var description: String {
        switch self {
        case .ip(let endpoint, 0): return endpoint.description
        case .ip(let endpoint, let zone): return "[\(endpoint.address)%\(zone)]:\(endpoint.port)"
        case .unix(let path):
            return path.utf8.first == 0 ? "@" + path.dropFirst() : path
        }
    }
}

/// A socket address in the system's own form.
package struct RawSocketAddress {
    package var storage = sockaddr_storage()
    package var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    /// Room for an address that the system will fill in.
    package init() {}

    /// `nil` where a Unix path is longer than sun_path.
    package init?(_ address: SocketAddress) {
        switch address {
        case .ip(let endpoint, let zone):
            self.init(endpoint, zone: zone)
        case .unix(let path):
            let bytes = path.rawBytes
            guard bytes.count <= SocketAddress.longestUnixPath + (bytes.first == 0 ? 1 : 0) else { return nil }
            self.init(unixPath: bytes)
        }
    }

    private init(unixPath bytes: [UInt8]) {
        let pathOffset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        let isAbstractOrUnnamed = bytes.first == 0 || bytes.isEmpty
        storage.ss_family = sa_family_t(AF_UNIX)
        // Safe: sun_path begins within the storage and the longest path fits it.
        unsafe withUnsafeMutableBytes(of: &storage) { raw in
            for (index, byte) in bytes.enumerated() { unsafe raw[pathOffset + index] = byte }
        }
        length = socklen_t(pathOffset + bytes.count + (isAbstractOrUnnamed ? 0 : 1))
    }

    package init(_ endpoint: Endpoint, zone: UInt32 = 0) {
        switch endpoint.address.family {
        case .v4:
            var inet = sockaddr_in()
            inet.sin_family = sa_family_t(AF_INET)
            inet.sin_port = endpoint.port.bigEndian
            inet.sin_addr.s_addr = endpoint.address.v4Bits.bigEndian
            // Safe: every socket address fits sockaddr_storage by its definition.
            unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: inet, as: sockaddr_in.self) }
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
        case .v6:
            var inet = sockaddr_in6()
            inet.sin6_family = sa_family_t(AF_INET6)
            inet.sin6_port = endpoint.port.bigEndian
            inet.sin6_scope_id = zone
            unsafe withUnsafeMutableBytes(of: &inet.sin6_addr) {
                unsafe $0.storeBytes(of: endpoint.address.high.bigEndian, toByteOffset: 0, as: UInt64.self)
                unsafe $0.storeBytes(of: endpoint.address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: inet, as: sockaddr_in6.self) }
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        }
    }

    /// The address read back; `nil` for a family that is neither IP nor Unix.
    package var address: SocketAddress? {
        // Safe: the family says which structure the storage holds, and the storage is large enough for each.
        unsafe withUnsafeBytes(of: storage) { raw in
            switch Int32(storage.ss_family) {
            case AF_INET:
                let inet = unsafe raw.load(as: sockaddr_in.self)
                return SocketAddress(IPAddress(v4: UInt32(bigEndian: inet.sin_addr.s_addr)), port: UInt16(bigEndian: inet.sin_port))
            case AF_INET6:
                let inet = unsafe raw.load(as: sockaddr_in6.self)
                let (high, low) = unsafe withUnsafeBytes(of: inet.sin6_addr) {
                    unsafe ($0.load(as: UInt64.self), $0.load(fromByteOffset: 8, as: UInt64.self))
                }
                return SocketAddress(
                    IPAddress(v6High: UInt64(bigEndian: high), low: UInt64(bigEndian: low)),
                    port: UInt16(bigEndian: inet.sin6_port),
                    zone: inet.sin6_scope_id
                )
            case AF_UNIX:
                let start = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
                let end = max(start, min(Int(length), MemoryLayout<sockaddr_un>.size))
                let bytes = unsafe raw[start..<end]
                let isAbstract = unsafe bytes.first == 0 && bytes.count > 1
                let path = unsafe isAbstract ? Array(bytes) : Array(bytes.prefix { $0 != 0 })
                return .unix(path: String(rawBytes: Array(path)))
            default:
                return nil
            }
        }
    }
}
