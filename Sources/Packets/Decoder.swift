package import Time

/// Finds the innermost TCP segment of a frame.
///
/// A frame is a sequence of headers, each of which names the next. The decoder walks that sequence. `Layer` names the next header; one
/// method per layer reads it, advances the cursor past it and returns the layer after it. A new link type or encapsulation is a case of
/// `Layer` and a method in the file of its family.
///
/// The way through plain frames allocates nothing; fragments alone are kept, within a bound. Every length that a frame claims is
/// checked against what was captured, and the number of layers is bounded, so that no frame can trap or hold a decoder.
///
/// A method that reads the decoder's own fields is `mutating` even where it changes none: the compiler copies a noncopyable value
/// whole, 241 bytes, to lend it to any other kind.
@usableFromInline
package struct Decoder: ~Copyable {
    /// The segment of the last call that returned `.segment`; what it holds after another outcome means nothing.
    ///
    /// Only the decoder changes it; others get write access because the compiler copies a segment whole to lend it read-only.
    package var segment = Segment()

    /// IPv4 headers, UDP datagrams and TCP segments count as they are, whatever their checksums say (Zeek's `-C`).
    package let ignoresChecksums: Bool

    /// Frames whose IPv4 header or tunnel has a wrong checksum, or whose IP length is 0 or exceeds the frame, are refused, as in Zeek.
    /// Otherwise they are decoded, and `flaws` names the errors. A segment's own checksum is judged by the caller, from
    /// `Segment.checksum`.
    let isStrict: Bool

    /// Whether the last IP header gave a length that the frame holds; not so behind segmentation offload.
    var payloadLengthIsKnown = true
    var fragments: FragmentStore
    var networks = NetworkNumbers()
    /// Of the frame that was decoded last.
    package internal(set) var fragmentTrail = FragmentTrail()
    /// The errors of the last frame that did not prevent its decoding.
    package internal(set) var flaws: FrameFlaws = []
    /// Whether the last frame left a trail or has flaws.
    package internal(set) var isMarked = false
    /// The payload of the last datagram of a name server; `nil` where `takeNameAnswer` took it.
    var nameAnswer: Range<Int>?
    /// The last EtherType without a decoder; 0 where `takeUndecodedEtherType` took it.
    var undecodedEtherType: UInt16 = 0
    /// What of a frame that holds several packets was not decoded yet.
    @usableFromInline var aggregateRest: Cursor?

    /// Headers that are followed before a frame counts as `.tooDeep`.
    static let deepestNesting = 64

    /// - Parameters:
    ///   - ignoringChecksums: whether frames with wrong checksums count like others.
    ///   - strict: whether frames with wrong checksums or lengths around the segment are refused, as Zeek refuses them.
    ///   - fragmentMemory: maximum bytes held in fragments; beyond it the oldest datagram is dropped.
    package init(
        ignoringChecksums: Bool = false,
        strict: Bool = false,
        fragmentMemory: Int = 4 * 1024 * 1024
    ) {
        ignoresChecksums = ignoringChecksums
        isStrict = strict
        fragments = FragmentStore(memoryLimit: fragmentMemory)
    }

    /// Fragments, held so far or given up, whose datagram lacks another one.
    package var incompleteFragments: UInt64 { mutating get { fragments.incompletePieces } }

    /// The EtherType for which the last frame was not decoded, where it may carry TCP: not one of a protocol of the link, such as ARP.
    ///
    /// To be called after `.notIP`.
    package mutating func takeUndecodedEtherType() -> UInt16? {
        let type = undecodedEtherType
        undecodedEtherType = 0
        return type == 0 || EtherType.isOfLink(type) ? nil : type
    }

    /// Where in the last frame the payload of a datagram of a name server is.
    ///
    /// To be called after `.notTCP`.
    package mutating func takeNameAnswer() -> Range<Int>? {
        let place = nameAnswer
        nameAnswer = nil
        return place
    }

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
        segment.network = .none
        segment.vlan = 0
        if aggregateRest != nil { aggregateRest = nil }
        if isMarked { clearMarks() }
        let cursor = Cursor(captured: frame.count, wireLength: wireLength)
        return walk(frame, from: Layer(linkType), cursor, nesting: Self.deepestNesting)
    }

    @inline(never)
    private mutating func clearMarks() {
        fragmentTrail = FragmentTrail()
        flaws = []
        isMarked = false
    }

    /// Notes an error of the frame that does not prevent its decoding.
    @inline(never)
    mutating func mark(_ flaw: FrameFlaws) {
        flaws.formUnion(flaw)
        isMarked = true
    }

    /// Whether `next` has a packet.
    @inlinable package var holdsMore: Bool { mutating get { aggregateRest != nil } }

    /// Decodes the next packet of the frame that was decoded last, where it holds several (Wi-Fi's A-MSDU); `nil` after the last.
    @inlinable
    package mutating func next(in frame: Span<UInt8>) -> DecodeOutcome? {
        aggregateRest == nil ? nil : nextOfAggregate(frame)
    }

    @usableFromInline
    mutating func nextOfAggregate(_ frame: Span<UInt8>) -> DecodeOutcome? {
        guard let rest = aggregateRest else { return nil }
        aggregateRest = nil
        return walkOn(frame, from: .wifiAggregate, rest, nesting: Self.deepestNesting)
    }

    /// `walk` for what is within a frame, where a call does not count.
    @inline(never)
    mutating func walkOn(_ frame: Span<UInt8>, from first: Layer, _ start: Cursor, nesting: Int) -> DecodeOutcome {
        walk(frame, from: first, start, nesting: nesting)
    }

    /// Follows the headers from `first` on to their end, `nesting` of them at most.
    @inline(always)
    private mutating func walk(_ frame: Span<UInt8>, from first: Layer, _ start: Cursor, nesting: Int) -> DecodeOutcome {
        var cursor = start
        var layer = first
        var left = nesting
        while true {
            // Nearly every frame takes this path in a single iteration. Layers in any other order take another iteration; layers not
            // listed here are handled by `rarer`.
            if case .ethernet = layer, Self.mayFollow(&left) { layer = ethernet(frame, &cursor) }
            if layer.announcesIP, Self.mayFollow(&left) { layer = .ip }
            if case .ip = layer, Self.mayFollow(&left) { layer = ip(frame, cursor) }
            if case .ipv4 = layer, Self.mayFollow(&left) { layer = ipv4(frame, &cursor, nesting: left) }
            if case .ipv6 = layer, Self.mayFollow(&left) { layer = ipv6(frame, &cursor) }
            if layer.announcesTCP, Self.mayFollow(&left) { layer = .tcp }
            if case .tcp = layer, Self.mayFollow(&left) { return tcp(frame, cursor) }
            guard left > 0 else { return .tooDeep }
            switch layer {
            case .done(let outcome): return outcome
            case .ethernet, .ip, .ipv4, .ipv6, .tcp: continue
            default: left &-= 1
            }
            layer = rarer(layer, frame, &cursor, nesting: left)
        }
    }

    /// Counts a layer. Returns false once the frame has reached the maximum number of layers.
    @inline(__always)
    private static func mayFollow(_ left: inout Int) -> Bool {
        left &-= 1
        return left >= 0
    }

    /// Takes a step through a layer that few frames hold.
    @inline(never)
    private mutating func rarer(_ layer: Layer, _ frame: Span<UInt8>, _ cursor: inout Cursor, nesting: Int) -> Layer {
        switch layer {
        case .etherType(let type): return etherType(type, &cursor)
        case .logicalLink: return logicalLink(frame, &cursor)
        case .vlan: return vlan(frame, &cursor)
        case .vnTag: return vnTag(frame, &cursor)
        case .backboneBridge: return backboneBridge(frame, &cursor)
        case .eTag: return eTag(frame, &cursor)
        case .ciscoMetadata: return ciscoMetadata(frame, &cursor)
        case .mpls: return mpls(frame, &cursor)
        case .linuxCooked: return linuxCooked(frame, &cursor)
        case .linuxCooked2: return linuxCooked2(frame, &cursor)
        case .nullLoopback: return nullLoopback(frame, &cursor)
        case .netfilterLog: return netfilterLog(frame, &cursor)
        case .fddi: return fddi(&cursor)
        case .pppoe: return pppoe(&cursor)
        case .ppp: return ppp(frame, &cursor)
        case .pppSerial: return pppSerial(frame, &cursor)
        case .pppWithDirection: return pppWithDirection(&cursor)
        case .wifi: return wifi(frame, &cursor, isPadded: false)
        case .wifiAggregate: return wifiAggregate(frame, &cursor)
        case .radiotap: return radiotap(frame, &cursor)
        case .prism: return prism(frame, &cursor)
        case .avs: return avs(frame, &cursor)
        case .perPacketInformation: return perPacketInformation(frame, &cursor)
        case .endaceRecord: return endaceRecord(frame, &cursor)
        case .frameRelay: return frameRelay(frame, &cursor)
        case .directed: return directed(frame, &cursor)
        case .packetFilterLog: return packetFilterLog(frame, &cursor)
        case .securityEncapsulation: return securityEncapsulation(&cursor)
        case .ipv6Next(let number): return ipv6Next(number, frame, &cursor, nesting: nesting)
        case .transport(let number): return transport(number)
        case .authentication(let isIPv6): return authentication(frame, &cursor, isIPv6: isIPv6)
        case .gre: return gre(frame, &cursor)
        case .erspan2: return erspan2(&cursor)
        case .erspan3: return erspan3(frame, &cursor)
        case .etherIP: return etherIP(&cursor)
        case .udp: return udp(frame, &cursor, nesting: nesting)
        case .vxlan: return vxlan(frame, &cursor)
        case .vxlanExtended: return vxlanExtended(frame, &cursor)
        case .layer2Tunnel: return layer2Tunnel(frame, &cursor)
        case .geneve: return geneve(frame, &cursor)
        case .gtp: return gtp(frame, &cursor)
        case .teredo(let byPort): return teredo(frame, &cursor, byPort: byPort)
        case .ayiya: return ayiya(frame, &cursor)
        case .ethernet, .ip, .ipv4, .ipv6, .tcp, .done: return layer
        }
    }
}
