/// Finds the innermost TCP segment of a frame.
///
/// A frame is a row of headers, each of which says what follows it. The decoder walks that row: `Layer` names what comes next, and
/// one method a layer reads its header, moves the cursor behind it and returns the next layer. A new link type or encapsulation is
/// a case of `Layer` and a method in the file of its family.
///
/// The way through plain frames allocates nothing; fragments alone are kept, within a bound. Every length that a frame claims is
/// checked against what was captured, and the number of layers is bounded, so that no frame can trap or hold a decoder.
///
/// A method that reads the decoder's own fields is `mutating` even where it changes none: the compiler copies a noncopyable value
/// whole, 241 bytes, to lend it to any other kind.
package struct Decoder: ~Copyable {
    /// The segment of the last call that returned `.segment`; what it holds after another outcome means nothing.
    package internal(set) var segment = Segment()

    /// IPv4 headers, UDP datagrams and TCP segments count as they are, whatever their checksums say (Zeek's `-C`).
    package let ignoresChecksums: Bool

    /// Whether the last IP header gave a length, so that the payload's is known (not so behind segmentation offload).
    var payloadLengthIsKnown = true
    var fragments: FragmentStore
    /// What of a frame that holds several packets was not decoded yet.
    var aggregateRest: Cursor?

    /// Headers that are followed before a frame counts as `.tooDeep`.
    static let deepestNesting = 64

    /// - Parameters:
    ///   - ignoringChecksums: whether frames with wrong checksums count like others.
    ///   - fragmentMemory: the bytes that may be held in fragments; beyond it the oldest datagram is given up.
    package init(ignoringChecksums: Bool = false, fragmentMemory: Int = 4 * 1024 * 1024) {
        ignoresChecksums = ignoringChecksums
        fragments = FragmentStore(memoryLimit: fragmentMemory)
    }

    /// Datagrams of which not every fragment came in time or found room.
    package var abandonedDatagrams: UInt64 { fragments.abandoned }

    /// Decodes one frame as it was captured.
    ///
    /// - Parameters:
    ///   - frame: the bytes that were captured.
    ///   - linkType: what they begin with.
    ///   - wireLength: the frame's length on the wire, at least the count of bytes captured.
    ///   - time: when it was captured; decoding needs it for the segment and to let fragments expire.
    package mutating func decode(
        _ frame: Span<UInt8>,
        linkType: LinkType,
        wireLength: Int,
        time: Timestamp
    ) -> DecodeOutcome {
        segment.time = time
        aggregateRest = nil
        let cursor = Cursor(captured: frame.count, wireLength: wireLength)
        return walk(frame, from: Layer(linkType), cursor, nesting: Self.deepestNesting)
    }

    /// Decodes the next packet of the frame that was decoded last, where it holds several (Wi-Fi's A-MSDU); `nil` after the last.
    package mutating func next(in frame: Span<UInt8>) -> DecodeOutcome? {
        guard let rest = aggregateRest else { return nil }
        aggregateRest = nil
        return walk(frame, from: .wifiAggregate, rest, nesting: Self.deepestNesting)
    }

    /// Follows the headers from `first` on to their end, `nesting` of them at most.
    mutating func walk(_ frame: Span<UInt8>, from first: Layer, _ start: Cursor, nesting: Int) -> DecodeOutcome {
        var cursor = start
        var layer = first
        for depth in 0..<nesting {
            switch layer {
            case .ethernet: layer = ethernet(frame, &cursor)
            case .etherType(let type): layer = etherType(type, &cursor)
            case .logicalLink: layer = logicalLink(frame, &cursor)
            case .vlan: layer = vlan(frame, &cursor)
            case .vnTag: layer = vnTag(frame, &cursor)
            case .backboneBridge: layer = backboneBridge(&cursor)
            case .mpls: layer = mpls(frame, &cursor)
            case .linuxCooked: layer = linuxCooked(frame, &cursor)
            case .linuxCooked2: layer = linuxCooked2(frame, &cursor)
            case .nullLoopback: layer = nullLoopback(frame, &cursor)
            case .netfilterLog: layer = netfilterLog(frame, &cursor)
            case .fddi: layer = fddi(&cursor)
            case .pppoe: layer = pppoe(&cursor)
            case .ppp: layer = ppp(frame, &cursor)
            case .pppSerial: layer = pppSerial(frame, &cursor)
            case .pppWithDirection: layer = pppWithDirection(&cursor)
            case .wifi: layer = wifi(frame, &cursor, isPadded: false)
            case .wifiAggregate: layer = wifiAggregate(frame, &cursor)
            case .radiotap: layer = radiotap(frame, &cursor)
            case .prism: layer = prism(frame, &cursor)
            case .avs: layer = avs(frame, &cursor)
            case .ip: layer = ip(frame, cursor)
            case .ipv4: layer = ipv4(frame, &cursor, nesting: nesting - depth)
            case .ipv6: layer = ipv6(frame, &cursor)
            case .ipv6Next(let number): layer = ipv6Next(number, frame, &cursor, nesting: nesting - depth)
            case .transport(let number): layer = transport(number)
            case .authentication(let isIPv6): layer = authentication(frame, &cursor, isIPv6: isIPv6)
            case .gre: layer = gre(frame, &cursor)
            case .erspan2: layer = erspan2(&cursor)
            case .erspan3: layer = erspan3(frame, &cursor)
            case .etherIP: layer = etherIP(&cursor)
            case .udp: layer = udp(frame, &cursor)
            case .vxlan: layer = vxlan(frame, &cursor)
            case .geneve: layer = geneve(frame, &cursor)
            case .gtp: layer = gtp(frame, &cursor)
            case .teredo(let byPort): layer = teredo(frame, &cursor, byPort: byPort)
            case .ayiya: layer = ayiya(frame, &cursor)
            case .tcp: return tcp(frame, cursor)
            case .done(let outcome): return outcome
            }
        }
        return .tooDeep
    }
}
