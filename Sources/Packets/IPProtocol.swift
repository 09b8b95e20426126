/// IP protocol numbers (IANA) of what the decoder looks into.
enum IPProtocol {
    static let hopByHop: UInt8 = 0
    static let ipv4: UInt8 = 4
    static let tcp: UInt8 = 6
    static let udp: UInt8 = 17
    static let ipv6: UInt8 = 41
    static let routing: UInt8 = 43
    static let fragment: UInt8 = 44
    static let gre: UInt8 = 47
    static let encapsulatingSecurity: UInt8 = 50
    static let authentication: UInt8 = 51
    static let destinationOptions: UInt8 = 60
    static let etherIP: UInt8 = 97
    static let mobility: UInt8 = 135
    static let mpls: UInt8 = 137
    static let hostIdentity: UInt8 = 139
    static let shim6: UInt8 = 140
}

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

    /// Authentication header (RFC 4302): next header, length in words of four bytes, less two; then nothing that hides what
    /// follows.
    func authentication(_ frame: Span<UInt8>, _ cursor: inout Cursor, isIPv6: Bool) -> Layer {
        if let lack = cursor.lacks(8) { return .done(lack) }
        let next = frame[cursor.offset]
        let size = (Int(frame[cursor.offset + 1]) + 2) * 4
        if let lack = cursor.lacks(size) { return .done(lack) }
        cursor.advance(size)
        return isIPv6 ? .ipv6Next(next) : .transport(next)
    }
}
