import Addresses
import Probing
import Testing

@Suite("UDP payloads")
struct UDPPayloadTests {
    /// The questions of a DNS message (RFC 1035 section 4.1.2) as `name type class`; `nil` where the message does not end behind
    /// them.
    private static func questions(_ message: [UInt8]) -> [String]? {
        var questions: [String] = []
        var index = 12
        for _ in 0..<Int(message[5]) {
            var labels: [String] = []
            while index < message.count, message[index] != 0 {
                let end = index + 1 + Int(message[index])
                guard end <= message.count else { return nil }
                labels.append(String(decoding: message[index + 1..<end], as: UTF8.self))
                index = end
            }
            guard index + 5 <= message.count else { return nil }
            let type = Int(message[index + 1]) << 8 | Int(message[index + 2])
            let questionClass = Int(message[index + 3]) << 8 | Int(message[index + 4])
            questions.append("\(labels.joined(separator: ".")) \(type) \(questionClass)")
            index += 5
        }
        return index == message.count ? questions : nil
    }

    @Test("multicast DNS is asked for the name of the host itself, which a host without services knows too")
    func multicast() {
        let v4 = UDPPayload.bytes(for: 5353, of: IPAddress(v4: 0xC000_0201))
        #expect(Self.questions(v4) == ["_services._dns-sd._udp.local 12 32769", "1.2.0.192.in-addr.arpa 12 32769"])
        let v6 = UDPPayload.bytes(for: 5353, of: IPAddress(v6High: 0x2001_0DB8_0000_0000, low: 0x2A))
        let name = "a.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
        #expect(Self.questions(v6) == ["_services._dns-sd._udp.local 12 32769", "\(name) 12 32769"])
    }

    @Test("questions in the form of DNS are whole", arguments: [(53, " 2 1"), (5355, "localhost 1 1")] as [(UInt16, String)])
    func domain(port: UInt16, question: String) {
        #expect(Self.questions(UDPPayload.bytes(for: port, of: .loopbackV4)) == [question])
    }

    @Test("a datagram of QUIC is as long as servers want it (RFC 9000 section 14.1), and one without a protocol is empty")
    func lengths() {
        #expect(UDPPayload.bytes(for: 443, of: .loopbackV4).count == 1200)
        #expect(UDPPayload.bytes(for: 2, of: .loopbackV4).isEmpty)
    }
}
