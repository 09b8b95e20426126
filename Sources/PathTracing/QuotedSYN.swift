import Packets

/// The TCP header of a SYN as an ICMP error quotes it: as the router that sent the error received it.
///
/// The kernel hands over what follows the quoted IP header, so that header's TTL, DSCP and ECN are not known.
package struct QuotedSYN: Hashable, Sendable {
    /// RFC 9293 section 3.7.1, bytes; `nil` without the option.
    package let maximumSegmentSize: UInt16?
    /// RFC 7323 section 2.2, the shift count; `nil` without the option.
    package let windowScale: UInt8?
    /// RFC 2018 section 2.
    package let isSACKPermitted: Bool
    /// RFC 7323 section 3.2.
    package let hasTimestamps: Bool
    /// RFC 3168 section 6.1.1: a SYN with ECE and CWR asks for ECN.
    package let asksForECN: Bool

    package init(
        maximumSegmentSize: UInt16?,
        windowScale: UInt8?,
        isSACKPermitted: Bool,
        hasTimestamps: Bool,
        asksForECN: Bool = false
    ) {
        self.maximumSegmentSize = maximumSegmentSize
        self.windowScale = windowScale
        self.isSACKPermitted = isSACKPermitted
        self.hasTimestamps = hasTimestamps
        self.asksForECN = asksForECN
    }

    private static let fixedHeaderSize = 20

    /// - Parameter bytes: from the TCP header's first byte on, in network byte order.
    /// - Returns: `nil` where the quote ends before the options do: RFC 792 asks for 8 bytes only, RFC 1812 section 4.3.2.3 for more.
    package init?(quote bytes: [UInt8]) {
        guard bytes.count >= Self.fixedHeaderSize else { return nil }
        let headerSize = Int(bytes[12] >> 4) * 4
        guard headerSize >= Self.fixedHeaderSize, headerSize <= bytes.count else { return nil }
        let options = TCPOptions(reading: bytes.span.extracting(Self.fixedHeaderSize..<headerSize))
        let present = options.present
        self.init(
            maximumSegmentSize: present.contains(.maximumSegmentSize) ? options.maximumSegmentSize : nil,
            windowScale: present.contains(.windowScale) ? options.windowScale : nil,
            isSACKPermitted: present.contains(.sackPermitted),
            hasTimestamps: present.contains(.timestamps),
            asksForECN: TCPFlags(rawValue: UInt16(bytes[13])).contains([.ece, .cwr])
        )
    }

    /// The parts of a SYN that routers are known to change.
    package enum Part: String, Hashable, Sendable, CaseIterable {
        case maximumSegmentSize = "mss"
        case windowScale = "wscale"
        case sackPermitted = "sack"
        case timestamps = "timestamps"
        case ecn = "ecn"
    }

    /// What differs from an earlier SYN of the same socket options.
    package func changes(since earlier: QuotedSYN) -> [Part] {
        Part.allCases.filter { part in
            switch part {
            case .maximumSegmentSize: maximumSegmentSize != earlier.maximumSegmentSize
            case .windowScale: windowScale != earlier.windowScale
            case .sackPermitted: isSACKPermitted != earlier.isSACKPermitted
            case .timestamps: hasTimestamps != earlier.hasTimestamps
            case .ecn: asksForECN != earlier.asksForECN
            }
        }
    }
}
