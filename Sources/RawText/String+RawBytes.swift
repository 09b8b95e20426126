/// Strings for bytes that need not be UTF-8: arguments, file names, interface names.
///
/// Swift's strings hold Unicode only. A byte outside well-formed UTF-8 becomes one of the 128 private-use scalars from U+10FE80
/// to U+10FEFF, and so does each byte of such a scalar that the input itself contains. The mapping is therefore one to one:
/// `String(rawBytes: bytes).rawBytes == bytes` for all bytes. What prints text shows these scalars as `\xff` (see Console).
extension String {
    package init(rawBytes bytes: [UInt8]) {
        if let text = String(validating: bytes, as: UTF8.self), !text.containsRawBytes {
            self = text
            return
        }
        self.init()
        var rest = bytes[...]
        while let lead = rest.first {
            let length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
            if let scalar = String(validating: rest.prefix(length), as: UTF8.self), !scalar.containsRawBytes {
                append(scalar)
                rest.removeFirst(length)
            } else {
                rest.removeFirst()
                unicodeScalars.append(rawByteScalar(lead))
            }
        }
    }

    /// The bytes that the string was made of; its UTF-8 if it was not made of bytes.
    package var rawBytes: [UInt8] {
        guard containsRawBytes else { return Array(utf8) }
        return unicodeScalars.flatMap { scalar in rawByte(ofScalar: scalar.value).map { [$0] } ?? Array(String(scalar).utf8) }
    }

    /// Whether some bytes were not UTF-8.
    package var containsRawBytes: Bool {
        // Each of the 128 scalars begins with one of these two sequences, and no other scalar does.
        var window: UInt32 = 0
        for byte in utf8 {
            window = window << 8 & 0xFF_FFFF | UInt32(byte)
            if window == 0xF4_8FBA || window == 0xF4_8FBB { return true }
        }
        return false
    }
}

/// The byte that a scalar of a string made of bytes stands for; `nil` if it stands for itself.
@inlinable
package func rawByte(ofScalar value: UInt32) -> UInt8? {
    (0x10FE80...0x10FEFF).contains(value) ? UInt8(value & 0xFF) : nil
}

private func rawByteScalar(_ byte: UInt8) -> Unicode.Scalar {
    // Only bytes from 0x80 up are ever outside UTF-8.
    Unicode.Scalar(0x10FE00 + UInt32(byte)) ?? "\u{FFFD}"
}
