import Addresses
import CaptureReports
import Console
import Testing

@testable import Sessions

/// What a capture shows beside its results, and the names that it begins with.
@Suite("Views of a capture")
struct CaptureViewTests {
    @Test(
        "The line on a terminal has packets, their rate and drops",
        arguments: [
            (0, 0, 0, "0 packets, 0 per second, 0 dropped"), (1, 2, 3, "1 packet, 2 per second, 3 dropped"),
            (1_234_567, 50_000, 1_000, "1,234,567 packets, 50,000 per second, 1,000 dropped"),
        ] as [(UInt64, UInt64, UInt64, String)]
    )
    func status(_ frames: UInt64, _ rate: UInt64, _ dropped: UInt64, _ expected: String) {
        var text = TextBuffer()
        text.append(statusOf: frames, rate: rate, dropped: dropped)
        #expect(text.string == expected)
    }

    @Test("The first name of each address of /etc/hosts counts, comments and lines without a name do not")
    func hosts() throws {
        let text = """
            # 192.0.2.9 comment
            127.0.0.1\tlocalhost  other
            192.0.2.1 first # second
            192.0.2.1 third
            192.0.2.2
            nonsense name
            2001:db8::1 six
            """
        let hosts = EndpointNames.hosts(in: text)
        let expected = ["127.0.0.1": "localhost", "192.0.2.1": "first", "2001:db8::1": "six"]
        #expect(hosts == Dictionary(uniqueKeysWithValues: try expected.map { (try #require(IPAddress($0)), $1) }))
    }
}
