import Addresses
import Console
import Testing

@testable import CaptureReports

/// The published examples of the specification (community-id-spec, baseline), version 1, seed 0.
@Suite("Community ID")
struct CommunityIDTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let protocolNumber: UInt8
        let source: (String, UInt16)
        let destination: (String, UInt16)
        let identifier: String
        var testDescription: String { "\(protocolNumber) \(source) \(destination)" }

        init(_ protocolNumber: UInt8, _ source: (String, UInt16), _ destination: (String, UInt16), _ identifier: String) {
            self.protocolNumber = protocolNumber
            self.source = source
            self.destination = destination
            self.identifier = identifier
        }
    }

    static let cases = [
        Case(6, ("128.232.110.120", 34855), ("66.35.250.204", 80), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
        Case(6, ("66.35.250.204", 80), ("128.232.110.120", 34855), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
        Case(17, ("192.168.1.52", 54585), ("8.8.8.8", 53), "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
        Case(6, ("10.0.0.1", 10), ("10.0.0.2", 11), "1:G3gam+lDFUrwu1LL/ikt+vwOUtU="),
        Case(6, ("10.0.0.1", 20), ("10.0.0.1", 10), "1:1Lc+0H/HgLmR5V4rmOeuDZQS11k="),
        Case(
            6,
            ("2001:470:e5bf:dead:4957:2174:e82c:4887", 63943),
            ("2607:f8b0:400c:c03::1a", 25),
            "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4="
        ),
        Case(17, ("fe80::200:86ff:fe05:80fa", 49399), ("fe80::260:97ff:fe07:69ea", 1900), "1:cG1GSoUnetUBkPg10igIpOCcGo8="),
        Case(6, ("::1", 65535), ("::1", 1), "1:9q2IaTXPFzPl7cES6jIKA1AMwbM="),
    ]

    @Test("is that of other tools", arguments: cases)
    func identifier(_ example: Case) throws {
        let source = Endpoint(try #require(IPAddress(example.source.0)), port: example.source.1)
        let destination = Endpoint(try #require(IPAddress(example.destination.0)), port: example.destination.1)
        var text = TextBuffer()
        CommunityID(protocolNumber: example.protocolNumber, source, destination).append(to: &text)
        #expect(text.string == example.identifier)
    }

    @Test(
        "SHA-1 of one block (RFC 3174, FIPS 180)",
        arguments: [
            ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"), ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (String(repeating: "a", count: 55), "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
        ]
    )
    func digest(message: String, expected: String) {
        var block = SHA1Block()
        for byte in message.utf8 { block.append(byte) }
        let words = block.digest()
        let digits = words.indices.map { index in
            let word = String(words[index], radix: 16)
            return String(repeating: "0", count: 8 - word.count) + word
        }
        #expect(digits.joined() == expected)
    }
}
