import Addresses
import Packets
import Testing

@Suite struct ChecksumTests {
    @Test("The numerical example of RFC 1071 section 3")
    func example() {
        let bytes: [UInt8] = [0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]
        #expect(Checksum.ofBytes(bytes.span) == 0xDDF2)
    }

    @Test("Any count from any offset sums as word by word does", arguments: Array(0...70) + [1459, 1460, 1461])
    func counts(count: Int) {
        let bytes = (0..<count + 9).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 251) }
        for offset in 0..<9 {
            let sum = Self.wordByWord(bytes[offset..<offset + count])
            #expect(Checksum.ofBytes(bytes.span.extracting(offset..<offset + count)) == sum, "from \(offset)")
        }
    }

    @Test("Carries come around however many there are", arguments: [1, 2, 7, 8, 9, 20, 31, 32, 33, 40, 64, 65_534, 65_535])
    func carries(count: Int) {
        let ones = [UInt8](repeating: 0xFF, count: count)
        #expect(Checksum.ofBytes(ones.span) == Self.wordByWord(ones[...]))
        let zeros = [UInt8](repeating: 0, count: count)
        #expect(Checksum.ofBytes(zeros.span) == 0)
    }

    static let pairs: [(source: IPAddress, destination: IPAddress)] = [
        (Frame.client, Frame.server),
        (Frame.client6, Frame.server6),
        (IPAddress(v4: .max), IPAddress(v4: .max)),
        (IPAddress(v6High: .max, low: .max), IPAddress(v6High: .max, low: .max)),
        (IPAddress(v6High: .max, low: 1), IPAddress(v6High: 0x8000_0000_0000_0000, low: 0x8000_0000_0000_0001)),
        (.anyV4, .anyV4),
    ]

    @Test("The pseudo-header sums as its bytes do", arguments: pairs)
    func pseudoHeader(source: IPAddress, destination: IPAddress) {
        for length in [0, 1, 20, 0xFFFF, 0x1_0000] {
            let sum = Checksum.ofPseudoHeader(source: source, destination: destination, protocol: 6, length: length)
            let header = source.networkBytes + destination.networkBytes + bytes(UInt32(length)) + [0, 0, 0, 6]
            #expect(Checksum.folded(sum) == Self.wordByWord(header[...]), "length \(length)")
        }
    }

    private static func wordByWord(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var sum = 0
        for (index, byte) in bytes.enumerated() { sum += Int(byte) << (index % 2 == 0 ? 8 : 0) }
        while sum > 0xFFFF { sum = sum >> 16 + sum & 0xFFFF }
        return UInt16(sum)
    }
}
