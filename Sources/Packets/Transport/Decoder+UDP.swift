internal import Addresses

/// UDP (RFC 768), of interest only where it carries a tunnel.
extension Decoder {
    private enum UDP {
        static let sourcePort = 0
        static let destinationPort = 2
        static let length = 4
        static let checksum = 6
        static let size = 8
    }

    /// Ports (IANA) that say what a datagram carries, at either end.
    private enum TunnelPort {
        static let gtpControl: UInt16 = 2123
        static let gtpUser: UInt16 = 2152
        static let teredo: UInt16 = 3544
        static let greInUDP: UInt16 = 4754
        static let vxlan: UInt16 = 4789
        static let ayiya: UInt16 = 5072
        static let geneve: UInt16 = 6081
        // Zeek does not look into these.
        static let layer2Tunnel: UInt16 = 1701
        static let vxlanExtended: UInt16 = 4790
        static let mpls: UInt16 = 6635
        /// The default of Linux (ip-link(8)), from before the number was assigned.
        static let vxlanOfLinux: UInt16 = 8472
    }

    mutating func udp(_ frame: Span<UInt8>, _ cursor: inout Cursor, nesting: Int) -> Layer {
        if let lack = cursor.lacks(UDP.size) { return .done(lack) }
        let header = cursor.offset
        let length = Int(frame.bigEndianUInt16(at: header + UDP.length))
        // A length of 0 stands for one that does not fit (RFC 2675 section 4), or that offload will fill in.
        if length >= UDP.size { cursor.limit(to: length) }
        let datagram = cursor
        cursor.advance(UDP.size)
        if frame.bigEndianUInt16(at: header + UDP.sourcePort) == NameAnswer.port { nameAnswer = cursor.captured }
        guard
            let tunnel = tunnel(frame.bigEndianUInt16(at: header + UDP.destinationPort))
                ?? tunnel(frame.bigEndianUInt16(at: header + UDP.sourcePort))
                ?? tunnel(lookingAt: frame, cursor)
        else { return .done(.notTCP) }
        if !hasGoodChecksum(frame, datagram) {
            guard !isStrict else { return .done(.badUDPChecksum) }
            mark(.udpChecksum)
        }
        return tunnel
    }

    private func tunnel(_ port: UInt16) -> Layer? {
        switch port {
        case TunnelPort.gtpControl, TunnelPort.gtpUser: .gtp
        case TunnelPort.teredo: .teredo(byPort: true)
        case TunnelPort.greInUDP: .gre
        case TunnelPort.vxlan: .vxlan
        case TunnelPort.ayiya: .ayiya
        case TunnelPort.geneve: .geneve
        case TunnelPort.vxlanOfLinux where !isStrict: .vxlan
        case TunnelPort.vxlanExtended where !isStrict: .vxlanExtended
        case TunnelPort.layer2Tunnel where !isStrict: .layer2Tunnel
        case TunnelPort.mpls where !isStrict: .mpls
        default: nil
        }
    }

    /// Teredo between two clients and AYIYA may use any port. They are recognized by content, as in Zeek.
    private func tunnel(lookingAt frame: Span<UInt8>, _ cursor: Cursor) -> Layer? {
        let start = cursor.offset
        guard cursor.available >= 40 else { return nil }
        if frame[start + 1] == 0x52, frame[start + 2] == 0x11 { return .ayiya }
        let beginsAsTeredo = frame[start] >> 4 == 6 || (frame[start] == 0 && frame[start + 1] <= 1)
        return beginsAsTeredo ? .teredo(byPort: false) : nil
    }

    /// A checksum of 0 is none (RFC 768); IPv6 allows that for tunnels (RFC 6935).
    ///
    /// Otherwise a wrong one is common in a sender's own capture: the NIC, or the inner checksum that it fills in, completes it
    /// (Documentation/networking/checksum-offloads.rst).
    private mutating func hasGoodChecksum(_ frame: Span<UInt8>, _ datagram: Cursor) -> Bool {
        let field = frame.bigEndianUInt16(at: datagram.offset + UDP.checksum)
        guard !ignoresChecksums, datagram.isWhole, payloadLengthIsKnown, field != 0 else { return true }
        let pseudoHeader = Checksum.ofPseudoHeader(
            source: segment.source,
            destination: segment.destination,
            protocol: IPProtocol.udp,
            length: datagram.available
        )
        // The pseudo-header's sum alone: all of it is left to the NIC.
        if !isStrict, field == Checksum.folded(pseudoHeader) { return true }
        return Checksum.folded(Checksum.adding(pseudoHeader, to: frame.extracting(datagram.captured))) == 0xFFFF
    }
}
