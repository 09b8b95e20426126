internal import Addresses
package import SondeSystem
internal import SystemPackage

/// Connects a stream to the first of a name's addresses that answers: the sockets of what `ConnectionAttempts` decides.
package struct HappyEyeballs: ~Copyable {
    private let addresses: [SocketAddress]
    private var schedule: ConnectionAttempts
    /// By the index of the address.
    private var attempts: [Attempt] = []
    private var failed: [FailedAttempt] = []
    private var loop: EventLoop
    private let started = MonotonicTime.now

    private struct Attempt {
        let address: SocketAddress
        /// `nil` once it failed. Owned: the attempts are closed when they fail or lose.
        var socket: BorrowedDescriptor?
    }

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
        var race = HappyEyeballs(ConnectionAttempts.interleaved(addresses, by: \.domain), loop)
        return try race.run(until: race.started + timeout)
    }

    private init(_ addresses: [SocketAddress], _ loop: consuming EventLoop) {
        self.addresses = addresses
        self.loop = loop
        schedule = ConnectionAttempts(count: addresses.count)
    }

    deinit {
        for attempt in attempts {
            if let socket = attempt.socket { _ = Descriptor(owning: socket.number) }
        }
    }

    private mutating func run(until deadline: MonotonicTime) throws(ConnectError) -> EstablishedConnection {
        while true {
            let now = MonotonicTime.now
            // Not before there is an attempt to report, however short the time is.
            if now >= deadline, !attempts.isEmpty { throw giveUp() }
            switch schedule.next(at: now) {
            case .start(let index):
                if start(index) { return win(index) }
            case .exhausted:
                throw ConnectError(attempts: failed)
            case .wait(let moment):
                let ready = (try? loop.wait(until: min(deadline, moment ?? deadline))) ?? 0
                for event in 0..<ready {
                    let index = Int(loop.event(event).token)
                    if finish(index) { return win(index) }
                }
            }
        }
    }

    /// Begins an attempt. True where it is connected at once.
    private mutating func start(_ index: Int) -> Bool {
        let address = addresses[index]
        attempts.append(Attempt(address: address, socket: nil))
        guard let raw = RawSocketAddress(address) else {
            fail(index, .fileNameTooLong)
            return false
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
            if code == nil { return true }
            if let code, code != .nowInProgress { fail(index, code) }
        } catch {
            fail(index, error)
        }
        return false
    }

    /// Whether an attempt that became ready is connected.
    private mutating func finish(_ index: Int) -> Bool {
        guard let socket = attempts[index].socket else { return false }
        // Read the queue first: taking the pending error does not empty it, and an entry counts even without a pending error.
        let queued = socket.takeQueuedError()
        let pending = (try? socket.pendingError()) ?? queued?.errno
        if let pending {
            fail(index, pending, queued)
            return false
        }
        guard let target = attempts[index].address.endpoint, socket.isConnectedToItself(at: target) else { return true }
        // Nobody listens there.
        fail(index, .connectionRefused)
        return false
    }

    private mutating func fail(_ index: Int, _ errno: Errno, _ queued: QueuedError? = nil) {
        if let socket = attempts[index].socket { _ = Descriptor(owning: socket.number) }
        attempts[index].socket = nil
        schedule.attemptFailed()
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
