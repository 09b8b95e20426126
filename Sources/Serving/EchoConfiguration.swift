package import Addresses
package import SondeSystem

/// Where to listen.
package struct ListenRequest: Hashable, Sendable {
    package let transport: Transport
    package let address: SocketAddress
    /// Not an error where this machine lacks the address family: the other requests stand without it.
    package let isOptional: Bool

    package init(_ transport: Transport, _ address: SocketAddress, isOptional: Bool = false) {
        self.transport = transport
        self.address = address
        self.isOptional = isOptional
    }
}

/// How listeners are set up.
package struct ListenOptions: Sendable {
    /// listen(2)'s second argument; the kernel cuts it at net.core.somaxconn.
    package var backlog: Int32 = 4096
    /// Other processes of the same user may listen on the port, too.
    package var reusePort = false
    package var keepAlive: KeepAlive?

    package init() {}
}

/// When a silent connection is asked whether its peer still lives (tcp(7)).
package struct KeepAlive: Hashable, Sendable {
    /// Seconds of silence before the first probe, and between probes.
    package let idle: Int32
    package let interval: Int32
    /// Probes without an answer after which the connection is given up.
    package let count: Int32

    package init(idle: Int32, interval: Int32, count: Int32) {
        self.idle = idle
        self.interval = interval
        self.count = count
    }
}

/// What an echo server does with what it hears.
package struct EchoConfiguration: Sendable {
    package enum Answer: Hashable, Sendable {
        /// The same bytes.
        case echo
        /// Nothing (RFC 863).
        case discard
        /// These bytes for each line of a stream and for each datagram.
        case fixed([UInt8])

        /// How much may be read at once so that the answer fits a buffer of this size: each byte may be a line.
        func readLimit(buffer size: Int) -> Int {
            if case .fixed(let text) = self { max(1, size / max(1, text.count)) } else { size }
        }
    }

    package var listeners: [ListenRequest]
    package var options = ListenOptions()
    package var answer = Answer.echo
    package var threads = 1
    package var maximumClients = Int.max
    package var idleTimeout: Nanoseconds?
    /// Who may connect; everybody where it is empty.
    package var allowed: [IPPrefix] = []
    /// How long each answer is held back.
    package var delay: Nanoseconds?
    /// The line that ends a connection.
    package var quitWord: String?
    /// Serves one client, or answers one datagram, and ends.
    package var servesOnce = false
    /// Whether `EchoEvent.received` is told.
    package var reportsData = false

    package init(listeners: [ListenRequest]) {
        self.listeners = listeners
    }
}
