internal import SondeSystem
internal import SystemPackage

/// One thread's share of an echo server: a loop, its listeners, its clients.
struct EchoWorker: ~Copyable {
    let server: EchoServer
    let configuration: EchoConfiguration
    var loop: EventLoop
    var acceptor: Acceptor
    let listeners: [Listener]
    var clients = Slab<StreamClient>()
    var ports = Slab<DatagramPort>()
    /// Who was heard on datagram sockets, by number; 0 who is not allowed.
    var peers: [SocketAddress: UInt64] = [:]
    var timers = TimerQueue<ClientTimer>()
    var tally = Tally()
    /// Read by every client in turn, so that an idle one costs no buffer.
    var scratch = IOBuffer(capacity: EchoWorker.readSize)
    /// How much one read takes: the answer to it must fit the scratch buffer.
    let readLimit: Int
    let signals: BorrowedDescriptor?
    let failure: BorrowedDescriptor?
    /// The moment of this turn.
    var now = MonotonicTime.now
    /// Until when clients may finish; set once the server was told to stop.
    var drainDeadline: MonotonicTime?
    private var isListening = true
    private var isAborted = false

    static let readSize = 65536
    private static let datagramBatchSize = 32
    static let drainTime = Nanoseconds.seconds(2)

    /// Tokens below `Slab.firstToken`: first the listeners', then those of datagram ports, then these.
    static let firstPortToken: UInt64 = 1 << 20

    private enum Token {
        static let stop: UInt64 = 1 << 30
        static let abort = stop + 1
        static let signals = stop + 2
        static let failure = stop + 3
    }

    init(
        _ server: EchoServer,
        _ listeners: [Listener],
        _ loop: consuming EventLoop,
        signals: BorrowedDescriptor?,
        failure: BorrowedDescriptor?
    ) {
        self.server = server
        self.listeners = listeners
        self.signals = signals
        self.failure = failure
        self.loop = loop
        configuration = server.configuration
        acceptor = Acceptor(listeners)
        readLimit = configuration.answer.readLimit(buffer: Self.readSize)
    }

    mutating func run() throws(SystemError) {
        try naming("epoll_ctl") { () throws(Errno) in try watch() }
        while !isDone {
            let deadline = nextDeadline
            let count = try naming("epoll_wait") { () throws(Errno) in try loop.wait(until: deadline) }
            now = .now
            for index in 0..<count { handle(loop.event(index)) }
            handleTimers()
            server.shared.add(tally)
            tally = Tally()
        }
        closeAll()
    }

    private mutating func watch() throws(Errno) {
        for listener in listeners where !listener.transport.isStream {
            let slot = ports.insert(try DatagramPort(listener, batchSize: configuration.servesOnce ? 1 : Self.datagramBatchSize))
            try ports[slot].watch(with: loop, token: Self.firstPortToken + UInt64(slot))
        }
        try acceptor.watch(with: loop)
        try loop.add(server.shared.stop.borrowed, for: .readable, token: Token.stop)
        try loop.add(server.shared.abort.borrowed, for: .readable, token: Token.abort)
        if let signals { try loop.add(signals, for: .readable, token: Token.signals) }
        if let failure { try loop.add(failure, for: .readable, token: Token.failure) }
    }

    private var isDone: Bool {
        if isAborted { return true }
        if let drainDeadline, now >= drainDeadline { return true }
        return !isListening && clients.count == 0 && nextDatagramRelease == nil
    }

    private var nextDeadline: MonotonicTime? {
        var next = timers.next
        if configuration.delay != nil, let release = nextDatagramRelease { next = min(next ?? release, release) }
        if let resume = acceptor.resumeTime { next = min(next ?? resume, resume) }
        if let drainDeadline { next = min(next ?? drainDeadline, drainDeadline) }
        return next
    }

    @inline(__always)
    private mutating func handle(_ event: EventLoop.Event) {
        if let slot = clients.slot(of: event.token) {
            handleClient(slot, event.readiness)
            if drainDeadline != nil, let slot = clients.slot(of: event.token) { drain(slot) }
        } else if event.token < Slab<StreamClient>.firstToken {
            handleOwn(event.token)
        }
    }

    private mutating func handleOwn(_ token: UInt64) {
        switch token {
        case Token.stop:
            try? loop.remove(server.shared.stop.borrowed)
            startDraining()
        case Token.abort:
            isAborted = true
        case Token.signals:
            guard let signals, SignalSource.next(from: signals) != nil else { return }
            if drainDeadline == nil { server.stop() } else { server.abort() }
        case Token.failure:
            server.abort()
        default:
            if token >= Self.firstPortToken {
                handleDatagrams(Int(token - Self.firstPortToken))
            } else {
                acceptClients(Int(token))
            }
        }
    }

    private mutating func handleTimers() {
        if let resume = acceptor.resumeTime, resume <= now { acceptor.resume(loop) }
        if configuration.delay != nil { releaseDatagrams() }
        while let timer = timers.popDue(now) {
            guard let slot = clients.slot(of: timer.token) else { continue }
            switch timer.kind {
            case .idle: checkIdle(slot)
            case .release:
                clients[slot].isReleaseScheduled = false
                handleClient(slot, .writable)
                if drainDeadline != nil, let slot = clients.slot(of: timer.token) { drain(slot) }
            case .linger: close(slot, lingerReason(slot))
            }
        }
    }

    private mutating func checkIdle(_ slot: Int) {
        guard let limit = configuration.idleTimeout, !clients[slot].isLingering else { return }
        let due = clients[slot].lastActivity + limit
        guard due <= now else { return timers.schedule(ClientTimer(token: clients.token(of: slot), kind: .idle), at: due) }
        // A client that does not take what it is owed would not take leave either.
        if clients[slot].backlog.isEmpty { end(slot, .idleTimeout) } else { close(slot, .idleTimeout) }
    }

    /// Takes no new clients and no more datagrams.
    mutating func stopListening() {
        guard isListening else { return }
        isListening = false
        acceptor.close(loop)
        for index in ports.slots { ports[index].unwatch(loop) }
    }

    private mutating func startDraining() {
        guard drainDeadline == nil else { return }
        drainDeadline = now + Self.drainTime
        stopListening()
        for slot in clients.slots where clients.isLive(slot) && clients[slot].phase == .open {
            drain(slot)
        }
    }

    /// Takes leave of a client that is owed nothing and of whom nothing waits to be read.
    private mutating func drain(_ slot: Int) {
        guard clients[slot].phase == .open, clients[slot].backlog.isEmpty, !clients[slot].descriptor.borrowed.hasUnread else {
            return
        }
        end(slot, .shutdown)
    }

    private mutating func closeAll() {
        for slot in clients.slots where clients.isLive(slot) { close(slot, .shutdown) }
        server.shared.add(tally)
    }
}
