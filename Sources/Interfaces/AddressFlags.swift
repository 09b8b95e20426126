/// The kernel's flags of an address: `IFA_F_*` of linux/if_addr.h.
package struct AddressFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// IPv6: a temporary privacy address (RFC 8981). IPv4: not the first address of its network (secondary).
    package static let temporary = AddressFlags(rawValue: 0x01)
    /// IPv6: in use although duplicate address detection is in progress (RFC 4429).
    package static let optimistic = AddressFlags(rawValue: 0x04)
    /// Duplicate address detection failed: another host has the address, so it can't be used.
    package static let duplicate = AddressFlags(rawValue: 0x08)
    /// Its preferred lifetime has expired: new connections don't use it as their source.
    package static let deprecated = AddressFlags(rawValue: 0x20)
    /// Duplicate address detection is in progress: it can't be used yet.
    package static let tentative = AddressFlags(rawValue: 0x40)

    /// The names of the flags that limit the use of the address.
    package func names(_ isV4: Bool) -> [String] {
        let words: [(AddressFlags, String)] = [
            (.temporary, isV4 ? "secondary" : "temporary"), (.duplicate, "duplicate"), (.deprecated, "deprecated"),
            (.tentative, "tentative"),
        ]
        return words.compactMap { contains($0.0) ? $0.1 : nil }
    }
}
