/// Wireshark's `tcp.completeness`.
package struct Completeness: FlagSet {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static var syn: Completeness { Completeness(rawValue: 1 << 0) }
    package static var synAck: Completeness { Completeness(rawValue: 1 << 1) }
    package static var ack: Completeness { Completeness(rawValue: 1 << 2) }
    package static var data: Completeness { Completeness(rawValue: 1 << 3) }
    package static var fin: Completeness { Completeness(rawValue: 1 << 4) }
    package static var rst: Completeness { Completeness(rawValue: 1 << 5) }

    /// What a segment contributes in any position; a SYN counts only as the first segment.
    @inline(always)
    init(of segment: TrackedSegment) {
        self = .none
        let flags = segment.flags
        guard flags.hasAck else {
            if flags.hasRst { insert(.rst) }
            return
        }
        if flags.hasSyn {
            insert(.synAck)
        } else {
            insert(segment.payloadLength > 0 ? .data : .ack)
        }
        if flags.hasFin { insert(.fin) }
        if flags.hasRst { insert(.rst) }
    }
}
