package import Addresses

/// What `sonde demo` can show.
package enum DemoScene: String, CaseIterable, Sendable {
    case talk
    case refused
    case filtered
    case halfClose = "half-close"
    case reset
    case fullQueue = "full-queue"
    case simultaneous

    /// Binds the sockets of the scene.
    package func script() throws -> DemoScript {
        switch self {
        case .talk: try .talk()
        case .refused: try .refused()
        case .filtered: try .filtered()
        case .halfClose: try .halfClose()
        case .reset: try .reset()
        case .fullQueue: try .fullQueue()
        case .simultaneous: try .simultaneous()
        }
    }

    /// What is about to happen.
    package func introduction(server: Endpoint) -> String {
        switch self {
        case .talk:
            """
            A server and a client on this machine, and one TCP connection between them. The server has created a socket, bound it to \
            \(server) and is listening. The kernel completes the handshake of each client and queues the connection until the server \
            accepts it.
            """
        case .refused:
            """
            A client connects to \(server), where no program listens. The kernel answers for the missing program with a RST, so the \
            client learns at once that the host is there and the port is closed.
            """
        case .filtered:
            """
            A client connects to \(server), where every packet is discarded without an answer, as many firewalls do it. The client's \
            kernel sends the SYN again and again. Neither the client nor a capture can see whether the SYN or the answer is lost, or \
            where.
            """
        case .halfClose:
            """
            A client sends a request to \(server), closes its own direction and still reads. Each direction of a TCP connection \
            is closed by itself: after the client's FIN the server can still send.
            """
        case .reset:
            """
            A server at \(server) ends an established connection with a RST in place of a FIN. Programs cause one with SO_LINGER, by \
            closing a socket that holds unread data, or by crashing before they read it.
            """
        case .fullQueue:
            """
            A program listens on \(server) with room for one connection in its accept queue, and is slow to call accept(). The kernel \
            completes handshakes without the program until the queue is full. After that it drops SYNs, and to a new client the port \
            looks filtered.
            """
        case .simultaneous:
            """
            Two programs connect to each other at the same time, and close at the same time; neither listens. On one machine a segment \
            takes microseconds, so sonde discards the first SYN and the first FIN: each end acts before it has heard of the other. So A alone \
            is in SYN-RECEIVED here, and B alone in CLOSING; where the segments cross on the way, both ends are.
            """
        }
    }

    /// Pages of `sonde explain` that say more.
    package var pages: [String] {
        switch self {
        case .talk: ["why three", "why four", "time-wait"]
        case .refused: ["closed", "rst", "REJ"]
        case .filtered: ["filtered", "no-response", "S0"]
        case .halfClose: ["half-close", "shutdown()", "close-wait"]
        case .reset: ["RST", "ECONNRESET", "EPIPE"]
        case .fullQueue: ["accept queue", "SYN queue", "full-queue"]
        case .simultaneous: ["open 2/4", "closing", "self-connect"]
        }
    }
}
