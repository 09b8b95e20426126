import Addresses
import Console
import SondeSystem
import SystemPackage

/// Scenes in which a connection does not open, or not in the usual way.
extension DemoScript {
    /// A SYN to a port with no listener.
    static func refused() throws -> DemoScript {
        let log = DemoCallLog()
        // Bound and not listening: nobody else can listen on the port meanwhile.
        let unused = try DemoSocket(.server, log)
        let client = try DemoSocket(.client, log)
        return DemoScript(log, server: unused.endpoint, clients: [client.endpoint]) { _ in
            log.add(.server, "bind(\(unused.endpoint))", "the port is taken, but nothing listens on it: there is no listen()")
            try client.beginConnecting(to: unused.endpoint, "sends a SYN")
            let error = try client.connectionError(from: unused.endpoint)
            guard error == .connectionRefused else {
                throw SystemError("connect", on: "\(unused.endpoint)", error ?? .socketIsConnected)
            }
            log.add(.client, "connect() returns", "ECONNREFUSED, as soon as the RST arrives")
            client.close("frees the descriptor; there was never a connection, so nothing remains in TIME-WAIT")
            unused.close(nil)
        }
    }

    /// SYNs that are discarded in silence.
    static func filtered() throws -> DemoScript {
        let log = DemoCallLog()
        let listener = try DemoSocket(.server, log)
        let client = try DemoSocket(.client, log)
        return DemoScript(log, server: listener.endpoint, clients: [client.endpoint], endsClosed: false) { stop in
            try listener.discardPackets(true)
            log.add(
                .server,
                "setsockopt(IP_MINTTL)",
                "the listener's kernel discards every packet whose TTL is below 65: all of them"
            )
            try listener.listen(backlog: 1, "ready for connections that will never arrive")
            try client.beginConnecting(to: listener.endpoint, "sends a SYN, and sends it again while nothing answers")
            let begun = MonotonicTime.now
            try naming("poll") { () throws(Errno) in try stop.sleep(until: begun + .milliseconds(3300)) }
            client.noteStatistics()
            var waited = TextBuffer()
            waited.append((MonotonicTime.now - begun).seconds, decimals: 1)
            client.close(
                "gives up after \(waited.string) s; by itself connect() would fail with ETIMEDOUT, after minutes (tcp_syn_retries)"
            )
            listener.close(nil)
        }
    }

    /// A listener whose program does not accept.
    static func fullQueue() throws -> DemoScript {
        let log = DemoCallLog()
        let listener = try DemoSocket(.server, log)
        let first = try DemoSocket(DemoSide(name: "client 1", style: .originator), log)
        let second = try DemoSocket(DemoSide(name: "client 2", style: .originator), log)
        let server = listener.endpoint
        return DemoScript(log, server: server, clients: [first.endpoint, second.endpoint], endsClosed: false) { _ in
            try listener.listen(backlog: 0, "the accept queue holds one connection: the backlog and one more")
            try first.connect(to: server, "established, although nobody has called accept(): the connection fills the queue")
            try second.beginConnecting(to: server, "the kernel drops the SYN, because the queue is full")
            Process.sleep(.milliseconds(400))
            let accepted = try listener.accept("takes client 1 out of the queue; client 2's next SYN will find room")
            if let error = try second.connectionError(from: server) { throw SystemError("connect", on: "\(server)", error) }
            log.add(second.side, "connect() returns", "established after 1 s: the kernel had to send the SYN twice")
            second.noteStatistics()
            let acceptedLater = try listener.accept("takes client 2")
            for (client, peer) in [(first, accepted), (second, acceptedLater)] {
                client.close("sends a FIN")
                try peer.receiveEnd("0 bytes: \(client.side.name) has closed")
                peer.close("sends a FIN")
            }
            listener.close(nil)
        }
    }

    /// Both ends call connect(), and both close, before they have heard of the other's call.
    static func simultaneous() throws -> DemoScript {
        let log = DemoCallLog()
        // In place of the far end's socket, whose port must not refuse the first SYN.
        let absent = try DemoSocket(.server, log, sharesPort: true)
        let near = try DemoSocket(DemoSide(name: "A", style: .originator), log)
        let far = try DemoSocket(DemoSide(name: "B", style: .responder), log, port: absent.endpoint.port, sharesPort: true)
        return DemoScript(log, server: far.endpoint, clients: [near.endpoint]) { _ in
            try absent.discardPackets(true)
            try absent.listen(backlog: 0, nil)
            try near.beginConnecting(to: far.endpoint, "sends a SYN; sonde discards it, as if it were still on its way")
            absent.close(nil)
            Process.sleep(.milliseconds(50))
            try far.connect(to: near.endpoint, "sends a SYN too: A answers with SYN and ACK although it never listened")
            if let error = try near.connectionError(from: far.endpoint) {
                throw SystemError("connect", on: "\(far.endpoint)", error)
            }
            log.add(near.side, "connect() returns", "established: one connection, not two")

            try near.discardPackets(true)
            try far.shutdown("sends a FIN; sonde discards it, as if it were still on its way")
            Process.sleep(.milliseconds(20))
            try near.discardPackets(false)
            try near.shutdown("sends a FIN that does not acknowledge B's; B changes to CLOSING")
            try far.receiveEnd("0 bytes: A has closed")
            try near.receiveEnd("0 bytes: B's FIN arrives when its kernel sends it again")
            near.close("both ends keep the port pair in TIME-WAIT: each was the first to close")
            far.close(nil)
        }
    }
}
