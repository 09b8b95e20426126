package import Packets

/// What a SYN or a SYN-ACK carries: the sender's side of what the handshake negotiates.
package struct SYNOffer: Hashable, Sendable {
    /// RFC 9293 section 3.7.1, bytes; `nil` without the option.
    package var maximumSegmentSize: UInt16?
    /// RFC 7323 section 2.2, the shift count; `nil` without the option.
    package var windowScale: UInt8?
    /// RFC 2018 section 2.
    package var isSACKPermitted = false
    /// RFC 7323 section 3.2.
    package var hasTimestamps = false
    /// RFC 3168 section 6.1.1: a SYN asks for ECN with ECE and CWR, a SYN-ACK agrees with ECE alone.
    package var hasECN = false
    package var hopLimit: UInt8 = 64
    /// Unscaled, as it always is here.
    package var window: UInt16 = 0

    package init() {}

    /// - Parameter segment: a SYN or a SYN-ACK.
    package init(_ segment: Segment) {
        let present = segment.options.present
        maximumSegmentSize = present.contains(.maximumSegmentSize) ? segment.options.maximumSegmentSize : nil
        windowScale = present.contains(.windowScale) ? segment.options.windowScale : nil
        isSACKPermitted = present.contains(.sackPermitted)
        hasTimestamps = present.contains(.timestamps)
        let bits = segment.flags.intersection([.ece, .cwr])
        hasECN = segment.flags.contains(.ack) ? bits == .ece : bits == [.ece, .cwr]
        hopLimit = segment.hopLimit
        window = segment.window
    }

    /// RFC 9293 section 3.7.1: without the option the sender accepts this much.
    func acceptedSegment(isV4: Bool) -> Int { maximumSegmentSize.map { Int($0) } ?? (isV4 ? 536 : 1220) }
}
