import Addresses
import Console
import SondeSystem
import Testing

@testable import LocalSockets
@testable import SocketReports

@Suite("Words of a socket's row")
struct SocketWordTests {
    @Test(
        "each state (include/net/tcp_states.h); a datagram socket without a peer is bound",
        arguments: [
            (.established, "established"), (.synSent, "syn-sent"), (.synReceived, "syn-received"),
            (.newSynReceived, "syn-received"),
            (.finWait1, "fin-wait-1"), (.finWait2, "fin-wait-2"), (.timeWait, "time-wait"), (.close, "closed"),
            (.closeWait, "close-wait"), (.lastAck, "last-ack"), (.listen, "listen"), (.closing, "closing"),
            (.boundInactive, "bound"),
        ] as [(SocketState, String)]
    )
    func states(_ state: SocketState, _ word: String) {
        let socket = LocalSocket(.tcp, state, family: .v4, local: SocketAddress(.loopbackV4, port: 80))
        #expect("\(socket.stateWord)" == word)
    }

    @Test("a UDP socket without a peer is bound")
    func datagrams() {
        let local = SocketAddress(.loopbackV4, port: 53)
        #expect("\(LocalSocket(.udp, .close, family: .v4, local: local).stateWord)" == "bound")
    }

    @Test(
        "each kind has a transport and a type",
        arguments: [
            (.tcp, "tcp", "stream"), (.udp, "udp", "dgram"), (.unixStream, "unix", "stream"), (.unixDatagram, "unix", "dgram"),
            (.unixSequencedPacket, "unix", "seqpacket"),
        ] as [(LocalSocket.Kind, String, String)]
    )
    func kinds(_ kind: LocalSocket.Kind, transport: String, type: String) {
        #expect(kind.transport == transport && kind.type == type)
    }

    @Test("where it is bound: address, port, interface; the name of a Unix socket, @ for an abstract one, - for none")
    func endpoints() throws {
        let v4 = SocketRow(LocalSocket(.tcp, .listen, family: .v4, local: SocketAddress(.loopbackV4, port: 80)), interface: "lo")
        #expect(v4.endpointText == "127.0.0.1%lo:80" && v4.portText == "80/tcp")
        let v6 = SocketRow(LocalSocket(.tcp, .listen, family: .v6, local: SocketAddress(.loopbackV6, port: 80)))
        #expect(v6.endpointText == "[::1]:80")
        let names = [("/run/a", "/run/a"), ("\0a", "@a"), ("", "-")]
        for (name, text) in names {
            let row = SocketRow(LocalSocket(.unixSequencedPacket, .listen, local: .unix(path: name)))
            #expect(row.endpointText == text && row.portText == "unix/seqpacket")
        }
    }

    @Test("who holds it")
    func holders() {
        let socket = LocalSocket(.tcp, .listen, family: .v4, local: SocketAddress(.anyV4, port: 80))
        let many = (1...3).map { SocketHolder(pid: $0, name: "nginx") }
        #expect(SocketRow(socket, holders: many).processText == "nginx 1 and 2 more")
        #expect(SocketRow(socket, holders: [many[0]]).processText == "nginx 1")
        #expect(SocketRow(socket, isHidden: true).processText == "of another user")
        #expect(SocketRow(socket).processText == "-")
        #expect([SocketHolder]().text == "-")
    }
}
