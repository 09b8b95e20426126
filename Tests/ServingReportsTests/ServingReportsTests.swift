import Addresses
import Console
import SondeSystem
import SystemPackage
import Testing

@testable import FileService
@testable import Serving
@testable import ServingReports

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

    static func closed(_ reason: CloseReason) -> EchoEvent {
        .closed(
            ClosedClient(
                number: 7,
                transport: .tcp,
                peer: peer,
                bytesIn: 6,
                bytesOut: 12,
                duration: .milliseconds(289),
                reason: reason,
                statistics: nil
            )
        )
    }

    static let closings: [(CloseReason, String)] = [
        (.fin, "client closed (FIN)"), (.reset, "client reset it (RST)"), (.timedOut, "client stopped answering"),
        (.idleTimeout, "idle timeout"), (.quit, "quit word"), (.shutdown, "server stopped"), (.failed, "system error"),
    ]

    @Test(arguments: closings) func echoClosings(reason: CloseReason, words: String) {
        #expect(Self.text(Self.closed(reason)) == "#7  192.0.2.17:40000  closed  6 B in, 12 B out  289 ms  \(words)\n")
    }

    static let refusals: [(Refusal, String)] = [(.notAllowed, "address not allowed"), (.tooManyClients, "client limit reached")]

    @Test(arguments: refusals) func refusalsOfBothServers(refusal: Refusal, words: String) {
        #expect(Self.text(EchoEvent.refused(.tcp, Self.peer, refusal)) == "--  192.0.2.17:40000  refused  \(words)\n")
        #expect(Self.text(FileEvent.refused(Self.peer, refusal)) == "192.0.2.17:40000  refused  \(words)\n")
    }

    @Test func echoBeginnings() {
        #expect(Self.text(EchoEvent.listening(.tcp, Self.peer)) == "listening on tcp 192.0.2.17:40000\n")
        let client = OpenedClient(number: 3, transport: .tcp, peer: Self.peer, syn: nil)
        #expect(Self.text(EchoEvent.opened(client)) == "#3  192.0.2.17:40000  connected\n")
        let datagram = OpenedClient(number: 4, transport: .udp, peer: Self.peer, syn: nil)
        #expect(Self.text(EchoEvent.opened(datagram)) == "#4  192.0.2.17:40000  first datagram\n")
        let unnamed = OpenedClient(number: 5, transport: .unix, peer: .unix(path: ""), syn: nil)
        #expect(Self.text(EchoEvent.opened(unnamed)) == "#5  unix  connected\n")
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
            Self.written { totals.writeJSON(elapsed: .seconds(3), into: &$0) }
                == #"{"type":"summary","clients":2,"refused":1,"bytes_in":2048,"bytes_out":12,"datagrams_in":5,"datagrams_out":4,"elapsed_ms":3000.000}"#
                + "\n"
        )
        totals.openClients = 1
        #expect(totals.rates(since: EchoTotals(), seconds: 2) == "1 client  in 1.00 KiB/s  out 6 B/s")
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
    }

    @Test func listing() {
        let listing = FileListing(Array("10 1.5 a\tb\n- 2.25 sub/\n".utf8))
        #expect(
            Self.written { listing.writeText(into: &$0, .plain) } == """
                  SIZE  NAME
                  10 B  a\\tb
                folder  sub/

                """
        )
        #expect(
            Self.written { listing.writeJSON(into: &$0) } == """
                {"type":"entry","kind":"file","name":"a\\tb","size":10,"modified":1.500000}
                {"type":"entry","kind":"folder","name":"sub/","size":null,"modified":2.250000}

                """
        )
    }
}
