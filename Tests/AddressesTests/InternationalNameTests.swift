import Addresses
import Testing

@Suite struct InternationalNameTests {
    /// The last ones are examples of RFC 3492 section 7.1.
    @Test(
        arguments: [
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.Example", "xn--bcher-kva.example"),
            ("münchen.de", "xn--mnchen-3ya.de"),
            ("faß.de", "xn--fa-hia.de"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("☃.example", "xn--n3h.example"),
            ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"),
            ("почемужеонинеговорятпорусски", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l"),
        ]
    )
    func isEncoded(name: String, ascii: String) {
        #expect(InternationalName.ascii(name) == ascii)
    }

    @Test(arguments: ["example.org", "", "xn--bcher-kva.example"])
    func asciiStays(name: String) { #expect(InternationalName.ascii(name) == nil) }

    @Test func aLabelThatIsTooLongHasNoForm() {
        #expect(InternationalName.ascii(String(repeating: "ü", count: 80)) == nil)
    }
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
