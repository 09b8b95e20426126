import Testing

@testable import Addresses

@Suite struct IPAddressTests {
    @Test func writesEveryOctetInEveryPlace() {
        for octet in UInt32(0)...255 {
            let other = 255 - octet
            #expect(IPAddress(v4: octet << 24 | other << 16 | octet).description == "\(octet).\(other).0.\(octet)")
            #expect(IPAddress(v4: other << 24 | octet << 8 | other).description == "\(other).0.\(octet).\(other)")
        }
    }

    @Test(
        "groups of every length, without a run of zeros",
        arguments: [0x1, 0x9, 0xA, 0xF, 0x10, 0xFF, 0xABC, 0x1000, 0xFFFF] as [UInt64]
    )
    func writesEveryGroup(word: UInt64) {
        let half = word << 48 | 1 << 32 | word << 16 | 0xFEDC
        let text = "\(String(word, radix: 16)):1:\(String(word, radix: 16)):fedc"
        #expect(IPAddress(v6High: half, low: half).description == "\(text):\(text)")
        // Zeros alone are no run.
        let text0 = text.replacing(":1:", with: ":0:")
        #expect(IPAddress(v6High: half & ~(1 << 32), low: half).description == "\(text0):\(text)")
    }

    @Test func writesPiecesThatFitARegister() {
        let widest = [IPAddress(v4: .max), IPAddress(v6High: .max, low: .max), IPAddress(v6High: 0, low: 0xFFFF_FFFF_FFFF)]
        for address in widest {
            var length = 0
            address.forEachPiece { _, count in
                #expect((1...8).contains(count))
                length += count
            }
            #expect(length == address.description.utf8.count)
        }
    }

    @Test(arguments: [
        ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("192.0.2.10", "192.0.2.10"),
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),  // RFC 5952 section 4.2.3: the first of two runs as long
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),  // the longer run
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),  // section 4.2.2: one group is not shortened
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("fe80::1", "fe80::1"),
    ])
    func readsAndPrints(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
        #expect(IPAddress(networkBytes: address.networkBytes) == address)
    }

    @Test(arguments: [
        "", ".", ":", ":::", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "1.2.3.-4", "1:2", "1::2::3",
        "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::", ":1", "1:", "::1.2.3", "1.2.3.4::",
        "fe80::1%eth0", "[::1]", "::ffff:1.2.3.4:5", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555",
    ])
    func refuses(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        ("127.9.9.9", true, false, false), ("::1", true, false, false), ("169.254.3.4", false, true, false),
        ("febf::1", false, true, false), ("fec0::1", false, false, false), ("239.1.1.1", false, false, true),
        ("ff02::1", false, false, true), ("10.0.0.1", false, false, false),
    ])
    func classifies(text: String, loopback: Bool, linkLocal: Bool, multicast: Bool) throws {
        let address = try #require(IPAddress(text))
        #expect(address.isLoopback == loopback)
        #expect(address.isLinkLocal == linkLocal)
        #expect(address.isMulticast == multicast)
    }

    @Test(arguments: [
        ("10.1.2.3/8", "10.0.0.0/8", "10.255.255.255", "255.0.0.0"),
        ("10.1.2.3", "10.1.2.3/32", "10.1.2.3", "255.255.255.255"),
        ("0.0.0.0/0", "0.0.0.0/0", "255.255.255.255", "0.0.0.0"),
        ("2001:db8::1/64", "2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff::"),
        ("2001:db8::1/33", "2001:db8::/33", "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:8000::"),
        ("2001:db8::1:8/112", "2001:db8::1:0/112", "2001:db8::1:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:0"),
        ("::/0", "::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::"),
    ])
    func prefixes(text: String, canonical: String, last: String, netmask: String) throws {
        let prefix = try #require(IPPrefix(text))
        #expect(prefix.description == canonical)
        #expect(prefix.last.description == last)
        #expect(prefix.netmask.description == netmask)
        #expect(prefix.contains(prefix.network) && prefix.contains(prefix.last))
        if let after = prefix.last.successor { #expect(!prefix.contains(after)) }
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "::/129", "10.0.0/8", "x/8", "10.0.0.0/0008"])
    func refusesPrefix(text: String) {
        #expect(IPPrefix(text) == nil)
    }

    @Test func comparesInAddressOrder() throws {
        let ordered = try ["9.255.255.255", "10.0.0.0", "200.0.0.0", "::", "::1", "2001:db8::", "ff02::1"].map {
            try #require(IPAddress($0))
        }
        #expect(ordered.shuffled().sorted() == ordered)
    }

    @Test func printsEndpoints() throws {
        #expect(Endpoint(.loopbackV4, port: 80).description == "127.0.0.1:80")
        #expect(Endpoint(.loopbackV6, port: 443).description == "[::1]:443")
        #expect(MACAddress(bytes: [0, 0x1A, 0xFF, 9, 0xA0, 1]).description == "00:1a:ff:09:a0:01")
    }
}
