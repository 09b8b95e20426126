package import Addresses
package import Console

extension TextBuffer {
    /// `127.0.0.1`, `::1`.
    @inline(__always)
    package mutating func append(_ address: IPAddress) {
        address.forEachPiece { append(packed: $0, count: $1) }
    }

    /// `127.0.0.1:80`, `[::1]:80`.
    package mutating func append(_ endpoint: Endpoint) {
        append(endpoint: endpoint.address, endpoint.port)
    }

    package mutating func append(endpoint address: IPAddress, _ port: UInt16) {
        append(addressOfEndpoint: address)
        append(UInt64(port))
    }

    /// `127.0.0.1:`, `[::1]:`.
    @inline(__always)
    mutating func append(addressOfEndpoint address: IPAddress) {
        if address.family == .v6 {
            append("[")
            append(address)
            append("]:")
        } else {
            append(address)
            append(":")
        }
    }
}
