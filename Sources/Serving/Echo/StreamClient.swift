internal import Lines
internal import SondeSystem

/// One connection of an echo server.
struct StreamClient: ~Copyable {
    let descriptor: Descriptor
    let number: UInt64
    let transport: Transport
    let peer: SocketAddress
    let opened: MonotonicTime
    var lastActivity: MonotonicTime
    var bytesIn: UInt64 = 0
    var bytesOut: UInt64 = 0
    var phase = Phase.open
    /// What the loop watches for.
    var interest = Readiness.readable
    /// What the client is owed.
    var backlog = Backlog()
    /// Whether a timer stands for the next of its bytes that are held back.
    var isReleaseScheduled = false
    var quit: LineMatcher?

    init(_ descriptor: consuming Descriptor, number: UInt64, _ transport: Transport, _ peer: SocketAddress, at now: MonotonicTime) {
        self.descriptor = descriptor
        self.number = number
        self.transport = transport
        self.peer = peer
        opened = now
        lastActivity = now
    }

    /// How many lines the first `count` bytes of `buffer` end; the rest of a line counts with the bytes that end it.
    func countLines(_ buffer: borrowing IOBuffer, _ count: Int) -> Int {
        buffer.withBytes(0..<count) { bytes in
            var lines = 0
            for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { lines += 1 }
            return lines
        }
    }

    var isLingering: Bool {
        if case .lingering = phase { true } else { false }
    }

    enum Phase: Equatable {
        case open
        /// Nothing more is read; what the client is owed goes out, then the connection ends.
        case flushing(CloseReason)
        /// Our FIN is out. What still comes is thrown away until the client's FIN, since closing over unread bytes would send RST
        /// and take the last answer from the client.
        case lingering(CloseReason)
    }
}

/// When a client wants attention without being ready.
struct ClientTimer: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
        case idle
        case release
        case linger
    }

    let token: UInt64
    let kind: Kind
}
