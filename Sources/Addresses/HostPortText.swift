/// A host and perhaps ports in one word, split but not judged: `HOST`, `HOST:PORTS`, `[V6]:PORTS`.
///
/// More than one colon and no bracket is an IPv6 address, which takes ports only in brackets.
package struct HostPortText: Equatable, Sendable {
    package let host: String
    /// The text after the colon, perhaps empty; `nil` without a colon.
    package let ports: String?

    /// `nil` for a bracket that is not closed, that holds no IPv6 address or block, or that is followed by anything but a colon.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.first == UInt8(ascii: "[") else {
            let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
            guard colons == 1, let colon = text.firstIndex(of: ":") else {
                host = String(text)
                ports = nil
                return
            }
            host = String(text[..<colon])
            ports = String(text[text.index(after: colon)...])
            return
        }
        guard let close = text.firstIndex(of: "]") else { return nil }
        let inside = text[text.index(after: text.startIndex)..<close]
        let rest = text[text.index(after: close)...]
        guard inside.utf8.contains(UInt8(ascii: ":")), rest.isEmpty || rest.utf8.first == UInt8(ascii: ":") else { return nil }
        host = String(inside)
        ports = rest.isEmpty ? nil : String(rest.dropFirst())
    }

    /// A port number in decimal digits alone: no sign, no white space.
    package static func port(_ digits: some StringProtocol) -> UInt16? {
        let isDecimal = !digits.isEmpty && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isDecimal ? UInt16(digits) : nil
    }
}
