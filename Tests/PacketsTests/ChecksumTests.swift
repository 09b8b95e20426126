import Packets
import Testing

@Suite struct ChecksumTests {
    @Test("The numerical example of RFC 1071 section 3")
    func example() {
        let bytes: [UInt8] = [0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]
        #expect(Checksum.ofBytes(bytes.span, from: 0, count: 8) == 0xDDF2)
    }

    @Test("Any count from any offset sums as word by word does", arguments: 0...70)
    func counts(count: Int) {
        let bytes = (0..<80).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 251) }
        for offset in 0..<9 {
            var sum = 0
            for index in 0..<count { sum += Int(bytes[offset + index]) << (index % 2 == 0 ? 8 : 0) }
            while sum > 0xFFFF { sum = sum >> 16 + sum & 0xFFFF }
            #expect(Int(Checksum.ofBytes(bytes.span, from: offset, count: count)) == sum, "from \(offset)")
        }
    }
}
