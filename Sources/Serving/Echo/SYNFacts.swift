internal import Addresses
internal import Packets
internal import SondeSystem
internal import SystemPackage
import Time

/// What a client's SYN said of its machine (TCP_SAVED_SYN).
package struct SYNFacts: Hashable, Sendable {
    /// The maximum segment size offered, bytes.
    package let maximumSegmentSize: UInt16?
    /// The window scale's shift; `nil` where it was not offered, and so for the options below.
    package let windowScale: UInt8?
    package let permitsSACK: Bool
    package let hasTimestamps: Bool
    /// Time to live or hop limit as it arrived.
    package let hopLimit: UInt8
    package let window: UInt16

    /// Reads the IP and TCP headers as getsockopt gave them; `nil` where they hold no SYN.
    init?(headers: [UInt8]) {
        // The kernel may keep a SYN whose checksum the network card was to fill in.
        var decoder = Decoder(ignoringChecksums: true)
        let time = Timestamp(nanoseconds: 0)
        let outcome = decoder.decode(headers.span, linkType: .raw, wireLength: headers.count, time: time)
        guard outcome == .segment, decoder.segment.flags.contains(.syn) else { return nil }
        let options = decoder.segment.options
        maximumSegmentSize = options.present.contains(.maximumSegmentSize) ? options.maximumSegmentSize : nil
        windowScale = options.present.contains(.windowScale) ? options.windowScale : nil
        permitsSACK = options.present.contains(.sackPermitted)
        hasTimestamps = options.present.contains(.timestamps)
        hopLimit = decoder.segment.hopLimit
        window = decoder.segment.window
    }
}

extension BorrowedDescriptor {
    /// What the SYN of an accepted connection said; `nil` where the kernel did not keep it.
    func synFacts() -> SYNFacts? {
        guard let headers = try? savedSYN(), !headers.isEmpty else { return nil }
        return SYNFacts(headers: headers)
    }
}
