import Addresses
import Testing

@Suite struct InternationalNameTests {
    /// The last ones are examples of RFC 3492 section 7.1.
    @Test(
        arguments: [
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.Example", "xn--bcher-kva.example"),
            ("bu\u{308}cher.example", "xn--bcher-kva.example"),
            ("bu\u{AD}\u{308}cher.example.", "xn--bcher-kva.example."),
            ("münchen.de", "xn--mnchen-3ya.de"),
            ("faß.de", "xn--fa-hia.de"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("ｅｘａｍｐｌｅ．ｏｒｇ", "example.org"),
            ("１２７．０．０．１", "127.0.0.1"),
            ("น้ำ.example", "xn--q3c4c8cq.example"),
            ("☃.example", "xn--n3h.example"),
            ("i❤\u{FE0F}.example", "xn--i-7iq.example"),
            ("l·l.example", "xn--ll-0ea.example"),
            ("क्\u{200D}ष.example", "xn--11b2ezcw70k.example"),
            ("ラ・ム.example", "xn--3dkr8c.example"),
            ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"),
            ("почемужеонинеговорятпорусски", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l"),
        ]
    )
    func isEncoded(name: String, ascii: String) throws {
        #expect(try InternationalName.ascii(name) == ascii)
    }

    @Test(arguments: ["example.org", "Example.org.", "xn--bcher-kva.example", "_ldap.a--b-.example"])
    func asciiStays(name: String) throws { #expect(try InternationalName.ascii(name) == name) }

    @Test(
        "what IDNA 2008 forbids",
        arguments: [
            ("bu¨cher.example", .forbidden("\u{A8}")),
            ("½.example", .forbidden("\u{BD}")),
            ("ﬁ.example", .forbidden("\u{FB01}")),
            ("a\u{202E}b.example", .forbidden("\u{202E}")),
            ("a\u{2028}b.example", .forbidden("\u{2028}")),
            ("ü\u{A0}x.example", .forbidden("\u{A0}")),
            ("ü b.example", .forbidden(" ")),
            ("ü_b.example", .forbidden("_")),
            ("ü\u{2044}b.example", .forbidden("\u{2044}")),
            ("ü\u{E000}", .forbidden("\u{E000}")),
            ("ü\u{378}", .forbidden("\u{378}")),
            ("ـüx", .forbidden("\u{640}")),
            ("a·l.example", .forbidden("\u{B7}")),
            ("ab\u{200D}c.example", .forbidden("\u{200D}")),
            ("x・y.example", .forbidden("\u{30FB}")),
            ("٠۱", .forbidden("\u{660}")),
            ("-ü.example", .misplacedHyphen),
            ("ü-.example", .misplacedHyphen),
            ("xn--ü.example", .misplacedHyphen),
            ("\u{301}a.example", .leadingMark("\u{301}")),
            ("a..example", .emptyLabel),
            ("ü。。example", .emptyLabel),
            (".example", .emptyLabel),
            (".", .emptyLabel),
            (String(repeating: "a", count: 64), .labelTooLong),
            (String(repeating: "ü", count: 80), .labelTooLong),
            (String(repeating: "abc.", count: 64), .tooLong),
        ] as [(String, HostNameProblem)]
    )
    func isRefused(name: String, problem: HostNameProblem) {
        #expect(throws: problem) { try InternationalName.ascii(name) }
    }

    @Test("the longest label and name, with and without the root's full stop")
    func lengths() throws {
        let label = String(repeating: "a", count: 63)
        let name = [label, label, label, String(label.dropLast(2))].joined(separator: ".")
        for text in [name, name + "."] { #expect(try InternationalName.ascii(text) == text) }
        #expect(throws: HostNameProblem.tooLong) { try InternationalName.ascii("b." + name) }
    }

    @Test("every spelling of a name has one canonical form")
    func canonical() {
        let spellings = [
            "bücher.example", "BÜCHER.example.", "bu\u{308}cher。example", "xn--bcher-kva.example", "XN--BCHER-KVA.Example.",
        ]
        #expect(Set(spellings.map(InternationalName.canonical)) == ["xn--bcher-kva.example"])
        #expect(InternationalName.canonical("A..B") == "a..b")
    }

    @Test(
        "the problem in words",
        arguments: [
            (.forbidden("\u{202E}"), "U+202E RIGHT-TO-LEFT OVERRIDE is not permitted there"),
            (.forbidden("\u{E000}"), "U+E000 is not permitted there"),
            (.misplacedHyphen, "a hyphen is misplaced"),
            (.leadingMark("\u{301}"), "a part of it begins with the combining mark U+0301 COMBINING ACUTE ACCENT"),
            (.emptyLabel, "a part of it is empty"),
            (.labelTooLong, "a part of it is longer than 63 bytes"),
            (.tooLong, "it is longer than 253 bytes"),
        ] as [(HostNameProblem, String)]
    )
    func words(problem: HostNameProblem, text: String) { #expect("\(problem)" == text) }
}

@Suite struct HostPortTextTests {
    @Test(
        arguments: [
            ("example.org", "example.org", nil), ("example.org:80", "example.org", "80"), ("h:", "h", ""), (":80", "", "80"),
            ("2001:db8::1", "2001:db8::1", nil), ("[2001:db8::1]", "2001:db8::1", nil), ("[::1]:22-23", "::1", "22-23"),
            ("[2001:db8::/120]:80", "2001:db8::/120", "80"), ("[::1]:", "::1", ""),
        ] as [(String, String, String?)]
    )
    func splits(text: String, host: String, ports: String?) {
        #expect(HostPortText(text)?.host == host)
        #expect(HostPortText(text)?.ports == ports)
    }

    @Test(arguments: ["[::1", "[::1]80", "[]", "[example.org]:80", "["])
    func refuses(text: String) { #expect(HostPortText(text) == nil) }

    @Test(
        arguments: [
            ("80", 80), ("0", 0), ("65535", 65535), ("65536", nil), ("+80", nil), ("-1", nil), (" 80", nil), ("", nil), ("٨٠", nil),
        ] as [(String, UInt16?)]
    )
    func port(text: String, number: UInt16?) { #expect(HostPortText.port(text) == number) }
}
