package import Addresses
package import SondeSystem
import SystemPackage

/// The client's side of the demonstration: the calls of a socket tutorial in their order, each with what came of it.
///
/// The goodbye and the FIN go out together while the server holds its answer back, so that the kernel acknowledges the FIN alone:
/// the teardown takes its four steps, and the answer arrives through the half that is still open.
package struct DemoConversation: ~Copyable {
    /// A call that was made and what it brought about.
    struct Step {
        let call: String
        let outcome: String
    }

    static let greeting = "hello, sonde\n"
    static let goodbye = "goodbye\n"
    /// How long the whole talk may take before it counts as failed; on loopback it takes a quarter of a second.
    private static let patience = Nanoseconds.seconds(5)

    private let server: Endpoint
    private let socket: Descriptor
    private var room = IOBuffer(capacity: 256)
    private let deadline = MonotonicTime.now + patience

    private(set) var steps = [Step(call: "socket()", outcome: "returns a descriptor; no packet has been sent")]
    /// What the kernel knew of the connection before the socket was closed.
    private(set) var statistics: TCPStatistics?
    /// The client's end of the connection.
    package let client: Endpoint

    package init(with server: Endpoint) throws(SystemError) {
        let socket = try naming("socket") { () throws(Errno) in
            try Descriptor.socket(domain: SocketAddress(server.address, port: 0).domain, .stream)
        }
        // Bound before it connects, so that the capture can look for this one connection.
        let local = try naming("bind", on: "127.0.0.1") { () throws(Errno) in
            try socket.borrowed.bind(to: RawSocketAddress(Endpoint(server.address, port: 0)))
            return try socket.borrowed.localAddress()
        }
        guard let client = local?.endpoint else { throw SystemError("getsockname", on: "127.0.0.1", .addressNotAvailable) }
        self.server = server
        self.socket = socket
        self.client = client
    }

    /// Talks from connect to close; afterwards the socket is closed.
    package consuming func run() throws(SystemError) -> Transcript {
        try connect()
        try send(Self.greeting, "the kernel splits the data into segments and keeps it until it is acknowledged")
        try receive(Self.greeting.utf8.count)
        try send(Self.goodbye, "the server delays its echo")
        try shutdown()
        try receive(Self.goodbye.utf8.count)
        try receiveEnd()
        statistics = try? socket.borrowed.tcpStatistics()
        steps.append(
            Step(call: "close()", outcome: "frees the descriptor; the kernel keeps the port pair in TIME-WAIT for a minute")
        )
        return Transcript(steps: steps, client: client, statistics: statistics)
    }

    /// What remains of a conversation when its socket is gone.
    package struct Transcript {
        let steps: [Step]
        package let client: Endpoint
        let statistics: TCPStatistics?
    }

    private mutating func connect() throws(SystemError) {
        let code = socket.borrowed.connect(to: RawSocketAddress(server))
        guard code == nil || code == .nowInProgress else {
            throw SystemError("connect", on: server.description, code ?? .connectionRefused)
        }
        try wait(for: .writable, "connect")
        let failure = try naming("connect", on: server.description) { () throws(Errno) in try socket.borrowed.pendingError() }
        if let failure { throw SystemError("connect", on: server.description, failure) }
        steps.append(Step(call: "connect(\(server))", outcome: "three segments, then both ends are established"))
    }

    private mutating func send(_ text: String, _ outcome: String) throws(SystemError) {
        let bytes = Array(text.utf8)
        let transfer = try naming("send", on: server.description) { () throws(Errno) -> Transfer in
            try socket.borrowed.send(bytes.span)
        }
        guard transfer == .bytes(bytes.count) else {
            throw SystemError("send", on: server.description, .resourceTemporarilyUnavailable)
        }
        steps.append(Step(call: "send(\(bytes.count) bytes)", outcome: outcome))
    }

    private mutating func shutdown() throws(SystemError) {
        try naming("shutdown", on: server.description) { () throws(Errno) in try socket.borrowed.shutdownSending() }
        steps.append(Step(call: "shutdown(SHUT_WR)", outcome: "sends a FIN; the server's half stays open"))
    }

    private mutating func receive(_ expected: Int) throws(SystemError) {
        var received = 0
        while received < expected {
            guard case .bytes(let count) = try receiveSome() else {
                throw SystemError("recv", on: server.description, .connectionReset)
            }
            received += count
        }
        steps.append(Step(call: "recv()", outcome: "\(received) bytes received"))
    }

    private mutating func receiveEnd() throws(SystemError) {
        guard try receiveSome() == .end else { throw SystemError("recv", on: server.description, .protocolError) }
        steps.append(Step(call: "recv()", outcome: "0 bytes: the server's FIN has closed its half"))
    }

    private mutating func receiveSome() throws(SystemError) -> Transfer {
        while true {
            try wait(for: .readable, "recv")
            let transfer = try naming("recv", on: server.description) { [socket = socket.borrowed] () throws(Errno) -> Transfer in
                try room.receive(from: socket, limit: room.capacity)
            }
            if transfer != .wouldBlock { return transfer }
        }
    }

    private func wait(for readiness: Readiness, _ call: String) throws(SystemError) {
        let isReady = try naming("poll") { () throws(Errno) -> Bool in
            try socket.borrowed.wait(for: readiness, until: deadline)
        }
        if !isReady { throw SystemError(call, on: server.description, .timedOut) }
    }
}
