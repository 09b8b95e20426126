internal import RawText

/// The name of an interface as the kernel compares it: bytes, which need not be UTF-8.
///
/// Swift's strings are equal where they are canonically equivalent; the kernel distinguishes `é` composed and `é` decomposed.
package struct InterfaceName: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// The name with the bytes that the text was made of.
    package init(_ text: String) { bytes = text.rawBytes }

    /// Whether the bytes are UTF-8, so that `description` alone identifies the name.
    package var isText: Bool { !description.containsRawBytes }
}

extension InterfaceName: CustomStringConvertible {
    /// The name as text that keeps bytes outside UTF-8 (RawText).
    package var description: String { String(rawBytes: bytes) }
}

extension InterfaceName: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(text) }
}
