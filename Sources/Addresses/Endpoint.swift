/// An IP address and a TCP or UDP port, the port in host order.
// Without the attribute a package type's `@inlinable` members are called, not inlined, from other modules (Swift 6.3).
@usableFromInline
package struct Endpoint: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline package let address: IPAddress
    @usableFromInline package let port: UInt16

    @inlinable
    package init(_ address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }
}

extension Endpoint: Comparable {
    @inlinable
    package static func < (left: Endpoint, right: Endpoint) -> Bool {
        (left.address, left.port) < (right.address, right.port)
    }
}

extension Endpoint: CustomStringConvertible {
    /// `192.0.2.1:80`, `[2001:db8::1]:80` (RFC 5952 section 6).
    @usableFromInline package var description: String {
        address.family == .v6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}
