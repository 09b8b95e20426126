import Addresses
import Testing

@testable import Probing

@Suite struct PortListTests {
    @Test(
        arguments: [
            ("22", [22]),
            ("22,80", [22, 80]),
            ("80,22,80", [80, 22]),
            ("1-3", [1, 2, 3]),
            ("3,1-4", [3, 1, 2, 4]),
            ("-3", [1, 2, 3]),
            ("65534-", [65534, 65535]),
            ("https", [443]),
            ("HTTPS,ssh", [443, 22]),
            ("postgres,22-23", [5432, 22, 23]),
        ] as [(String, [UInt16])]
    )
    func reads(text: String, ports: [UInt16]) throws {
        #expect(try PortList(parsing: text).ports == ports)
    }

    @Test func readsAllOfThem() throws {
        for text in ["-", "1-65535", "1-"] {
            let ports = try PortList(parsing: text).ports
            #expect(ports.count == 65535)
            #expect(ports.first == 1 && ports.last == 65535)
        }
    }

    @Test(
        arguments: [
            ("", "", .empty),
            ("0", "0", .outOfRange),
            ("65536", "65536", .outOfRange),
            ("22,99999999999999999999", "99999999999999999999", .outOfRange),
            ("80-22", "80-22", .descending),
            ("22,abc", "abc", .unknownService),
            ("22,,80", "", .empty),
            ("22,", "", .empty),
            ("1-2-3", "1-2-3", .notARange),
            ("0-5", "0-5", .outOfRange),
            (" 22", " 22", .unknownService),
            ("2２", "2２", .unknownService),
        ] as [(String, String, PortListError.Problem)]
    )
    func refuses(text: String, part: String, problem: PortListError.Problem) {
        #expect(throws: PortListError(list: text, part: part, problem: problem)) { try PortList(parsing: text) }
    }

    @Test(
        arguments: [
            ("22,80", true), ("80-22", true), ("0", true), ("https", true), ("22,https", true), ("localhost", false), ("-", false),
            ("10.0.0.1", false), ("22,abc", true), ("22,,80", true),
            ("host:22,80", false), ("/run/a,b", false), ("@list,2", false), ("abc", false),
        ]
    )
    func tellsPortsFromTargets(text: String, isPorts: Bool) {
        #expect(PortList.looksLikePorts(text) == isPorts)
    }

    @Test func topPortsAreDistinctAndBounded() {
        for transport in [Transport.tcp, .udp] {
            let all = PortList.top(.max, over: transport)
            #expect(Set(all.ports).count == all.ports.count)
            #expect(PortList.top(3, over: transport).ports == Array(all.ports.prefix(3)))
        }
        for transport in [Transport.tcp, .udp] {
            #expect(PortList.top(.max, over: transport).ports.count == PortList.topCount(over: transport))
        }
    }

    @Test(arguments: [("ssh", UInt16(22)), ("www", 80), ("memcached", 11211)])
    func namesLeadToPorts(name: String, port: UInt16) {
        #expect(ServiceNames.port(named: name, over: .tcp) == port)
    }

    @Test func namesDependOnTheTransport() {
        #expect(ServiceNames.name(of: 443, over: .tcp) == "https")
        #expect(ServiceNames.name(of: 443, over: .udp) == "quic")
        #expect(ServiceNames.port(named: "syslog", over: .udp) == 514)
    }
}
