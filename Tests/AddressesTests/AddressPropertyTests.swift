import Glibc
import Mutations
import Testing

@testable import Addresses

/// Addresses as text against the C library's inet_pton(3) and inet_ntop(3).
@Suite("Addresses agree with the C library")
struct AddressPropertyTests {
    private static func libraryBytes(_ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
        return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }

    private static func libraryText(_ bytes: [UInt8]) -> String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Many zeros, so that every kind of compression occurs.
    private static func address(_ random: inout SeededGenerator) -> [UInt8] {
        let count = Bool.random(using: &random) ? 4 : 16
        return (0..<count / 2).flatMap { _ -> [UInt8] in
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1: [0, 0]
            case 2: [0, UInt8.random(in: 0...255, using: &random)]
            default: [UInt8.random(in: 0...255, using: &random), UInt8.random(in: 0...255, using: &random)]
            }
        }
    }

    @Test("4,000 random addresses are written as inet_ntop writes them, and read back")
    func written() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<4_000 {
            let bytes = Self.address(&random)
            let address = try #require(IPAddress(networkBytes: bytes))
            let text = address.description
            // RFC 5952 section 4.2.2 keeps a single group of zeros; inet_ntop of glibc agrees. IPv4-compatible addresses
            // (deprecated, RFC 4291 section 2.5.5.1) are the one form that it writes with dots and RFC 5952 does not ask for.
            let isCompatible = bytes.count == 16 && bytes.prefix(12).allSatisfy { $0 == 0 }
            #expect(isCompatible || text == Self.libraryText(bytes), "\(bytes)")
            #expect(IPAddress(text) == address)
            #expect(Self.libraryBytes(text) == bytes)
        }
    }

    @Test("what inet_pton refuses is refused, and what it takes is the same address: 10,000 damaged texts")
    func damaged() throws {
        var random = SeededGenerator(seed: 12)
        let letters = Array("0123456789abcdefABCDEFg:.x% ")
        var taken = 0
        for _ in 0..<10_000 {
            var text = Array(try #require(IPAddress(networkBytes: Self.address(&random))).description)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let at = Int.random(in: 0...text.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: text.insert(letters.randomElement(using: &random) ?? "0", at: at)
                case 1 where at < text.count: text.remove(at: at)
                default: if at < text.count { text[at] = letters.randomElement(using: &random) ?? "0" }
                }
            }
            let string = String(text)
            let library = Self.libraryBytes(string)
            #expect(IPAddress(string)?.networkBytes == library, "\(string)")
            if library != nil { taken += 1 }
        }
        #expect(taken > 1000)
    }
}
