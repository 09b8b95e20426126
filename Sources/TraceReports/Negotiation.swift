import Addresses
import Console

/// What both sides agreed on, and in whose hands the size of a segment is.
package struct Negotiation: Hashable, Sendable {
    package let windowScaling: Agreement
    package let sack: Agreement
    package let timestamps: Agreement
    package let ecn: Agreement
    /// The shifts of the windows of this side and of the other; `nil` where windows are not scaled.
    package let ownScale: UInt8?
    package let otherScale: UInt8?
    /// Bytes of data in a full segment that this side sends.
    package let segmentSize: Int
    package let limit: SegmentLimit

    package enum Agreement: Hashable, Sendable, CaseIterable {
        case agreed
        /// The SYN has the option, the SYN-ACK lacks it.
        case unanswered
        case notOffered
        /// The SYN-ACK has an option that the SYN lacks.
        case unasked
    }

    package enum SegmentLimit: Hashable, Sendable {
        case bothEnds(Int)
        /// This machine's own MSS, from its interface or route.
        case ownMSS(Int)
        case otherMSS(Int)
        case pathMTU(Int)
        /// Half of the other side's window, bytes: Linux sends no larger segments (net/ipv4/tcp_output.c, tcp_bound_to_half_wnd).
        case halfWindow(Int)
        /// Less than every known limit.
        case kernel
    }

    /// Bytes of the timestamps option with its padding (RFC 7323 appendix A), and of the IP and TCP headers.
    private static let timestampsSize = 12
    private static func headers(isV4: Bool) -> Int { isV4 ? 40 : 60 }

    /// - Parameters:
    ///   - segmentSize: what the kernel uses; `nil`: what follows from the options.
    ///   - pathMTU: the largest packet that the kernel knows to pass.
    package init(_ syn: SYNOffer, _ synAck: SYNOffer, isV4: Bool, segmentSize: Int? = nil, pathMTU: Int? = nil) {
        windowScaling = Self.agreement(syn.windowScale != nil, synAck.windowScale != nil)
        sack = Self.agreement(syn.isSACKPermitted, synAck.isSACKPermitted)
        timestamps = Self.agreement(syn.hasTimestamps, synAck.hasTimestamps)
        ecn = Self.agreement(syn.hasECN, synAck.hasECN)
        ownScale = windowScaling == .agreed ? syn.windowScale : nil
        otherScale = windowScaling == .agreed ? synAck.windowScale : nil
        let overhead = timestamps == .agreed ? Self.timestampsSize : 0
        let (own, other) = (syn.acceptedSegment(isV4: isV4), synAck.acceptedSegment(isV4: isV4))
        let path = pathMTU.map { $0 - Self.headers(isV4: isV4) }
        let least = min(own, other, path ?? .max)
        self.segmentSize = segmentSize ?? max(0, least - overhead)
        let used = self.segmentSize + overhead
        if self.segmentSize == Int(synAck.window) / 2, used < least {
            limit = .halfWindow(Int(synAck.window))
        } else if used < least {
            limit = .kernel
        } else if let path, let pathMTU, path < min(own, other) {
            limit = .pathMTU(pathMTU)
        } else if own == other {
            limit = .bothEnds(own)
        } else {
            limit = other < own ? .otherMSS(other) : .ownMSS(own)
        }
    }

    private static func agreement(_ isOffered: Bool, _ isAnswered: Bool) -> Agreement {
        switch (isOffered, isAnswered) {
        case (true, true): .agreed
        case (true, false): .unanswered
        case (false, true): .unasked
        case (false, false): .notOffered
        }
    }
}

/// The sentences.
extension Negotiation {
    var windowScalingWords: String {
        switch windowScaling {
        case .agreed:
            "both scale: this side's windows count in units of \(Self.unit(ownScale)) bytes, the server's of \(Self.unit(otherScale))"
        case .unanswered: "offered, not answered: windows end at 65,535 bytes; stripped on the way or unsupported"
        case .notOffered: "not offered: windows end at 65,535 bytes"
        case .unasked: "answered without an offer: a device on the way changes options"
        }
    }

    /// RFC 7323 section 2.3: a shift above 14 counts as 14.
    private static func unit(_ scale: UInt8?) -> Int { 1 << Int(min(scale ?? 0, 14)) }

    var sackWords: String {
        switch sack {
        case .agreed: "both permit selective acknowledgements"
        case .unanswered: "offered, not answered: every loss costs more; stripped on the way or unsupported"
        case .notOffered: "not offered (net.ipv4.tcp_sack)"
        case .unasked: "permitted without an offer: a device on the way changes options"
        }
    }

    var timestampsWords: String {
        switch timestamps {
        case .agreed: "both send timestamps: 12 bytes of each segment"
        case .unanswered: "offered, not answered: stripped on the way or unsupported"
        case .notOffered: "not offered (net.ipv4.tcp_timestamps)"
        case .unasked: "sent without an offer: a device on the way changes options"
        }
    }

    var ecnWords: String {
        switch ecn {
        case .agreed: "both: routers may mark packets instead of dropping them"
        case .unanswered: "asked for, not agreed to: cleared on the way or unsupported"
        case .notOffered: "not asked for (net.ipv4.tcp_ecn)"
        case .unasked: "agreed to without being asked: a device on the way sets the bit"
        }
    }

    var segmentSizeWords: String {
        let less = timestamps == .agreed ? ", less 12 for timestamps" : ""
        let reason =
            switch limit {
            case .bothEnds(let size): "the MSS of both ends, \(size)\(less)"
            case .ownMSS(let size): "this machine's MSS, \(size)\(less)"
            case .otherMSS(let size): "the server's MSS, \(size)\(less): its MTU, or lowered on the way"
            case .pathMTU(let size): "the path MTU, \(size)\(less)"
            case .halfWindow(let size): "the server's window, \(size): a segment fills half of it at most"
            case .kernel: "this machine's kernel, below both MSS values"
            }
        return "\(segmentSize) bytes per segment, limited by \(reason)"
    }
}
