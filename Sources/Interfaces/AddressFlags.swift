/// What the kernel knows of an address besides its value: `IFA_F_*` of linux/if_addr.h.
package struct AddressFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// IPv6: made for privacy and given up after a while (RFC 8981). IPv4: another address of the same network came first.
    package static let temporary = AddressFlags(rawValue: 0x01)
    /// Another machine answered when it was checked for duplicates: it can't be used.
    package static let duplicate = AddressFlags(rawValue: 0x08)
    /// Its preferred lifetime is over: new connections don't start from it.
    package static let deprecated = AddressFlags(rawValue: 0x20)
    /// The check for duplicates is under way: it can't be used yet.
    package static let tentative = AddressFlags(rawValue: 0x40)

    /// Words for those that matter to whoever wants to use the address.
    package func names(_ isV4: Bool) -> [String] {
        let words: [(AddressFlags, String)] = [
            (.temporary, isV4 ? "secondary" : "temporary"), (.duplicate, "duplicate"), (.deprecated, "deprecated"),
            (.tentative, "tentative"),
        ]
        return words.compactMap { contains($0.0) ? $0.1 : nil }
    }
}
