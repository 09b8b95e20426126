/// The flags of an interface (netdevice(7), linux/if.h).
package struct InterfaceFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Administratively up; says nothing about the carrier.
    package static let up = InterfaceFlags(rawValue: 1)
    package static let loopback = InterfaceFlags(rawValue: 1 << 3)
    package static let pointToPoint = InterfaceFlags(rawValue: 1 << 4)

    /// The kernel's names without `IFF_`, in bit order. Unnamed bits are omitted.
    package var names: [String] {
        InterfaceFlags.named.compactMap { bit, name in rawValue & (1 << bit) != 0 ? name : nil }
    }

    private static let named: [(bit: UInt32, name: String)] = [
        (0, "UP"), (1, "BROADCAST"), (2, "DEBUG"), (3, "LOOPBACK"), (4, "POINTOPOINT"), (5, "NOTRAILERS"), (6, "RUNNING"),
        (7, "NOARP"),
        (8, "PROMISC"), (9, "ALLMULTI"), (10, "MASTER"), (11, "SLAVE"), (12, "MULTICAST"), (13, "PORTSEL"), (14, "AUTOMEDIA"),
        (15, "DYNAMIC"), (16, "LOWER_UP"), (17, "DORMANT"), (18, "ECHO"),
    ]
}
