package import Console
package import Packets

/// Counts of a capture, reported on standard error at its end.
package struct CaptureSummary: Sendable {
    /// The counts of libpcap for a live capture.
    package struct KernelCounts: Sendable {
        package var received: UInt64
        package var dropped: UInt64
        package var droppedByInterface: UInt64

        package init(received: UInt64, dropped: UInt64, droppedByInterface: UInt64) {
            self.received = received
            self.dropped = dropped
            self.droppedByInterface = droppedByInterface
        }
    }

    package var frames: UInt64 = 0
    package var tally = DecodeTally()
    /// Link types of frames that were not decoded.
    package var undecodedLinkTypes: Set<LinkType> = []
    /// Frames that were not decoded, by their EtherType.
    package var undecodedEtherTypes: [UInt16: UInt64] = [:]
    /// Connections that were reported.
    package var connections: UInt64 = 0
    package var evictions: UInt64 = 0
    /// Segments captured twice, which count once.
    package var copies: UInt64 = 0
    package var wrongChecksums: UInt64 = 0
    package var kernel: KernelCounts?
    /// Packets of other programs than the command that was captured.
    package var others: UInt64 = 0

    package init() {}

    /// A hint is given if at least this many segments, and more than half of all, have wrong checksums.
    private static let hintThreshold: UInt64 = 3

    package func write(into text: inout TextBuffer, _ palette: Palette) {
        text.append(frames)
        text.append(frames == 1 ? " packet captured, " : " packets captured, ")
        text.append(tally[.segment])
        text.append(" of them TCP")
        if let kernel {
            text.append(", ")
            text.append(kernel.received)
            text.append(" received, ")
            text.append(kernel.dropped)
            text.append(" dropped by the kernel")
            if kernel.droppedByInterface > 0 {
                text.append(", ")
                text.append(kernel.droppedByInterface)
                text.append(" by the interface")
            }
        }
        text.append("\n")
        for (outcome, words) in Self.noteworthy where tally[outcome] > 0 {
            let isOneFragment = outcome == .fragmentDropped && tally[outcome] == 1
            append(tally[outcome], isOneFragment ? "fragment that could not be reassembled" : words, to: &text)
        }
        appendUndecoded(to: &text)
        appendUndecodedEtherTypes(to: &text)
        for (flaw, words) in Self.flaws where tally[flaw] > 0 { append(tally[flaw], words, to: &text) }
        if wrongChecksums > 0 {
            append(wrongChecksums, "with a wrong TCP checksum, part of no connection (--ignore-checksums accepts them)", to: &text)
        }
        if others > 0 { append(others, "of other programs, left out (--all keeps them)", to: &text) }
        if copies > 0 { append(copies, "captured twice (bridge, router or mirror port), counted once", to: &text) }
        if evictions > 0 {
            text.append("  ")
            text.append(evictions)
            text.append(" connections evicted because the table was full: raise --max-connections\n")
        }
        hint(&text, palette)
    }

    /// A file may claim any number of them.
    private static let mostTypes = 8

    private func appendUndecoded(to text: inout TextBuffer) {
        let count = tally[DecodeOutcome.unknownLinkType]
        guard count > 0 else { return }
        text.append("  ")
        text.append(count)
        text.append(undecodedLinkTypes.count == 1 ? " of link type" : " of link types")
        for (index, type) in undecodedLinkTypes.sorted(by: { $0.rawValue < $1.rawValue }).prefix(Self.mostTypes).enumerated() {
            text.append(index == 0 ? " " : ", ")
            text.append(UInt64(type.rawValue))
        }
        if undecodedLinkTypes.count > Self.mostTypes { text.append(", ...") }
        text.append(", which sonde does not decode (see tcpdump.org/linktypes.html)\n")
    }

    private func appendUndecodedEtherTypes(to text: inout TextBuffer) {
        guard !undecodedEtherTypes.isEmpty else { return }
        text.append("  ")
        text.append(undecodedEtherTypes.values.reduce(0, +))
        text.append(undecodedEtherTypes.count == 1 ? " of EtherType" : " of EtherTypes")
        for (index, type) in undecodedEtherTypes.keys.sorted().prefix(Self.mostTypes).enumerated() {
            text.append(index == 0 ? " 0x" : ", 0x")
            text.append(hex: UInt64(type), digits: 4)
        }
        if undecodedEtherTypes.count > Self.mostTypes { text.append(", ...") }
        text.append(", which sonde does not decode\n")
    }

    private func append(_ count: UInt64, _ words: StaticString, to text: inout TextBuffer) {
        text.append("  ")
        text.append(count)
        text.append(" ")
        text.append(words)
        text.append("\n")
    }

    private func hint(_ text: inout TextBuffer, _ palette: Palette) {
        let undecoded = tally[DecodeOutcome.badIPChecksum] + tally[DecodeOutcome.badUDPChecksum] + tally[DecodeOutcome.zeroLength]
        let wrong = wrongChecksums + undecoded
        guard wrong >= Self.hintThreshold, wrong * 2 > tally[.segment] + undecoded else { return }
        text.append("  → ", .faint, palette)
        text.append(
            "most checksums are wrong: with checksum offload the NIC fills them in after the capture; --ignore-checksums accepts them\n"
        )
    }

    static let noteworthy: [(DecodeOutcome, StaticString)] = [
        (.cut, "truncated by the snapshot length"),
        (.malformed, "malformed"),
        (.badIPChecksum, "with a wrong IP checksum"),
        (.badUDPChecksum, "in tunnels with a wrong UDP checksum, which --ignore-checksums accepts"),
        (.zeroLength, "with an IP length of 0 (segmentation offload), which --ignore-checksums accepts"),
        (.encrypted, "encrypted"),
        (.tooDeep, "nested too deeply"),
        (.fragmentDropped, "fragments that could not be reassembled"),
    ]

    static let flaws: [(FrameFlaws, StaticString)] = [
        (.ipChecksum, "with a wrong IPv4 checksum, accepted (checksum offload, or addresses changed in the file)"),
        (.udpChecksum, "in tunnels with a wrong UDP checksum, accepted"),
        (.shorterThanPacket, "shorter than the IP packet in it, taken as truncated"),
    ]
}
