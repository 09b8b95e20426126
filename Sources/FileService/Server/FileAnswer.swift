package import SondeSystem

/// One request and what became of it.
package struct FileAnswer: Sendable {
    package let peer: SocketAddress
    /// The request's line as it came, without its end; hostile.
    package let request: [UInt8]
    /// How many bytes were to follow the status line; `nil` where the request was refused.
    package let size: UInt64?
    package let refusal: FileRefusal?
    package let sent: UInt64
    package let duration: Nanoseconds

    /// Whether the client has all that it was promised, as far as this side knows.
    package var isWhole: Bool { size == sent }
}
