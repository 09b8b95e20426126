import Addresses
import Console
import SystemPackage
import Testing

@testable import FileService
@testable import Serving
@testable import ServingReports
@testable import SondeSystem

/// Each line and object that echo, serve, get and connect print, by event.
@Suite struct ServingReportsTests {
    static let peer = SocketAddress(IPAddress(v4: 0xC000_0211), port: 40000)

    static func written(_ write: (inout TextBuffer) -> Void) -> String {
        var text = TextBuffer()
        write(&text)
        return text.string
    }

    static func text(_ event: EchoEvent) -> String { written { event.writeText(into: &$0, .plain) } }
    static func text(_ event: FileEvent) -> String { written { event.writeText(into: &$0, .plain) } }

    static func json(_ event: EchoEvent) -> String { written { event.writeJSON(time: 1.5, into: &$0) } }
    static func json(_ event: FileEvent) -> String { written { event.writeJSON(time: 1.5, into: &$0) } }

    /// An IPv4 SYN: TTL 64, window 65495, MSS 1460, SACK permitted, timestamps, window scale 7.
    static let syn = SYNFacts(
        headers: [
            0x45, 0x00, 0x00, 0x3C, 0x00, 0x00, 0x40, 0x00, 0x40, 0x06, 0x00, 0x00, 0xC0, 0x00, 0x02, 0x11, 0xC0, 0x00, 0x02, 0x01,
            0x9C, 0x40, 0x1F, 0x47, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0xA0, 0x02, 0xFF, 0xD7, 0x00, 0x00, 0x00, 0x00,
            0x02, 0x04, 0x05, 0xB4, 0x04, 0x02, 0x08, 0x0A, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07,
        ]
    )

    static func closed(_ reason: CloseReason, _ statistics: TCPStatistics? = nil) -> EchoEvent {
        .closed(
            ClosedClient(
                number: 7,
                transport: .tcp,
                peer: peer,
                bytesIn: 6,
                bytesOut: 12,
                duration: .milliseconds(289),
                reason: reason,
                statistics: statistics
            )
        )
    }

    struct Closing: Sendable {
        let reason: CloseReason
        let words: String
        /// `closed_by` and `reason`.
        let json: String

        init(_ reason: CloseReason, _ words: String, _ json: String) {
            self.reason = reason
            self.words = words
            self.json = json
        }
    }

    static let closings = [
        Closing(.fin, "client closed (FIN)", #""closed_by":"client","reason":"fin""#),
        Closing(.reset, "client reset it (RST)", #""closed_by":"client","reason":"reset""#),
        Closing(.timedOut, "client stopped answering", #""closed_by":null,"reason":"timed-out""#),
        Closing(.idleTimeout, "idle timeout", #""closed_by":"server","reason":"idle-timeout""#),
        Closing(.quit, "quit word", #""closed_by":"server","reason":"quit""#),
        Closing(.shutdown, "server stopped", #""closed_by":"server","reason":"shutdown""#),
        Closing(.failed, "system error", #""closed_by":null,"reason":"failed""#),
    ]

    @Test(arguments: closings) func echoClosings(_ closing: Closing) {
        let event = Self.closed(closing.reason)
        #expect(Self.text(event) == "#7  192.0.2.17:40000  closed  6 B in, 12 B out  289 ms  \(closing.words)\n")
        #expect(Self.json(event).contains(",\(closing.json),"))
    }

    @Test func echoClosingsWithStatistics() {
        let once = Self.closed(.fin, .made(rttMicroseconds: 22, retransmits: 1))
        #expect(
            Self.text(once)
                == "#7  192.0.2.17:40000  closed  6 B in, 12 B out  289 ms  client closed (FIN)  rtt 22.0 µs  1 retransmit\n"
        )
        #expect(Self.json(once).contains(#","rtt_ms":0.022,"retransmits":1,"#))
        #expect(Self.text(Self.closed(.fin, .made(rttMicroseconds: 22, retransmits: 0))).hasSuffix("(FIN)  rtt 22.0 µs\n"))
    }

    static let refusals: [(Refusal, String)] = [(.notAllowed, "address not allowed"), (.tooManyClients, "client limit reached")]

    @Test(arguments: refusals) func refusalsOfBothServers(refusal: Refusal, words: String) {
        #expect(Self.text(EchoEvent.refused(.tcp, Self.peer, refusal)) == "--  192.0.2.17:40000  refused  \(words)\n")
        #expect(Self.text(FileEvent.refused(Self.peer, refusal)) == "192.0.2.17:40000  refused  \(words)\n")
    }

    static let refusalsInJSON: [(Refusal, String)] = [(.notAllowed, "not-allowed"), (.tooManyClients, "max-clients")]

    @Test(arguments: refusalsInJSON) func refusalsOfBothServersInJSON(refusal: Refusal, reason: String) {
        let expected =
            #"{"type":"refused","transport":"tcp","address":"192.0.2.17","port":40000,"reason":"\#(reason)","time":1.500000}"#
            + "\n"
        #expect(Self.json(EchoEvent.refused(.tcp, Self.peer, refusal)) == expected)
        #expect(Self.json(FileEvent.refused(Self.peer, refusal)) == expected)
    }

    @Test func listening() {
        let text = "listening on tcp 192.0.2.17:40000\n"
        let json = #"{"type":"listening","transport":"tcp","address":"192.0.2.17","port":40000,"time":1.500000}"# + "\n"
        #expect(Self.text(EchoEvent.listening(.tcp, Self.peer)) == text)
        #expect(Self.json(EchoEvent.listening(.tcp, Self.peer)) == json)
        #expect(Self.text(FileEvent.listening(.tcp, Self.peer)) == text)
        #expect(Self.json(FileEvent.listening(.tcp, Self.peer)) == json)
    }

    @Test func exhaustedDescriptorsAreReportedOnStandardErrorOnly() {
        let error = SystemError("accept4", on: "tcp 192.0.2.17:40000", .tooManyOpenFiles)
        #expect(Self.text(EchoEvent.outOfDescriptors(error)).isEmpty && Self.json(EchoEvent.outOfDescriptors(error)).isEmpty)
        #expect(Self.text(FileEvent.outOfDescriptors(error)).isEmpty && Self.json(FileEvent.outOfDescriptors(error)).isEmpty)
        #expect(
            Self.written { $0.append(warning: error, .plain) }
                == "sonde: accept tcp 192.0.2.17:40000: too many open files (EMFILE 24); new clients wait until a descriptor is free\n"
        )
    }

    @Test func echoBeginnings() {
        let client = OpenedClient(number: 3, transport: .tcp, peer: Self.peer, syn: nil)
        #expect(Self.text(EchoEvent.opened(client)) == "#3  192.0.2.17:40000  connected\n")
        let datagram = OpenedClient(number: 4, transport: .udp, peer: Self.peer, syn: nil)
        #expect(Self.text(EchoEvent.opened(datagram)) == "#4  192.0.2.17:40000  first datagram\n")
        let unnamed = OpenedClient(number: 5, transport: .unix, peer: .unix(path: ""), syn: nil)
        #expect(Self.text(EchoEvent.opened(unnamed)) == "#5  unix  connected\n")
        #expect(
            Self.json(EchoEvent.opened(unnamed))
                == #"{"type":"connect","client":5,"transport":"unix","address":null,"port":null,"syn":null,"time":1.500000}"# + "\n"
        )
    }

    @Test func optionsOfTheSYN() {
        let client = OpenedClient(number: 3, transport: .tcp, peer: Self.peer, syn: Self.syn)
        #expect(
            Self.text(EchoEvent.opened(client))
                == "#3  192.0.2.17:40000  connected  mss 1460  wscale 7  sack  timestamps  ttl 64\n"
        )
        #expect(
            Self.json(EchoEvent.opened(client))
                == #"{"type":"connect","client":3,"transport":"tcp","address":"192.0.2.17","port":40000,"#
                + #""syn":{"mss":1460,"window_scale":7,"sack":true,"timestamps":true,"ttl":64,"window":65495},"time":1.500000}"#
                + "\n"
        )
    }

    @Test func hexDump() {
        let bytes = Array("hello, world\u{1B}[1m\n!".utf8)
        #expect(
            Self.text(EchoEvent.received(client: 2, bytes)) == """
                #2  0000  68 65 6c 6c 6f 2c 20 77 6f 72 6c 64 1b 5b 31 6d  hello, world.[1m
                #2  0010  0a 21                                            .!

                """
        )
    }

    @Test func dataInJSON() {
        #expect(
            Self.json(EchoEvent.received(client: 2, [0x68, 0x0A]))
                == #"{"type":"data","client":2,"bytes":2,"hex":"680a","time":1.500000}"# + "\n"
        )
    }

    @Test func echoTotals() {
        var totals = EchoTotals()
        totals.clients = 2
        totals.refused = 1
        totals.bytesIn = 2048
        totals.bytesOut = 12
        totals.datagramsIn = 5
        totals.datagramsOut = 4
        #expect(
            Self.written { totals.writeText(elapsed: .seconds(3), into: &$0) }
                == "2 clients, 1 refused, 2.00 KiB in, 12 B out, 5 datagrams in, 4 out, 3.00 s\n"
        )
        #expect(
            Self.written { totals.writeJSON(time: 1.5, elapsed: .seconds(3), into: &$0) }
                == #"{"type":"summary","clients":2,"refused":1,"bytes_in":2048,"bytes_out":12,"datagrams_in":5,"datagrams_out":4,"elapsed_ms":3000.000,"time":1.500000}"#
                + "\n"
        )
        totals.openClients = 1
        #expect(totals.rates(since: EchoTotals(), seconds: 2) == "1 client  in 1.00 KiB/s  out 6 B/s")
        totals.openClients = 2
        #expect(totals.rates(since: EchoTotals(), seconds: 2) == "2 clients  in 1.00 KiB/s  out 6 B/s")
        totals.clients = 1
        totals.refused = 0
        totals.datagramsIn = 1
        #expect(
            Self.written { totals.writeText(elapsed: .seconds(3), into: &$0) }
                == "1 client, 2.00 KiB in, 12 B out, 1 datagram in, 4 out, 3.00 s\n"
        )
    }

    @Test func echoJSON() {
        let closed = Self.written { Self.closed(.quit).writeJSON(time: 1.5, into: &$0) }
        #expect(
            closed
                == #"{"type":"close","client":7,"transport":"tcp","address":"192.0.2.17","port":40000,"bytes_in":6,"bytes_out":12,"duration_ms":289.000,"closed_by":"server","reason":"quit","rtt_ms":null,"retransmits":null,"time":1.500000}"#
                + "\n"
        )
        let refused = Self.written { EchoEvent.refused(.udp, .unix(path: ""), .notAllowed).writeJSON(time: 2, into: &$0) }
        #expect(
            refused == #"{"type":"refused","transport":"udp","address":null,"port":null,"reason":"not-allowed","time":2.000000}"#
                + "\n"
        )
    }

    static func answer(size: UInt64?, sent: UInt64, _ refusal: FileRefusal? = nil) -> FileEvent {
        .answered(
            FileAnswer(
                peer: peer,
                request: Array("GET a\u{1B}b".utf8),
                size: size,
                refusal: refusal,
                sent: sent,
                duration: .milliseconds(2)
            )
        )
    }

    @Test func fileAnswers() {
        #expect(Self.text(Self.answer(size: 10, sent: 10)) == "192.0.2.17:40000  GET a\\x1bb  10 B  2.00 ms\n")
        #expect(Self.text(Self.answer(size: 10, sent: 4)) == "192.0.2.17:40000  GET a\\x1bb  4 B  2.00 ms  cut, of 10 B\n")
        #expect(
            Self.text(Self.answer(size: nil, sent: 0, .notFound))
                == "192.0.2.17:40000  GET a\\x1bb  no: \(FileRefusal.notFound.rawValue)\n"
        )
    }

    @Test func fileAnswersInJSON() {
        let request = #"{"type":"request","transport":"tcp","address":"192.0.2.17","port":40000,"request":"GET a\u001bb","#
        #expect(
            Self.json(Self.answer(size: 10, sent: 4))
                == request + #""size":10,"sent":4,"duration_ms":2.000,"reason":null,"time":1.500000}"# + "\n"
        )
        #expect(
            Self.json(Self.answer(size: nil, sent: 0, .notFound))
                == request + #""size":null,"sent":0,"duration_ms":2.000,"reason":"no such file","time":1.500000}"# + "\n"
        )
    }

    @Test func fileTotals() {
        var totals = FileTotals()
        totals.clients = 1
        totals.requests = 3
        totals.refused = 2
        totals.bytesSent = 5
        #expect(
            Self.written { totals.writeText(elapsed: .seconds(1), into: &$0) }
                == "1 client, 3 requests, 2 of them refused, 5 B sent, 1.00 s\n"
        )
        #expect(
            Self.written { totals.writeJSON(time: 1.5, elapsed: .seconds(1), into: &$0) }
                == #"{"type":"summary","clients":1,"requests":3,"refused":2,"bytes_sent":5,"elapsed_ms":1000.000,"time":1.500000}"#
                + "\n"
        )
        totals.clients = 2
        totals.requests = 1
        totals.refused = 0
        #expect(Self.written { totals.writeText(elapsed: .seconds(1), into: &$0) } == "2 clients, 1 request, 5 B sent, 1.00 s\n")
    }

    @Test func listing() {
        let listing = FileListing(Array("10 1.5 a\tb\n- 2.25 sub/\nno entry\n# 1 left out\n".utf8))
        #expect(listing.remark == "1 left out")
        #expect(FileListing(Array("1 1 a%0Ab%\n1 1 a%0Ab\n".utf8), isEncoded: true).entries.map(\.name) == ["a\nb"])
        #expect(FileListing(Array("1 1 a%0Ab%\n".utf8)).entries.map(\.name) == ["a%0Ab%"])
        #expect(
            Self.written { text in
                FileListing.writeHeading(sizeWidth: listing.sizeWidth, into: &text, .plain)
                listing.forEach { $0.writeText(sizeWidth: listing.sizeWidth, into: &text, .plain) }
            } == """
                  SIZE  NAME
                  10 B  a\\tb
                folder  sub/

                """
        )
        #expect(
            Self.written { text in listing.forEach { $0.writeJSON(into: &text) } } == """
                {"type":"entry","kind":"file","name":"a\\tb","size":10,"modified":1.500000}
                {"type":"entry","kind":"folder","name":"sub/","size":null,"modified":2.250000}

                """
        )
    }
}
