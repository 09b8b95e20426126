/// What the bytes at a cursor are: the next header to decode, or the end of the way.
enum Layer: BitwiseCopyable {
    // Links.
    case ethernet
    /// What an EtherType announces; up to 1500 it is a length, and LLC follows.
    case etherType(UInt16)
    case logicalLink
    case vlan
    case vnTag
    case backboneBridge
    case eTag
    case ciscoMetadata
    case mpls
    case linuxCooked
    case linuxCooked2
    case nullLoopback
    case netfilterLog
    case fddi
    case pppoe
    case ppp
    case pppSerial
    case pppWithDirection
    case wifi
    case wifiAggregate
    case radiotap
    case prism
    case avs
    case perPacketInformation
    case endaceRecord
    case frameRelay
    case securityEncapsulation
    case packetFilterLog
    case directed

    // Networks.
    /// IPv4 or IPv6; the version field decides.
    case ip
    case ipv4
    case ipv6
    /// What IPv6's next-header field announces: an extension header or a transport.
    case ipv6Next(UInt8)
    /// What an IP protocol number announces (IANA protocol-numbers).
    case transport(UInt8)
    case authentication(isIPv6: Bool)

    // Tunnels.
    case gre
    case erspan2
    case erspan3
    case etherIP
    case udp
    case vxlan
    case vxlanExtended
    case layer2Tunnel
    case geneve
    case gtp
    /// Whether the port, not the content, says that it is Teredo.
    case teredo(byPort: Bool)
    case ayiya

    // Ends.
    case tcp
    case done(DecodeOutcome)

    /// Whether the number announces IP, of either version.
    @inline(__always)
    var announcesIP: Bool {
        if case .etherType(let type) = self { type == EtherType.ipv4 || type == EtherType.ipv6 } else { false }
    }

    /// Whether the number announces TCP.
    @inline(__always)
    var announcesTCP: Bool {
        switch self {
        case .transport(let number), .ipv6Next(let number): number == IPProtocol.tcp
        default: false
        }
    }

    /// The header that frames of a link type begin with.
    @inline(__always)
    init(_ linkType: LinkType) {
        // Spares most frames the search.
        self = linkType == .ethernet ? .ethernet : Layer(other: linkType)
    }

    private init(other linkType: LinkType) {
        switch linkType {
        case .linuxCooked: self = .linuxCooked
        case .linuxCooked2: self = .linuxCooked2
        case .null, .loop: self = .nullLoopback
        case .netfilterLog: self = .netfilterLog
        case .fddi: self = .fddi
        case .raw, .rawBSD, .rawOpenBSD: self = .ip
        case .ipv4: self = .ipv4
        case .ipv6: self = .ipv6
        case .ppp: self = .ppp
        case .pppSerial, .ciscoHDLC: self = .pppSerial
        case .pppWithDirection: self = .pppWithDirection
        case .pppEthernet: self = .pppoe
        case .wifi: self = .wifi
        case .wifiRadiotap: self = .radiotap
        case .wifiPrism: self = .prism
        case .wifiAVS: self = .avs
        case .perPacketInformation: self = .perPacketInformation
        case .endaceRecord: self = .endaceRecord
        case .frameRelay: self = .frameRelay
        case .frameRelayWithDirection, .ciscoHDLCWithDirection: self = .directed
        case .packetFilterLog: self = .packetFilterLog
        case .securityEncapsulation: self = .securityEncapsulation
        case .atm: self = .logicalLink
        default: self = .done(.unknownLinkType)
        }
    }
}
