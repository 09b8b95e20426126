/// How far a non-blocking read or write came.
package enum Transfer: Equatable, Sendable {
    /// That many bytes, more than none unless none were asked for or an empty datagram came.
    case bytes(Int)
    /// The peer has closed its half: no more bytes will arrive.
    case end
    /// Nothing moves now; wait for readiness.
    case wouldBlock
}
