package import Serving
package import SondeSystem
internal import SystemPackage

/// Serves the files of one folder to many clients: each asks by name in a line, and gets a status line and the bytes
/// (docs/file-protocol.md).
///
/// One event loop in one thread; the kernel copies from the page cache to the socket (sendfile(2)). A client gets at most one piece
/// a turn, so that a large file does not keep the others waiting.
package struct FileServer: ~Copyable {
    let folder: ServedFolder
    let configuration: FileServerConfiguration
    private let sink: (FileEvent) -> Void
    package let listeners: [Listener]
    package private(set) var totals = FileTotals()

    var loop: EventLoop
    var acceptor: Acceptor
    var clients = Slab<FileClient>()
    var idleTimers = TimerQueue<UInt64>()
    var scratch = IOBuffer(capacity: FileServer.readSize)
    var now = MonotonicTime.now
    private var drainDeadline: MonotonicTime?
    private var isAborted = false
    private var hasWarned = false

    static let readSize = 4096
    static let drainTime = Nanoseconds.seconds(2)
    private static let signalToken: UInt64 = 1 << 30
    private static let failureToken = signalToken + 1

    /// Binds and listens.
    ///
    /// - Parameter sink: hears of each event; it must not block.
    package static func make(
        _ folder: consuming ServedFolder,
        _ configuration: FileServerConfiguration,
        sink: @escaping (FileEvent) -> Void
    ) throws(SystemError) -> FileServer {
        let listeners = try ListenerSet(configuration.listeners, configuration.options, workers: 1).ofWorker[0]
        let loop = try naming("epoll_create1") { () throws(Errno) in try EventLoop() }
        return FileServer(folder, configuration, listeners, loop, sink)
    }

    private init(
        _ folder: consuming ServedFolder,
        _ configuration: FileServerConfiguration,
        _ listeners: [Listener],
        _ loop: consuming EventLoop,
        _ sink: @escaping (FileEvent) -> Void
    ) {
        self.folder = folder
        self.configuration = configuration
        self.listeners = listeners
        self.loop = loop
        self.sink = sink
        acceptor = Acceptor(listeners)
    }

    /// Serves until a signal comes, and then what is under way, at most two seconds; a second signal cuts it.
    ///
    /// - Parameter failure: becomes readable when nobody can hear of events any more, which ends the server at once.
    package mutating func run(signals: BorrowedDescriptor, failure: BorrowedDescriptor) throws(SystemError) {
        for listener in listeners { sink(.listening(listener.transport, listener.address)) }
        try naming("epoll_ctl") { () throws(Errno) in
            try acceptor.watch(with: loop)
            try loop.add(signals, for: .readable, token: Self.signalToken)
            try loop.add(failure, for: .readable, token: Self.failureToken)
        }
        while !isDone {
            let deadline = nextDeadline
            let count = try naming("epoll_wait") { () throws(Errno) in try loop.wait(until: deadline) }
            now = .now
            for index in 0..<count { handle(loop.event(index), signals) }
            handleTimers()
        }
        for slot in clients.slots where clients.isLive(slot) { drop(slot) }
    }

    private var isDone: Bool {
        if isAborted { return true }
        guard let drainDeadline else { return false }
        return clients.count == 0 || now >= drainDeadline
    }

    private var nextDeadline: MonotonicTime? {
        [idleTimers.next, acceptor.resumeTime, drainDeadline].compactMap { $0 }.min()
    }

    private mutating func handle(_ event: EventLoop.Event, _ signals: BorrowedDescriptor) {
        if let slot = clients.slot(of: event.token) {
            handleClient(slot)
        } else if event.token == Self.signalToken {
            guard SignalSource.next(from: signals) != nil else { return }
            if drainDeadline == nil { startDraining() } else { isAborted = true }
        } else if event.token == Self.failureToken {
            isAborted = true
        } else if event.token < Slab<FileClient>.firstToken {
            acceptClients(Int(event.token))
        }
    }

    private mutating func acceptClients(_ index: Int) {
        for _ in 0..<Acceptor.perTurn {
            switch acceptor.next(index, loop) {
            case .none:
                return
            case .exhausted(let errno):
                if !hasWarned { sink(.outOfDescriptors(SystemError("accept", on: listeners[index].address.description, errno))) }
                hasWarned = true
                return
            case .connection(let accepted):
                admit(accepted)
            }
        }
    }

    private mutating func admit(_ accepted: consuming BorrowedDescriptor.Accepted) {
        let peer = accepted.peer ?? .unix(path: "")
        let descriptor = accepted.intoDescriptor()
        if let refusal = refusal(of: peer) {
            try? descriptor.borrowed.resetOnClose()
            return sink(.refused(peer, refusal))
        }
        totals.clients += 1
        let socket = descriptor.borrowed
        let slot = clients.insert(FileClient(descriptor, peer, at: now))
        let token = clients.token(of: slot)
        do { try loop.add(socket, for: .readable, token: token) } catch { return drop(slot) }
        idleTimers.schedule(token, at: now + configuration.idleTimeout)
    }

    private func refusal(of peer: SocketAddress) -> Refusal? {
        if clients.count >= configuration.maximumClients { return .tooManyClients }
        return configuration.allowed.contains(peer) ? nil : .notAllowed
    }

    private mutating func handleTimers() {
        if let resume = acceptor.resumeTime, resume <= now { acceptor.resume(loop) }
        while let token = idleTimers.popDue(now) {
            guard let slot = clients.slot(of: token) else { continue }
            let due = clients[slot].lastActivity + (clients[slot].isLingering ? Self.drainTime : configuration.idleTimeout)
            if due > now { idleTimers.schedule(token, at: due) } else { drop(slot) }
        }
    }

    private mutating func startDraining() {
        drainDeadline = now + Self.drainTime
        acceptor.close(loop)
        for slot in clients.slots where clients.isLive(slot) {
            clients[slot].isClosing = true
            // What is being sent goes on; who is being sent nothing is let go.
            if !clients[slot].isReplying { drop(slot) }
        }
    }

    /// Closes a connection. Where a reply was under way it is told of as cut.
    mutating func drop(_ slot: Int) {
        if clients[slot].isReplying { finishReply(slot) }
        _ = clients.remove(slot)
        acceptor.resume(loop)
    }

    /// Tells of the reply that is over, whole or not.
    mutating func finishReply(_ slot: Int) {
        guard let answer = clients[slot].takeAnswer(at: .now) else { return }
        totals.requests += 1
        totals.bytesSent += answer.sent
        if answer.refusal != nil { totals.refused += 1 }
        sink(.answered(answer))
    }
}
