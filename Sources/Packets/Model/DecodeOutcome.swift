/// What came of a frame: a segment, or why it holds none.
@usableFromInline
package enum DecodeOutcome: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// A TCP segment; `Decoder.segment` holds it.
    case segment
    /// Neither IPv4 nor IPv6: ARP, spanning tree, a control frame of Wi-Fi.
    case notIP
    /// IP that carries something else than TCP. TCP which an ICMP error quotes counts here.
    case notTCP
    /// A fragment of a datagram that is not whole yet.
    case fragmentHeld
    /// A fragment that could not be kept: its pieces contradict each other, or the capture cut it.
    case fragmentDropped
    /// The capture ends inside a header (a small snapshot length).
    case cut
    /// A header contradicts itself or the one around it.
    case malformed
    /// The IPv4 header's checksum is wrong.
    case badIPChecksum
    /// The checksum of a UDP datagram that carries a tunnel is wrong.
    case badUDPChecksum
    /// The IPv4 header gives a length of 0, as segmentation offload leaves it, and checksums are verified.
    case zeroLength
    /// ESP, or Wi-Fi with its payload protected: nothing to see inside.
    case encrypted
    /// More headers nested than a decoder follows.
    case tooDeep
    /// A link type that sonde does not decode.
    case unknownLinkType

    // The operator synthesized for an enum with raw values is generic; other modules would call it for each frame.
    @inlinable
    package static func == (left: DecodeOutcome, right: DecodeOutcome) -> Bool { left.rawValue == right.rawValue }
}
