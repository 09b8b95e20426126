/// Errors of a frame that do not prevent its decoding.
package struct FrameFlaws: OptionSet, Sendable, BitwiseCopyable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// An IPv4 header has a wrong checksum: the NIC fills it in after the capture, or the addresses were changed in the file.
    package static let ipChecksum = FrameFlaws(rawValue: 1 << 0)
    /// A UDP datagram that carries a tunnel has a wrong checksum.
    package static let udpChecksum = FrameFlaws(rawValue: 1 << 1)
    /// The frame ends before the IP packet does, by the length in its header.
    package static let shorterThanPacket = FrameFlaws(rawValue: 1 << 2)

    package static let all: [FrameFlaws] = [.ipChecksum, .udpChecksum, .shorterThanPacket]
}
