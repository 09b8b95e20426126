import CNetwork
import Glibc
import SondeSystem

/// How many sockets the system lets this process have at once.
package enum DescriptorBudget {
    /// Descriptors kept for the loops, the resolver's sockets and files.
    private static let reserve = 24

    /// Raises the soft limit of open files to the hard one (setrlimit(2), RLIMIT_NOFILE) and returns how many of them are for
    /// sockets.
    package static func raiseToHardLimit() -> Int {
        var limit = rlimit()
        // Safe: both calls work on the structure that they are lent.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = raised.rlim_max
            if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        let count = limit.rlim_cur > 1 << 20 ? 1 << 20 : Int(limit.rlim_cur)
        return max(4, count - reserve)
    }

    /// How many ephemeral ports connect(2) chooses from (net.ipv4.ip_local_port_range, which IPv6 shares).
    package static var ephemeralPorts: ClosedRange<UInt16> {
        let fallback: ClosedRange<UInt16> = 32768...60999
        guard let text = try? readSmallFile("/proc/sys/net/ipv4/ip_local_port_range") else { return fallback }
        let numbers = text.split { $0 == 0x09 || $0 == 0x0A || $0 == 0x20 }.compactMap {
            UInt16(String(decoding: $0, as: UTF8.self))
        }
        guard numbers.count == 2, numbers[0] <= numbers[1] else { return fallback }
        return numbers[0]...numbers[1]
    }

    private static func readSmallFile(_ path: String) throws -> [UInt8] {
        let file = Descriptor(owning: try systemCall { unsafe open(path, O_RDONLY | O_CLOEXEC) })
        var buffer = [UInt8](repeating: 0, count: 128)
        // Safe: the buffer lives through the call.
        let transfer = try unsafe buffer.withUnsafeMutableBytes { try unsafe file.borrowed.read(into: $0) }
        guard case .bytes(let count) = transfer else { return [] }
        return Array(buffer.prefix(count))
    }
}
