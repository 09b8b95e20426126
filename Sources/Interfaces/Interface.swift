package import Addresses

/// One network interface as the system sees it at one moment.
package struct Interface: Hashable, Sendable {
    /// The kernel's number for it (`if_nametoindex`).
    package let index: UInt32
    package let name: String
    package let kind: InterfaceKind
    package let state: OperationalState
    package let flags: InterfaceFlags
    /// Bytes of the largest packet, without the link-layer header; `nil` where the system did not tell.
    package let mtu: UInt32?
    /// `nil` where the link type has no address of its own, as tun.
    package let mac: MACAddress?
    package var addresses: [InterfaceAddress]
    package let statistics: InterfaceStatistics?
}

/// An address that an interface has.
package struct InterfaceAddress: Hashable, Sendable {
    package let address: IPAddress
    /// Bits of the network part; where there is a peer it is the peer's network that is meant.
    package let prefixLength: Int
    package let broadcast: IPAddress?
    /// The other end of a point-to-point address.
    package let peer: IPAddress?
    package let scope: AddressScope
    /// The alias name of an IPv4 address (`eth0:1`); `nil` where it is the interface's own name.
    package let label: String?
    /// Empty where the system did not tell.
    package let flags: AddressFlags

    /// What whoever wants to use the address should know: `tentative`, `duplicate`, `deprecated`, `temporary`, `secondary`.
    package var flagNames: [String] { flags.names(address.family == .v4) }

    package var netmask: IPAddress? { IPPrefix(address, length: prefixLength)?.netmask }
}

/// How far an address is valid (`rtm_scope`, rtnetlink(7); RFC 4007 for IPv6).
package struct AddressScope: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let global = AddressScope(rawValue: 0)
    package static let site = AddressScope(rawValue: 200)
    package static let link = AddressScope(rawValue: 253)
    package static let host = AddressScope(rawValue: 254)

    /// The scope that the kernel gives an IPv6 address by its form, and an IPv4 address unless somebody set another.
    init(of address: IPAddress) {
        let isSiteLocal = address.family == .v6 && address.high >> 54 == 0xFEC0 >> 6
        self = address.isLoopback ? .host : address.isLinkLocal ? .link : isSiteLocal ? .site : .global
    }
}

extension AddressScope: CustomStringConvertible {
    /// The word of /etc/iproute2/rt_scopes, or the number.
    package var description: String {
        switch rawValue {
        case 0: "global"
        case 200: "site"
        case 253: "link"
        case 254: "host"
        case 255: "nowhere"
        default: String(rawValue)
        }
    }
}

/// Whether the interface can carry traffic (`ifi_operstate`, RFC 2863 section 3.1.14).
package enum OperationalState: UInt8, Hashable, Sendable {
    /// The driver does not tell, as that of loopback.
    case unknown = 0
    /// The hardware is gone.
    case notPresent = 1
    case down = 2
    /// Something that this interface stands on is down.
    case lowerLayerDown = 3
    case testing = 4
    /// Up, and waiting for an event from outside, such as 802.1X.
    case dormant = 5
    case up = 6

    /// Where the driver does not tell (loopback, tun, wireguard never do), whether the interface is switched on has to do.
    init(_ told: OperationalState, flags: InterfaceFlags) {
        self = told != .unknown ? told : flags.contains(.up) ? .up : .down
    }
}

extension OperationalState: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown: "unknown"
        case .notPresent: "notpresent"
        case .down: "down"
        case .lowerLayerDown: "lowerlayerdown"
        case .testing: "testing"
        case .dormant: "dormant"
        case .up: "up"
        }
    }
}

/// What an interface has carried since it was made: `struct rtnl_link_stats64` (linux/if_link.h), 64 bits wide.
package struct InterfaceStatistics: Hashable, Sendable, BitwiseCopyable {
    package struct Direction: Hashable, Sendable, BitwiseCopyable {
        package let bytes: UInt64
        package let packets: UInt64
        package let errors: UInt64
        package let dropped: UInt64
    }

    package let received: Direction
    package let transmitted: Direction
}
