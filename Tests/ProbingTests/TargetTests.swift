import Addresses
import Testing

@testable import Probing

@Suite struct TargetTests {
    struct Reading: CustomTestStringConvertible, Sendable {
        let text: String
        let subject: Target.Subject
        let ports: [UInt16]?

        init(_ text: String, _ subject: Target.Subject, _ ports: [UInt16]? = nil) {
            self.text = text
            self.subject = subject
            self.ports = ports
        }

        var testDescription: String { text }
    }

    static let v6 = IPAddress("2001:db8::1") ?? .anyV6
    static let v4 = IPAddress("192.0.2.1") ?? .anyV4

    @Test(
        arguments: [
            Reading("example.org", .host("example.org")),
            Reading("example.org:443", .host("example.org"), [443]),
            Reading("example.org:22,http", .host("example.org"), [22, 80]),
            Reading("192.0.2.1", .address(v4)),
            Reading("192.0.2.1:22", .address(v4), [22]),
            Reading("2001:db8::1", .address(v6)),
            Reading("[2001:db8::1]", .address(v6)),
            Reading("[2001:db8::1]:22-23", .address(v6), [22, 23]),
            Reading("fe80::1%eth0", .host("fe80::1%eth0")),
            Reading("[fe80::1%eth0]:22", .host("fe80::1%eth0"), [22]),
            Reading("192.0.2.0/24", .block(IPPrefix("192.0.2.0/24")!)),
            Reading("192.0.2.77/24:80", .block(IPPrefix("192.0.2.0/24")!), [80]),
            Reading("10.0.0.0/8", .block(IPPrefix("10.0.0.0/8")!)),
            Reading("2001:db8::/112", .block(IPPrefix("2001:db8::/112")!)),
            Reading("[2001:db8::/120]:80", .block(IPPrefix("2001:db8::/120")!), [80]),
            Reading("https://example.org/path?x=1", .host("example.org"), [443]),
            Reading("http://user:secret@example.org:8080/", .host("example.org"), [8080]),
            Reading("redis://[2001:db8::1]", .address(v6), [6379]),
            Reading("http://192.0.2.1:/", .address(v4), [80]),
            Reading("WSS://example.org", .host("example.org"), [443]),
            Reading("tcp://example.org", .host("example.org")),
            Reading("tcp://example.org:7", .host("example.org"), [7]),
            Reading("http://[fe80::1%25eth0]:81/", .host("fe80::1%eth0"), [81]),
            Reading("bücher.example:1", .host("bücher.example"), [1]),
            Reading("localhost.", .host("localhost.")),
            Reading("example.com.:443", .host("example.com."), [443]),
            Reading("https://example.com./", .host("example.com."), [443]),
            Reading("１２７.０.０.１:1", .address(.loopbackV4), [1]),
            Reading("2001:db8::/32", .block(IPPrefix("2001:db8::/32")!)),
            Reading("0.0.0.0/0", .block(IPPrefix("0.0.0.0/0")!)),
            Reading("/run/x.sock", .unix(path: "/run/x.sock")),
            Reading("unix:/run/x.sock", .unix(path: "/run/x.sock")),
        ]
    )
    func reads(_ reading: Reading) throws {
        let target = try Target(parsing: reading.text)
        #expect(target.subject == reading.subject)
        #expect(target.ports?.ports == reading.ports)
    }

    @Test(
        arguments: [
            ("", .empty),
            ("192.0.2.0/33", .badPrefix(widest: 32)),
            ("2001:db8::/129", .badPrefix(widest: 128)),
            ("192.0.2.1-5", .addressRange),
            ("192.0.2-3.1:80", .addressRange),
            ("192.0.2.*", .addressRange),
            ("0x7f000001", .badHost),
            ("127.1", .badHost),
            ("host.0x1f", .badHost),
            ("[example.org]:80", .unclosedBracket),
            ("udp://192.0.2.1:53", .otherTransport("udp")),
            ("h:+80", .ports(PortListError(list: "+80", part: "+80", problem: .unknownService))),
            ("example.org/24", .badAddress),
            ("[2001:db8::1", .unclosedBracket),
            ("[2001:db8::1]80", .unclosedBracket),
            ("256.1.1.1", .badHost),
            ("1.2.3", .badHost),
            ("127.0.0.1.", .badHost),
            (".", .badName(.emptyLabel)),
            ("a..b", .badName(.emptyLabel)),
            ("example..", .badName(.emptyLabel)),
            ("ü\u{202E}x", .badName(.forbidden("\u{202E}"))),
            ("½", .badName(.forbidden("½"))),
            ("a b", .badHost),
            ("-x", .badHost),
            ("a\u{1B}[31m", .badHost),
            ("2001:db8:::1", .badHost),
            ("https:///path", .badHost),
            ("unix:", .badPath),
            ("/run/x\0.sock", .badPath),
            ("frob://example.org", .unknownScheme("frob")),
            ("h:0", .ports(PortListError(list: "0", part: "0", problem: .outOfRange))),
            ("h:", .ports(PortListError(list: "", part: "", problem: .empty))),
        ] as [(String, TargetError.Problem)]
    )
    func refuses(text: String, problem: TargetError.Problem) {
        #expect(throws: TargetError(text: text, problem: problem)) { try Target(parsing: text) }
    }

    @Test(arguments: [("10.0.0.0/8", 1 << 24), ("192.0.2.1", 1), ("192.0.2.0/31", 2), ("2001:db8::/112", 65536)])
    func countsHosts(text: String, count: Int) throws {
        #expect(try Target(parsing: text).subject.hostCount == count)
    }
}

@Suite struct ProbePlanTests {
    @Test func aCountThatIsTooLargeStopsAtTheLargest() throws {
        var plan = ProbePlan(ports: PortList(Array(1...65535)))
        for _ in 0..<40_000 { #expect(plan.add(try Target(parsing: "10.0.0.0/8"))) }
        for _ in 0..<3 { #expect(plan.add(try Target(parsing: "2001:db8::/112"))) }
        #expect(plan.total ?? 0 > 0)
        for _ in 0..<3 { plan.add(list: "f", TargetList.Survey(targets: 1, probes: .max)) }
        #expect(plan.total == .max)
    }

    @Test func targetsWithoutPortsAreRefused() throws {
        var plan = ProbePlan()
        #expect(!plan.add(try Target(parsing: "192.0.2.1")))
        #expect(plan.add(try Target(parsing: "192.0.2.1:80")))
        #expect(plan.add(try Target(parsing: "/run/x")))
        #expect(plan.total == 2)
        plan.add(unread: .standardInput)
        #expect(plan.total == nil && !plan.isRepeatable)
    }

    @Test(arguments: [("192.0.2.1:80", true), ("host:80", true), ("192.0.2.0/31:80", false)])
    func oneHost(text: String, isOneHost: Bool) throws {
        var plan = ProbePlan()
        #expect(plan.add(try Target(parsing: text)))
        #expect(plan.isOneHost == isOneHost)
    }
}

@Suite struct TargetRulesTests {
    @Test(
        arguments: [
            ("127.0.0.0/30", .wrongFamily(.v6)),
            ("192.0.2.1:80", .wrongFamily(.v6)),
            ("fe80::1", .needsZone),
            ("ff02::1", .needsZone),
            ("[2001:db8::/111]:80", .blockTooLarge(112)),
            ("2001:db8::1", .noPorts),
            ("2001:db8::/120", .noPorts),
        ] as [(String, TargetError.Problem)]
    )
    func refuses(text: String, problem: TargetError.Problem) {
        let rules = TargetRules(family: .v6, requiresPorts: true)
        #expect(throws: TargetError(text: text, problem: problem)) { try rules.parse(text) }
    }

    @Test(arguments: [("10.0.0.0/7", 8), ("0.0.0.0/0", 8), ("::/0", 112)])
    func blocksAreLimited(text: String, shortest: Int) {
        #expect(throws: TargetError(text: text, problem: .blockTooLarge(shortest))) { try TargetRules().parse(text) }
    }

    @Test("any block and any address can be left out", arguments: ["0.0.0.0/0", "::/0", "fe80::/10", "fe80::1", "ff02::1", "h"])
    func exclusions(text: String) {
        #expect(throws: Never.self) { try TargetRules.exclusion(.tcp).parse(text) }
    }

    @Test(arguments: [
        "[2001:db8::1]:80", "[2001:db8::/112]:80", "[2001:db8::/120]:80", "[fe80::1%lo]:80", "example.org:80", "/run/x",
    ])
    func accepts(text: String) {
        #expect(throws: Never.self) { try TargetRules(family: .v6, requiresPorts: true).parse(text) }
    }
}
