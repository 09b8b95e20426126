internal import Packets

/// Passes the frames of a file that hold a segment which opens, closes or resets: behind tags and in tunnels too, since it decodes
/// them. Of a segment in fragments it passes the one that completes it.
///
/// `PacketFilter.handshakes` is its like for the kernel, which knows plain frames alone.
package struct HandshakeFilter: ~Copyable {
    private static let control: TCPFlags = [.syn, .fin, .rst]

    // Whether a checksum is right is told of a frame that passed.
    private var decoder = Decoder(ignoringChecksums: true)

    package init() {}

    package mutating func matches(_ header: FrameHeader, _ frame: Span<UInt8>) -> Bool {
        var outcome: DecodeOutcome? = decoder.decode(frame, header)
        while let found = outcome {
            if found == .segment, !decoder.segment.flags.isDisjoint(with: Self.control) { return true }
            outcome = decoder.next(in: frame)
        }
        return false
    }
}
