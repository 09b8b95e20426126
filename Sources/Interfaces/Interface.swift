package import Addresses

/// A snapshot of one network interface.
package struct Interface: Hashable, Sendable {
    /// The interface index (`if_nametoindex`).
    package let index: UInt32
    package let name: InterfaceName
    /// Further names by which the kernel knows it (`ip link property add … altname`).
    package let alternativeNames: [InterfaceName]
    package let kind: InterfaceKind
    package let state: OperationalState
    package let flags: InterfaceFlags
    /// The largest packet in bytes, without the link-layer header; `nil` if unknown.
    package let mtu: UInt32?
    /// `nil` if the link type has no link-layer address, as for tun.
    package let mac: MACAddress?
    package var addresses: [InterfaceAddress]
    package var statistics: InterfaceStatistics?
}

/// An address of an interface.
package struct InterfaceAddress: Hashable, Sendable {
    package let address: IPAddress
    /// Prefix length in bits; with a peer, of the peer's network.
    package let prefixLength: Int
    package let broadcast: IPAddress?
    /// The other end of a point-to-point address.
    package let peer: IPAddress?
    package let scope: AddressScope
    /// The alias name of an IPv4 address (`eth0:1`); `nil` if it equals the interface's name.
    package let label: InterfaceName?
    /// Empty if unknown.
    package let flags: AddressFlags

    /// The flags that limit the use of the address: `tentative`, `duplicate`, `deprecated`, `temporary`, `secondary`.
    package var flagNames: [String] { flags.names(address.family == .v4) }

    package var netmask: IPAddress? { IPPrefix(address, length: prefixLength)?.netmask }
}

/// The scope of an address (`rtm_scope`, rtnetlink(7); RFC 4007 for IPv6).
package struct AddressScope: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let global = AddressScope(rawValue: 0)
    package static let site = AddressScope(rawValue: 200)
    package static let link = AddressScope(rawValue: 253)
    package static let host = AddressScope(rawValue: 254)
}

extension AddressScope: CustomStringConvertible {
    /// The name in /etc/iproute2/rt_scopes, or the number.
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
package enum OperationalState: UInt8, Hashable, Sendable, CaseIterable {
    /// The driver does not report a state, as for loopback.
    case unknown = 0
    /// The hardware is absent.
    case notPresent = 1
    case down = 2
    /// The lower layer is down.
    case lowerLayerDown = 3
    case testing = 4
    /// Up, but waiting for an external event, such as 802.1X authentication.
    case dormant = 5
    case up = 6

    /// If the driver reports no state (loopback, tun and wireguard never do), IFF_UP decides.
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

/// The counters of an interface since its creation: `struct rtnl_link_stats64` (linux/if_link.h), 64 bits wide.
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
