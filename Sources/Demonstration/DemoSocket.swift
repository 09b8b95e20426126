import Addresses
import SondeSystem
import SystemPackage

/// A TCP socket on 127.0.0.1 whose calls are recorded, each with the outcome that its script expects. A call that turns out otherwise
/// throws.
final class DemoSocket {
    let side: DemoSide
    /// Where the socket is bound.
    let endpoint: Endpoint
    private let log: DemoCallLog
    /// `nil` once it is closed.
    private var socket: Descriptor?
    private var buffer = IOBuffer(capacity: 4096)

    /// How long a call may take before the demonstration counts as failed.
    private static let patience = Nanoseconds.seconds(5)
    /// Of every packet sent.
    private static let timeToLive: Int32 = 64

    /// A socket that is bound before it connects, so that a capture can look for its connection.
    ///
    /// - Parameters:
    ///   - port: 0 for one that is free.
    ///   - sharesPort: whether another socket of the demonstration may be bound to the same port (SO_REUSEPORT).
    init(_ side: DemoSide, _ log: DemoCallLog, port: UInt16 = 0, sharesPort: Bool = false) throws(SystemError) {
        let socket = try naming("socket") { () throws(Errno) in try Descriptor.socket(.v4, .stream) }
        let local = try naming("bind", on: "127.0.0.1") { () throws(Errno) in
            try socket.borrowed.set(.timeToLive, to: Self.timeToLive)
            if sharesPort { try socket.borrowed.set(.reusePort, to: 1) }
            try socket.borrowed.bind(to: RawSocketAddress(Endpoint(.loopbackV4, port: port)))
            return try socket.borrowed.localAddress()
        }
        guard let endpoint = local?.endpoint else { throw SystemError("getsockname", on: "127.0.0.1", .addressNotAvailable) }
        self.side = side
        self.endpoint = endpoint
        self.log = log
        self.socket = consume socket
    }

    private init(accepted socket: consuming Descriptor, by listener: DemoSocket) {
        side = listener.side
        endpoint = listener.endpoint
        log = listener.log
        self.socket = consume socket
    }

    /// - Parameter backlog: the accept queue holds one connection more (listen(2)).
    func listen(backlog: Int32, _ outcome: String?) throws(SystemError) {
        try naming("listen", on: endpoint.description) { () throws(Errno) in try lent.listen(backlog: backlog) }
        if let outcome { log.add(side, "listen(\(backlog))", outcome) }
    }

    /// Has the kernel discard all that arrives for this socket, without a line in the log: the script explains why.
    ///
    /// A minimum TTL does that without privilege. A socket filter (SO_ATTACH_FILTER) is refused to ordinary users on some kernels.
    func discardPackets(_ discards: Bool) throws(SystemError) {
        try naming("setsockopt", on: endpoint.description) { () throws(Errno) in
            try lent.set(.minimumTimeToLive, to: discards ? Self.timeToLive + 1 : 0)
        }
    }

    /// Sends a SYN and does not wait for the answer.
    func beginConnecting(to peer: Endpoint, _ outcome: String) throws(SystemError) {
        let code = lent.connect(to: RawSocketAddress(peer))
        guard code == .nowInProgress else { throw SystemError("connect", on: peer.description, code ?? .socketIsConnected) }
        log.add(side, "connect(\(peer))", outcome)
    }

    /// Waits for the outcome of a connection attempt: `nil` where it is established.
    func connectionError(from peer: Endpoint) throws(SystemError) -> Errno? {
        try wait(for: .writable, "connect")
        return try naming("connect", on: peer.description) { () throws(Errno) in try lent.pendingError() }
    }

    /// Connects and waits until the connection is established.
    func connect(to peer: Endpoint, _ outcome: String) throws(SystemError) {
        try beginConnecting(to: peer, outcome)
        if let error = try connectionError(from: peer) { throw SystemError("connect", on: peer.description, error) }
    }

    func accept(_ outcome: String) throws(SystemError) -> DemoSocket {
        try wait(for: .readable, "accept")
        let accepted = try naming("accept", on: endpoint.description) { () throws(Errno) in
            guard let accepted = try lent.accept() else { throw .resourceTemporarilyUnavailable }
            return accepted.intoDescriptor()
        }
        log.add(side, "accept()", outcome)
        return DemoSocket(accepted: accepted, by: self)
    }

    func send(_ text: String, _ outcome: String) throws(SystemError) {
        let bytes = Array(text.utf8)
        let transfer = try naming("send", on: endpoint.description) { () throws(Errno) in try lent.send(bytes.span) }
        guard transfer == .bytes(bytes.count) else {
            throw SystemError("send", on: endpoint.description, .resourceTemporarilyUnavailable)
        }
        log.add(side, "send(\(bytes.count) bytes)", outcome)
    }

    /// Receives as many bytes as the text has.
    func receive(_ text: String, _ outcome: String? = nil) throws(SystemError) {
        var received = 0
        while received < text.utf8.count {
            guard case .bytes(let count) = try receiveSome() else {
                throw SystemError("recv", on: endpoint.description, .connectionReset)
            }
            received += count
        }
        log.add(side, "recv()", outcome ?? "\(received) bytes received")
    }

    /// Receives the peer's FIN.
    func receiveEnd(_ outcome: String) throws(SystemError) {
        guard try receiveSome() == .end else { throw SystemError("recv", on: endpoint.description, .protocolError) }
        log.add(side, "recv()", outcome)
    }

    /// Receives the peer's RST.
    func receiveReset(_ outcome: String) throws(SystemError) {
        do {
            _ = try receiveSome()
        } catch {
            guard error.errno == .connectionReset else { throw error }
            return log.add(side, "recv()", outcome)
        }
        throw SystemError("recv", on: endpoint.description, .protocolError)
    }

    /// Sends on a connection that is gone.
    func sendInVain(_ outcome: String) throws(SystemError) {
        do throws(Errno) {
            _ = try lent.send([0].span)
        } catch {
            guard error == .brokenPipe else { throw SystemError("send", on: endpoint.description, error) }
            return log.add(side, "send()", outcome)
        }
        throw SystemError("send", on: endpoint.description, .protocolError)
    }

    func shutdown(_ outcome: String) throws(SystemError) {
        try naming("shutdown", on: endpoint.description) { () throws(Errno) in try lent.shutdownSending() }
        log.add(side, "shutdown(SHUT_WR)", outcome)
    }

    /// Records what the kernel knows of the connection.
    func noteStatistics() {
        if let values = try? lent.tcpStatistics() { log.add(side, values) }
    }

    /// Makes close() send a RST.
    func resetOnClose(_ outcome: String) throws(SystemError) {
        try naming("setsockopt", on: endpoint.description) { () throws(Errno) in try lent.resetOnClose() }
        log.add(side, "setsockopt(SO_LINGER, 0 s)", outcome)
    }

    /// - Parameter outcome: `nil`: the call is no part of what is shown.
    func close(_ outcome: String?) {
        socket = nil
        if let outcome { log.add(side, "close()", outcome) }
    }

    private var lent: BorrowedDescriptor {
        guard let lent = socket?.borrowed else { preconditionFailure("a closed socket is used") }
        return lent
    }

    private func receiveSome() throws(SystemError) -> Transfer {
        while true {
            try wait(for: .readable, "recv")
            let transfer = try naming("recv", on: endpoint.description) { () throws(Errno) in
                try buffer.receive(from: lent, limit: buffer.capacity)
            }
            if transfer != .wouldBlock { return transfer }
        }
    }

    private func wait(for readiness: Readiness, _ call: String) throws(SystemError) {
        let isReady = try naming("poll") { () throws(Errno) in try lent.wait(for: readiness, until: .now + Self.patience) }
        if !isReady { throw SystemError(call, on: endpoint.description, .timedOut) }
    }
}
