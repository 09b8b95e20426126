import Glibc
import Synchronization

/// Ports of this machine that nobody uses at the moment, each given once in a run of the tests.
///
/// They lie below the ports that the kernel picks by itself, so neither a connection nor a listener on port 0 of another test takes one
/// before this test does, and a probe of one never connects to itself.
enum FreePort {
    static func tcp() -> UInt16 { next(Int32(SOCK_STREAM.rawValue)) }
    static func udp() -> UInt16 { next(Int32(SOCK_DGRAM.rawValue)) }

    private static let range = 15_000..<32_000
    /// Another run of the tests begins elsewhere.
    private static let counter = Atomic(Int(getpid()) * 131)

    private static func next(_ kind: Int32) -> UInt16 {
        for _ in range {
            let port = UInt16(range.lowerBound + counter.add(1, ordering: .relaxed).newValue % range.count)
            if isFree(port, kind) { return port }
        }
        preconditionFailure("no free port in \(range)")
    }

    private static func isFree(_ port: UInt16, _ kind: Int32) -> Bool {
        let descriptor = socket(AF_INET, kind, 0)
        precondition(descriptor >= 0, "no socket: errno \(errno)")
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
