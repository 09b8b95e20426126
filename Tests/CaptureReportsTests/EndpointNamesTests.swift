import Addresses
import Console
import Packets
import SegmentScripts
import Testing
import Time

@testable import CaptureReports

/// Names in place of addresses and ports.
@Suite("Names of endpoints")
struct EndpointNamesTests {
    private static func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    private static func names(generationSize: Int = 50_000) throws -> EndpointNames {
        EndpointNames(hosts: [try address("192.0.2.1"): "here"], generationSize: generationSize) { $0 == 443 ? "https" : nil }
    }

    private static func text(_ address: IPAddress, _ port: UInt16, _ names: EndpointNames?) -> String {
        var text = TextBuffer()
        text.append(endpoint: address, port, names)
        return text.string
    }

    @Test(
        "Each part has its name, or is as it is",
        arguments: [
            ("192.0.2.1", 443, "here:https"), ("192.0.2.2", 80, "www:80"), ("192.0.2.3", 443, "192.0.2.3:https"),
            ("2001:db8::1", 50_000, "[2001:db8::1]:50000"),
        ] as [(String, UInt16, String)]
    )
    func parts(_ address: String, _ port: UInt16, _ expected: String) throws {
        var names = try Self.names()
        names.learn("old", of: try Self.address("192.0.2.2"))
        names.learn("www", of: try Self.address("192.0.2.2"))
        // Of /etc/hosts.
        names.learn("other", of: try Self.address("192.0.2.1"))
        names.learn("", of: try Self.address("192.0.2.3"))
        #expect(Self.text(try Self.address(address), port, names) == expected)
        #expect(Self.text(try Self.address("192.0.2.1"), 443, nil) == "192.0.2.1:443")
    }

    @Test("Names from the network are escaped")
    func escaped() throws {
        var names = try Self.names()
        names.learn("a\u{1B}[2J", of: try Self.address("192.0.2.9"))
        #expect(Self.text(try Self.address("192.0.2.9"), 1, names) == "a\\x1b[2J:1")
    }

    @Test("The oldest are forgotten")
    func bound() throws {
        var names = try Self.names(generationSize: 2)
        let addresses = try (2...6).map { try Self.address("192.0.2.\($0)") }
        for address in addresses { names.learn("n\(address)", of: address) }
        #expect(addresses.map { names.name(of: $0) != nil } == [false, false, true, true, true])
    }

    @Test("Every view for people shows them, also those that it learns meanwhile")
    func views() throws {
        let segments = try SegmentScript(lines: ["0 > S 100 -", "0.1 < RA 0 101"]).segments()
        var names = EndpointNames(hosts: [segments[0].source: "client"]) { _ in "service" }
        names.learn("server", of: segments[0].destination)
        let reports: [any CaptureReport] = [
            SegmentLines(palette: .plain, explains: false, width: nil, zone: .utc, names: names),
            ConnectionLines(palette: .plain, zone: .utc, names: names),
            LadderView(format: .text, width: nil, zone: .utc, palette: .plain, names: names),
        ]
        for report in reports {
            #expect(report.tellsNames)
            let text = try Self.rendered(segments, report)
            #expect(text.contains("client:service") && text.contains("server:service"), "\(text)")
        }
        #expect(!CaptureJSON(tellsSegments: true).tellsNames)
    }

    private static func rendered(_ segments: [Segment], _ report: some CaptureReport) throws -> String {
        try CaptureReportsTests.rendered(segments, as: report)
    }
}
