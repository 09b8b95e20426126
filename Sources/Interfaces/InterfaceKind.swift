/// The kind of an interface: `physical`, `loopback`, or the kernel's name of the virtual kind (`veth`, `bridge`, `vlan`, `wireguard`…).
package struct InterfaceKind: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let physical = InterfaceKind(rawValue: "physical")
    package static let loopback = InterfaceKind(rawValue: "loopback")
    package static let tun = InterfaceKind(rawValue: "tun")
    package static let tap = InterfaceKind(rawValue: "tap")
    package static let other = InterfaceKind(rawValue: "other")

    /// Virtual interfaces report their kind (`IFLA_INFO_KIND`); the hardware type distinguishes the others.
    ///
    /// The kernel reports both tun and tap as `tun`; only tap has Ethernet's hardware type.
    init(named name: String?, hardwareType: UInt16) {
        switch (name, hardwareType) {
        case ("tun", HardwareType.ethernet): self = .tap
        case (let name?, _): self.init(rawValue: name)
        case (nil, HardwareType.loopback): self = .loopback
        case (nil, HardwareType.ethernet): self = .physical
        case (nil, HardwareType.infiniband): self.init(rawValue: "infiniband")
        case (nil, HardwareType.ppp): self.init(rawValue: "ppp")
        case (nil, HardwareType.can): self.init(rawValue: "can")
        case (nil, _): self = .other
        }
    }
}

/// `ARPHRD_*` of linux/if_arp.h.
enum HardwareType {
    static let ethernet: UInt16 = 1
    static let infiniband: UInt16 = 32
    static let can: UInt16 = 280
    static let ppp: UInt16 = 512
    static let loopback: UInt16 = 772
    static let none: UInt16 = 0xFFFE
}
