internal import Addresses

/// Finds the innermost TCP segment of a frame.
///
/// A frame is a row of headers, each of which says what follows it. The decoder walks that row: `Layer` names what comes next, and one method a
/// layer reads its header, moves the cursor behind it and returns the next layer. A new link type or encapsulation is a case of `Layer`
/// and a method in the file of its family.
///
/// The way through plain frames allocates nothing; fragments alone are kept, within `fragmentMemory`. Every length that a frame claims is checked against
/// what was captured, and the number of layers is bounded, so that no frame can trap or hold a decoder.
package struct Decoder: ~Copyable {
    /// The segment of the last call that returned `.segment`; what it holds after another outcome means nothing.
    package internal(set) var segment = Segment()

    /// IPv4 headers and TCP segments count as they are, whatever their checksums say (Zeek's `-C`).
    package var ignoresChecksums: Bool

    /// Whether the last IP header gave a length, so that the payload's is known (not so behind segmentation offload).
    var payloadLengthIsKnown = true

    /// Headers that are followed before a frame counts as `.tooDeep`.
    static let deepestNesting = 64

    package init(ignoringChecksums: Bool = false) {
        ignoresChecksums = ignoringChecksums
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
        var cursor = Cursor(captured: frame.count, wireLength: wireLength)
        return walk(frame, from: Layer(linkType), &cursor)
    }

    private mutating func walk(_ frame: Span<UInt8>, from first: Layer, _ cursor: inout Cursor) -> DecodeOutcome {
        var layer = first
        for _ in 0..<Self.deepestNesting {
            switch layer {
            case .ethernet: layer = ethernet(frame, &cursor)
            case .etherType(let type): layer = etherType(type, frame, &cursor)
            case .nullLoopback: layer = nullLoopback(frame, &cursor)
            case .linuxCooked: layer = linuxCooked(frame, &cursor)
            case .linuxCooked2: layer = linuxCooked2(frame, &cursor)
            case .ip: layer = ip(frame, cursor)
            case .ipv4: layer = ipv4(frame, &cursor)
            case .ipv6: layer = ipv6(frame, &cursor)
            case .transport(let number): layer = transport(number, frame, &cursor)
            case .tcp: layer = tcp(frame, &cursor)
            case .done(let outcome): return outcome
            }
        }
        return .tooDeep
    }
}

extension Layer {
    /// The header that frames of a link type begin with.
    init(_ linkType: LinkType) {
        switch linkType {
        case .ethernet: self = .ethernet
        case .linuxCooked: self = .linuxCooked
        case .linuxCooked2: self = .linuxCooked2
        case .null, .loop: self = .nullLoopback
        case .raw, .rawBSD, .rawOpenBSD: self = .ip
        case .ipv4: self = .ipv4
        case .ipv6: self = .ipv6
        default: self = .done(.unknownLinkType)
        }
    }
}
