/// A link-layer address of six bytes (IEEE 802 EUI-48), or of the link type's length, up to 32 bytes.
package struct MACAddress: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }
}

extension MACAddress: CustomStringConvertible {
    /// Lower-case hexadecimal pairs with colons between them.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            if !text.isEmpty { text.append(UInt8(ascii: ":")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0xF)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
