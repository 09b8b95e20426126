import Glibc

/// Ports of this machine that nobody uses at the moment.
enum FreePort {
    /// A port that was free just now on 127.0.0.1. Another process may take it before the test does: prefer port 0 where the
    /// program can tell.
    static func tcp() -> UInt16 { bound(Int32(SOCK_STREAM.rawValue)) }
    static func udp() -> UInt16 { bound(Int32(SOCK_DGRAM.rawValue)) }

    private static func bound(_ kind: Int32) -> UInt16 {
        let descriptor = socket(AF_INET, kind, 0)
        precondition(descriptor >= 0, "no socket: errno \(errno)")
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 ? getsockname(descriptor, generic, &length) : -1
            }
        }
        precondition(result == 0, "no free port: errno \(errno)")
        return UInt16(bigEndian: address.sin_port)
    }
}
