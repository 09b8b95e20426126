/// The virtual network that a frame belongs to: its VLANs (IEEE 802.1Q), the service of a backbone bridge (IEEE 802.1ah), or the VNI or
/// GRE key of the innermost tunnel that has one.
///
/// Two networks may use the same addresses and ports. They are compared by 12 bits: a VLAN alone is its number, stacked tags and longer
/// identifiers are folded. Networks that fold to the same value are not told apart.
@usableFromInline
package struct VirtualNetwork: Equatable, Sendable, BitwiseCopyable {
    /// 0 outside of any.
    package private(set) var number: UInt16 = 0

    package static let none = VirtualNetwork()

    private static let mask: UInt32 = 0xFFF
    /// Odd, so that it loses no bit of what it multiplies.
    private static let factor: UInt32 = 0x2B5

    package init() {}

    /// The network of a tunnel, whatever network its outer packets are in.
    init(tunnel identifier: UInt32) { enter(identifier) }

    /// Enters a network within this one. Identifier 0 is none.
    package mutating func enter(_ identifier: UInt32) {
        guard identifier != 0 else { return }
        let folded = (identifier ^ identifier >> 12 ^ identifier >> 24) & Self.mask
        let mixed = (UInt32(number) &* Self.factor ^ folded) & Self.mask
        // 0 is what has no network.
        number = UInt16(truncatingIfNeeded: mixed == 0 ? Self.mask : mixed)
    }
}
