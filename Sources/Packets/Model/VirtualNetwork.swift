/// The virtual network that a frame belongs to, by a number of a decoder's own: its VLANs (IEEE 802.1Q), the service of a backbone bridge
/// (IEEE 802.1ah), or the VNI or GRE key of the innermost tunnel that has one.
///
/// Two networks may use the same addresses and ports.
@usableFromInline
package struct VirtualNetwork: Equatable, Sendable, BitwiseCopyable {
    /// At most 13 bits: a VLAN alone is its number, other networks begin at 4096. 0 outside of any.
    package let number: UInt16

    package static let none = VirtualNetwork(number: 0)

    package init(number: UInt16) { self.number = number }
}

/// The numbers of networks that are not a VLAN alone, in the order in which they are seen.
///
/// Beyond the 4096 that have a number of their own, several share one.
struct NetworkNumbers {
    /// A network within another one, or a tunnel, whatever network its outer packets are in.
    private struct Key: Hashable {
        let outer: UInt16
        let isTunnel: Bool
        let identifier: UInt32
    }

    private var numbers: [Key: UInt16] = [:]
    /// The network that was looked up last.
    private var last: (key: Key, number: UInt16)?

    private static let first: UInt16 = 4096
    private static let most = 4096

    /// - Parameter outer: `nil` for a tunnel.
    mutating func number(of identifier: UInt32, in outer: VirtualNetwork?) -> VirtualNetwork {
        let key = Key(outer: outer?.number ?? 0, isTunnel: outer == nil, identifier: identifier)
        if let last, last.key == key { return VirtualNetwork(number: last.number) }
        let number = numbers[key] ?? add(key)
        last = (key, number)
        return VirtualNetwork(number: number)
    }

    private mutating func add(_ key: Key) -> UInt16 {
        guard numbers.count < Self.most else {
            let mixed = (key.identifier ^ UInt32(key.outer) &* 0x2B5) &* 0x9E37_79B1
            return Self.first + UInt16(mixed >> 20)
        }
        let number = Self.first + UInt16(numbers.count)
        numbers[key] = number
        return number
    }
}

extension Decoder {
    /// Enters a network within the one that the frame is in so far. Identifier 0 is none.
    mutating func enterNetwork(_ identifier: UInt32) {
        guard identifier != 0 else { return }
        segment.network = networks.number(of: identifier, in: segment.network)
    }

    /// Enters a VLAN: 1 to 4095, or 0 for none.
    mutating func enterVLAN(_ identifier: UInt16) {
        segment.vlan = identifier
        if segment.network.number == 0 {
            segment.network = VirtualNetwork(number: identifier)
        } else {
            enterNetwork(UInt32(identifier))
        }
    }

    /// Enters the network of a tunnel, whose packets belong to it, whatever network the packets around them are in.
    mutating func enterTunnel(_ identifier: UInt32) {
        segment.network = identifier == 0 ? .none : networks.number(of: identifier, in: nil)
        segment.vlan = 0
    }
}
