package import SondeSystem
internal import SystemPackage

/// Tokens of a server's loop. Those of connections are `Slab.firstToken` and above.
package enum ServerToken {
    /// From 0: the listeners by their index.
    static let afterListeners: UInt64 = 1 << 20
    package static let firstOfHandler = afterListeners
    static let stopped: UInt64 = 1 << 30
    static let aborted = stopped + 1
}

/// The core of every server: one thread's event loop with its listeners and its connections. What is done with the bytes is the
/// handler's affair.
///
/// It accepts and admits clients, reads one piece per turn from each that is owed nothing (see `Connections`), closes idle ones, and
/// ends in two stages: at `drain` it accepts no more and every client gets what it is owed, for at most `drainTime`; at `abort` it
/// closes all.
package struct ServerLoop<Handler: ConnectionHandler & ~Copyable>: ~Copyable {
    package private(set) var handler: Handler
    private var connections: Connections<Handler.State>
    private var acceptor: Acceptor
    private let listeners: [Listener]
    private let configuration: ServerConfiguration
    private let admission: Admission
    /// How much one read takes, at most the scratch buffer.
    private let readSize: Int
    private let stop: StopToken
    /// Until when clients may finish; set once the server is draining.
    private var drainDeadline: MonotonicTime?
    private var isListening = true
    private var isAborted = false

    /// - Parameters:
    ///   - readSize: how much one read takes.
    ///   - scratchSize: the size of the buffer that handlers may answer from, at least `readSize`.
    package init(
        _ handler: consuming Handler,
        _ listeners: [Listener],
        _ configuration: ServerConfiguration,
        _ admission: Admission,
        readSize: Int,
        scratchSize: Int,
        stop: StopToken
    ) throws(SystemError) {
        let loop = try naming("epoll_create1") { () throws(Errno) in try EventLoop() }
        precondition((1...scratchSize).contains(readSize))
        self.handler = handler
        self.listeners = listeners
        self.configuration = configuration
        self.admission = admission
        self.readSize = readSize
        self.stop = stop
        connections = Connections(loop, scratchSize: scratchSize)
        acceptor = Acceptor(listeners)
    }

    /// Serves until `stop` is raised, or until the one client of `servesOnce` is done.
    package mutating func run() throws(SystemError) {
        try naming("epoll_ctl") { () throws(Errno) in try watch() }
        while !isDone {
            let deadline = nextDeadline
            let count = try naming("epoll_wait") { () throws(Errno) in try connections.loop.wait(until: deadline) }
            connections.now = .now
            for index in 0..<count { handle(connections.loop.event(index)) }
            handleTimers()
            addTotals()
        }
        closeAll()
    }

    private mutating func watch() throws(Errno) {
        try handler.start(connections.loop)
        try acceptor.watch(with: connections.loop)
        try connections.loop.add(stop.stopped, for: .readable, token: ServerToken.stopped)
        try connections.loop.add(stop.aborted, for: .readable, token: ServerToken.aborted)
    }

    private var isDone: Bool {
        if isAborted { return true }
        if let drainDeadline, connections.now >= drainDeadline { return true }
        return !isListening && connections.slab.count == 0 && handler.isQuiet
    }

    private var nextDeadline: MonotonicTime? {
        var next = connections.timers.next
        if let tick = handler.nextTick { next = min(next ?? tick, tick) }
        if let resume = acceptor.resumeTime { next = min(next ?? resume, resume) }
        if let drainDeadline { next = min(next ?? drainDeadline, drainDeadline) }
        return next
    }

    private mutating func addTotals() {
        admission.add(bytesIn: connections.bytesIn, bytesOut: connections.bytesOut)
        connections.bytesIn = 0
        connections.bytesOut = 0
    }

    // MARK: - Events

    @inline(__always)
    private mutating func handle(_ event: EventLoop.Event) {
        if let slot = connections.slab.slot(of: event.token) {
            serve(slot, event.readiness)
        } else if event.token < Slab<Connection<Handler.State>>.firstToken {
            handleOwn(event.token)
        }
    }

    private mutating func handleOwn(_ token: UInt64) {
        switch token {
        case ServerToken.stopped:
            try? connections.loop.remove(stop.stopped)
            startDraining()
        case ServerToken.aborted:
            isAborted = true
        case ServerToken.firstOfHandler...:
            if handler.handle(token, connections.loop, at: connections.now) { stopListening() }
            for token in handler.takeResumed() {
                if let slot = connections.slab.slot(of: token) { serve(slot, .writable) }
            }
        default:
            acceptClients(Int(token))
        }
    }

    private mutating func handleTimers() {
        if let resume = acceptor.resumeTime, resume <= connections.now { acceptor.resume(connections.loop) }
        if let tick = handler.nextTick, tick <= connections.now { handler.tick(at: connections.now) }
        while let timer = connections.timers.popDue(connections.now) {
            guard let slot = connections.slab.slot(of: timer.token) else { continue }
            switch timer.kind {
            case .idle:
                checkIdle(slot)
            case .release:
                connections[slot].isReleaseScheduled = false
                serve(slot, .writable)
            case .linger:
                if case .lingering(let reason) = connections[slot].phase { connections.drop(slot, reason) }
                settle(slot)
            }
        }
    }

    private mutating func checkIdle(_ slot: Int) {
        guard let limit = configuration.idleTimeout else { return }
        if case .lingering = connections[slot].phase { return }
        let due = idleSince(slot) + limit
        guard due <= connections.now else {
            return connections.timers.schedule(ConnectionTimer(token: connections.slab.token(of: slot), kind: .idle), at: due)
        }
        // A client that does not take what it is owed would not take a FIN either.
        if isOwed(slot) { connections.drop(slot, .idleTimeout) } else { connections.end(slot, .idleTimeout) }
        settle(slot)
    }

    /// Since when the client has been silent. What the server itself holds back is no silence of the client's.
    private func idleSince(_ slot: Int) -> MonotonicTime {
        if handler.isWaiting(connections[slot].state) { return connections.now }
        if let due = connections[slot].backlog.heldUntil { return due }
        let last = connections[slot].lastActivity
        return min(last, handler.owesSince(connections[slot].state) ?? last)
    }

    // MARK: - Accepting

    private mutating func acceptClients(_ index: Int) {
        for _ in 0..<Acceptor.perTurn {
            switch acceptor.next(index, connections.loop) {
            case .none:
                return
            case .exhausted(let errno):
                guard admission.isFirstShortage() else { return }
                return handler.ranOut(SystemError("accept", on: listeners[index].address.description, errno))
            case .connection(let accepted):
                admit(accepted, listeners[index])
            }
        }
    }

    private mutating func admit(_ accepted: consuming BorrowedDescriptor.Accepted, _ listener: Listener) {
        let peer = accepted.peer ?? .unix(path: "")
        let descriptor = accepted.intoDescriptor()
        guard configuration.allowed.contains(peer) else { return refuse(descriptor, listener, peer, .notAllowed) }
        guard let number = admission.admit(limit: configuration.maximumClients) else {
            return refuse(descriptor, listener, peer, .tooManyClients)
        }
        let socket = descriptor.borrowed
        let state = handler.opened(socket, number: number, listener.transport, peer)
        let connection = Connection(descriptor, number: number, listener.transport, peer, state, at: connections.now)
        let slot = connections.slab.insert(connection)
        let token = connections.slab.token(of: slot)
        do { try connections.loop.add(socket, for: .readable, token: token) } catch { return close(slot, .failed) }
        if let idle = configuration.idleTimeout {
            connections.timers.schedule(ConnectionTimer(token: token, kind: .idle), at: connections.now + idle)
        }
        // One client and no more: when it is done, so is the server.
        if configuration.servesOnce { stopListening() }
    }

    private mutating func refuse(
        _ descriptor: consuming Descriptor,
        _ listener: Listener,
        _ peer: SocketAddress,
        _ reason: Refusal
    ) {
        // RST rather than FIN: the client learns at once that it was not served.
        try? descriptor.borrowed.resetOnClose()
        admission.countRefused()
        handler.refused(listener.transport, peer, reason)
    }

    // MARK: - Serving

    /// Serves one connection that is ready. At most one read per turn, so that a busy client leaves the others their share.
    @inline(__always)
    private mutating func serve(_ slot: Int, _ readiness: Readiness) {
        if case .lingering(let reason) = connections[slot].phase {
            connections.discard(slot, reason)
        } else if isOwed(slot) {
            deliver(slot, readiness)
        } else {
            read(slot)
        }
        settle(slot)
    }

    /// Whether the client is owed bytes, or the handler has more for it.
    @inline(__always)
    private func isOwed(_ slot: Int) -> Bool {
        !connections.slab[slot].backlog.isEmpty || handler.isPending(connections.slab[slot].state)
            || handler.isWaiting(connections.slab[slot].state)
    }

    private mutating func deliver(_ slot: Int, _ readiness: Readiness) {
        if !connections[slot].backlog.isEmpty { connections.flush(slot) }
        guard !connections.isOver(slot) else { return }
        let isPending = handler.isPending(connections[slot].state)
        if isPending, connections.isEverythingSent(slot) { return handler.proceed(slot, &connections) }
        let wanted = wanted(slot, isPending: isPending)
        // Everything waits for its time, and there is nobody left to wait for: hang-ups are reported unasked.
        if wanted.isEmpty, !readiness.isDisjoint(with: [.error, .hangUp]) { return connections.drop(slot, .reset) }
        if wanted == .readable, readiness != .writable { read(slot) }
    }

    /// What the loop is to wait for.
    private mutating func wanted(_ slot: Int, isPending: Bool) -> Readiness {
        if handler.isWaiting(connections[slot].state), connections.isEverythingSent(slot) { return [] }
        return connections.wanted(slot, isPending: isPending)
    }

    @inline(__always)
    private mutating func read(_ slot: Int) {
        do {
            switch try connections.scratch.receive(from: connections[slot].descriptor.borrowed, limit: readSize) {
            case .bytes(let count):
                connections[slot].bytesIn += UInt64(count)
                connections.bytesIn += UInt64(count)
                connections[slot].lastActivity = connections.now
                handler.receive(slot, count, &connections)
            case .end:
                handler.receiveEnd(slot, &connections)
            case .wouldBlock:
                break
            }
        } catch {
            connections.drop(slot, CloseReason(error))
        }
    }

    /// Brings the loop in line with what the last call left of a connection: it waits for something else, lingers, or is closed.
    @inline(__always)
    private mutating func settle(_ slot: Int) {
        // Most of the time nothing has changed.
        if connections[slot].phase == .open, drainDeadline == nil, connections[slot].interest == .readable, !isOwed(slot) { return }
        settleChange(slot)
    }

    private mutating func settleChange(_ slot: Int) {
        if drainDeadline != nil, connections[slot].phase == .open, !isOwed(slot), !handler.expectsMore(connections[slot].state),
            !connections[slot].descriptor.borrowed.hasUnread
        {
            connections.end(slot, .shutdown)
        }
        switch connections[slot].phase {
        case .flushing(let reason) where !isOwed(slot): conclude(slot, reason)
        case .open, .flushing:
            connections.setInterest(slot, wanted(slot, isPending: handler.isPending(connections[slot].state)))
        case .lingering: break
        case .over(let reason): close(slot, reason)
        }
    }

    /// Ends a connection that is owed nothing any more.
    private mutating func conclude(_ slot: Int, _ reason: CloseReason) {
        // A client that sent its FIN has nothing more to say. Any other may, and its bytes must be read.
        guard reason != .fin else { return close(slot, .fin) }
        do { try connections[slot].descriptor.borrowed.shutdownSending() } catch { return close(slot, reason) }
        connections[slot].phase = .lingering(reason)
        connections.setInterest(slot, .readable)
        let timer = ConnectionTimer(token: connections.slab.token(of: slot), kind: .linger)
        connections.timers.schedule(timer, at: connections.now + Self.lingerTime)
    }

    private mutating func close(_ slot: Int, _ reason: CloseReason) {
        handler.closed(connections[slot], reason, at: connections.now)
        _ = connections.slab.remove(slot)
        admission.leave()
        acceptor.resume(connections.loop)
    }

    // MARK: - Ending

    /// How long clients may take to finish once the server is draining.
    private static var drainTime: Nanoseconds { .seconds(2) }
    /// How long a client may take to close its half after our FIN.
    private static var lingerTime: Nanoseconds { .seconds(2) }

    private mutating func stopListening() {
        guard isListening else { return }
        isListening = false
        acceptor.close(connections.loop)
        handler.stopListening(connections.loop)
    }

    private mutating func startDraining() {
        guard drainDeadline == nil else { return }
        drainDeadline = connections.now + Self.drainTime
        stopListening()
        for slot in connections.slab.slots where connections.slab.isLive(slot) { settleChange(slot) }
    }

    private mutating func closeAll() {
        for slot in connections.slab.slots where connections.slab.isLive(slot) {
            if case .lingering(let reason) = connections[slot].phase { close(slot, reason) } else { close(slot, .shutdown) }
        }
        addTotals()
    }
}
