internal import Addresses
package import SondeSystem
package import SystemPackage

// Connecting to a name that has several addresses, after RFC 8305 ("Happy Eyeballs"). Tried one after the other, a first address
// that swallows packets costs its whole timeout before the second gets its turn; tried all at once, the server sees connections
// that nobody wants. So the addresses are sorted to alternate between the families, beginning with that of the first; each attempt
// has a head start of a quarter of a second on the next, and none where it fails at once; the first to stand wins, and the others
// are closed.

/// A connection that stands.
package struct EstablishedConnection: ~Copyable {
    package let descriptor: Descriptor
    package let peer: SocketAddress
    /// From the first SYN of any attempt.
    package let elapsed: Nanoseconds
    /// The attempts that failed before.
    package let failed: [FailedAttempt]
}

/// An address that could not be connected to.
package struct FailedAttempt: Hashable, Sendable {
    package let address: SocketAddress
    /// `.timedOut` also where the attempt was given up because the time was over.
    package let errno: Errno
    /// What the error queue holds of an ICMP error; a refusal by the host itself (RST) leaves none.
    package let queuedError: QueuedError?
}

/// No address could be connected to; at least one attempt.
package struct ConnectError: Error, Sendable {
    package let attempts: [FailedAttempt]
}

package struct HappyEyeballs: ~Copyable {
    private var waiting: [SocketAddress]
    private var attempts: [Attempt] = []
    private var failed: [FailedAttempt] = []
    private var loop: EventLoop
    private let started = MonotonicTime.now

    private struct Attempt {
        let address: SocketAddress
        /// `nil` once it failed. Owned: the attempts are closed when they fail or lose.
        var socket: BorrowedDescriptor?
    }

    /// RFC 8305 section 5, Connection Attempt Delay.
    private static let headStart = Nanoseconds.milliseconds(250)

    /// Connects a stream to the first of `addresses` that answers, within `timeout`. There must be at least one address.
    package static func connect(
        to addresses: [SocketAddress],
        timeout: Nanoseconds
    ) throws(ConnectError) -> EstablishedConnection {
        precondition(!addresses.isEmpty)
        let loop: EventLoop
        do { loop = try EventLoop(batchSize: 16) } catch {
            throw ConnectError(attempts: [FailedAttempt(address: addresses[0], errno: error, queuedError: nil)])
        }
        var race = HappyEyeballs(waiting: interleaved(addresses), loop: loop)
        return try race.run(until: race.started + timeout)
    }

    private init(waiting: [SocketAddress], loop: consuming EventLoop) {
        self.waiting = waiting
        self.loop = loop
    }

    deinit {
        for attempt in attempts {
            if let socket = attempt.socket { _ = Descriptor(owning: socket.number) }
        }
    }

    /// Alternates between the families and keeps the order within each (RFC 8305 section 4).
    static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
        let first = addresses.filter { $0.domain == addresses[0].domain }
        let others = addresses.filter { $0.domain != addresses[0].domain }
        var sorted: [SocketAddress] = []
        for index in 0..<max(first.count, others.count) {
            if index < first.count { sorted.append(first[index]) }
            if index < others.count { sorted.append(others[index]) }
        }
        return sorted
    }

    private mutating func run(until deadline: MonotonicTime) throws(ConnectError) -> EstablishedConnection {
        var nextStart = started
        while true {
            let now = MonotonicTime.now
            // Not before there is an attempt to tell of, however short the time is.
            if now >= deadline, !attempts.isEmpty { throw giveUp() }
            if !waiting.isEmpty, now >= nextStart || !isAnyUnderWay {
                if let winner = start() { return win(winner) }
                nextStart = now + Self.headStart
                continue
            }
            guard isAnyUnderWay else { throw ConnectError(attempts: failed) }
            let until = waiting.isEmpty ? deadline : min(deadline, nextStart)
            let ready = (try? loop.wait(until: until)) ?? 0
            for index in 0..<ready {
                let attempt = Int(loop.event(index).token)
                if finish(attempt) { return win(attempt) }
            }
        }
    }

    private var isAnyUnderWay: Bool { attempts.contains { $0.socket != nil } }

    /// Begins the next attempt; returns its index where it stands at once.
    private mutating func start() -> Int? {
        let address = waiting.removeFirst()
        let index = attempts.count
        attempts.append(Attempt(address: address, socket: nil))
        guard let raw = RawSocketAddress(address) else {
            fail(index, .fileNameTooLong)
            return nil
        }
        do {
            let descriptor = try Descriptor.socket(domain: address.domain, .stream)
            let socket = descriptor.borrowed
            if let family = address.endpoint?.address.family {
                try socket.set(family == .v4 ? .receiveErrorsV4 : .receiveErrorsV6, to: 1)
                try socket.set(.noDelay, to: 1)
            }
            let code = socket.connect(to: raw)
            if code == nil || code == .nowInProgress { try loop.add(socket, for: .writable, token: UInt64(index)) }
            attempts[index].socket = BorrowedDescriptor(descriptor.release())
            if code == nil { return index }
            if let code, code != .nowInProgress { fail(index, code) }
        } catch {
            fail(index, error)
        }
        return nil
    }

    /// Whether an attempt that became ready stands.
    private mutating func finish(_ index: Int) -> Bool {
        guard let socket = attempts[index].socket else { return false }
        // The queue is asked first: taking the pending error does not empty it, but an entry also tells of by itself.
        let queued = socket.takeQueuedError()
        let pending = (try? socket.pendingError()) ?? queued?.errno
        guard let errno = pending ?? socket.selfConnectionError else { return true }
        fail(index, errno, queued)
        return false
    }

    private mutating func fail(_ index: Int, _ errno: Errno, _ queued: QueuedError? = nil) {
        if let socket = attempts[index].socket { _ = Descriptor(owning: socket.number) }
        attempts[index].socket = nil
        failed.append(FailedAttempt(address: attempts[index].address, errno: errno, queuedError: queued))
    }

    private mutating func giveUp() -> ConnectError {
        for index in attempts.indices where attempts[index].socket != nil {
            fail(index, .timedOut, attempts[index].socket?.takeQueuedError())
        }
        return ConnectError(attempts: failed)
    }

    private mutating func win(_ index: Int) -> EstablishedConnection {
        let socket = attempts[index].socket ?? BorrowedDescriptor(-1)
        attempts[index].socket = nil
        try? loop.remove(socket)
        return EstablishedConnection(
            descriptor: Descriptor(owning: socket.number),
            peer: attempts[index].address,
            elapsed: .now - started,
            failed: failed
        )
    }
}

extension BorrowedDescriptor {
    /// A refusal, where the socket has met itself: an attempt at a closed port of this machine from which the kernel happens to
    /// send is a simultaneous open with itself (RFC 9293 section 3.5), and nobody listens there.
    fileprivate var selfConnectionError: Errno? {
        guard let local = try? localAddress(), local.endpoint != nil, local == (try? peerAddress()) else { return nil }
        return .connectionRefused
    }
}

extension EstablishedConnection {
    /// The socket, to be used by itself.
    package consuming func intoDescriptor() -> Descriptor { descriptor }

    /// A datagram socket that sends to `address` and hears it alone. Nothing is sent yet.
    package static func datagram(to address: SocketAddress) throws(ConnectError) -> EstablishedConnection {
        let started = MonotonicTime.now
        do throws(Errno) {
            guard let raw = RawSocketAddress(address) else { throw Errno.fileNameTooLong }
            let descriptor = try Descriptor.socket(domain: address.domain, .datagram)
            let socket = descriptor.borrowed
            // A Unix socket without a name can't be answered: the kernel gives it one (unix(7), autobind).
            if address.endpoint == nil, let unnamed = RawSocketAddress(.unix(path: "")) { try socket.bind(to: unnamed) }
            if let errno = socket.connect(to: raw) { throw errno }
            return EstablishedConnection(descriptor: descriptor, peer: address, elapsed: .now - started, failed: [])
        } catch {
            throw ConnectError(attempts: [FailedAttempt(address: address, errno: error, queuedError: nil)])
        }
    }
}
