import SondeSystem

/// How many sockets the system lets this process have at once.
package enum DescriptorBudget {
    /// Descriptors kept for the loops, the resolver's sockets and files.
    private static let reserve = 24

    /// Names that are looked up at once where descriptors abound, and the descriptors that each lookup takes. Most of the time they wait
    /// for a name server.
    private static let resolverLimit = 64
    private static let descriptorsPerLookup = 3
    /// The share of the descriptors that lookups take at most.
    private static let lookupShare = 16
    /// With fewer descriptors than this one loop is enough.
    private static let scarcity = 128

    private static var limit: Int { min(OpenFileLimit.raise(), 1 << 20) }

    /// How many of the descriptors that this process may have are for sockets, once the limit was raised.
    package static var ofSockets: Int {
        max(1, isScarce ? (limit - 11) / 2 : limit - reserve - resolvers * descriptorsPerLookup)
    }

    /// How many names are looked up at once.
    static var resolvers: Int {
        isScarce
            ? max(1, (limit - 11) / 2 / descriptorsPerLookup)
            : min(resolverLimit, max(1, limit / lookupShare / descriptorsPerLookup))
    }

    static var isScarce: Bool { limit < scarcity }

    /// How many ephemeral ports connect(2) chooses from (net.ipv4.ip_local_port_range, which IPv6 shares).
    package static var ephemeralPorts: ClosedRange<UInt16> {
        let fallback: ClosedRange<UInt16> = 32768...60999
        guard let text = try? FileSystem.read("/proc/sys/net/ipv4/ip_local_port_range", limit: 128) else { return fallback }
        let numbers = text.split { $0 == 0x09 || $0 == 0x0A || $0 == 0x20 }.compactMap {
            UInt16(String(decoding: $0, as: UTF8.self))
        }
        guard numbers.count == 2, numbers[0] <= numbers[1] else { return fallback }
        return numbers[0]...numbers[1]
    }
}
