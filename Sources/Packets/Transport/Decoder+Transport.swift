/// The layer that an IP protocol number (IANA protocol-numbers) announces.
extension Decoder {
    func transport(_ number: UInt8) -> Layer {
        switch number {
        case IPProtocol.tcp: .tcp
        case IPProtocol.udp: .udp
        case IPProtocol.ipv4: .ipv4
        case IPProtocol.ipv6: .ipv6
        case IPProtocol.gre: .gre
        case IPProtocol.authentication: .authentication(isIPv6: false)
        case IPProtocol.encapsulatingSecurity: .done(.encrypted)
        case IPProtocol.etherIP: .etherIP
        case IPProtocol.mpls: .mpls
        default: .done(.notTCP)
        }
    }
}
