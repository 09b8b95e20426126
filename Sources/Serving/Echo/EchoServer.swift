package import SondeSystem
internal import Synchronization
internal import SystemPackage

/// An echo server: TCP, UDP and Unix sockets, many clients, byte-exact also after a client's half-close.
///
///     let server = try EchoServer(configuration) { event in … }   // bound and listening
///     server.listeners[0].address                                  // where, with the port that port 0 became
///     try server.run()                                             // until stop(), from whatever thread
///
/// Each worker thread runs an event loop of its own over its own clients; nothing is shared but the totals. A client costs one
/// record while it is idle or keeps up; only while it does not read what it is owed does it have a buffer, which is bounded, and
/// then nothing more is read from it.
package final class EchoServer: Sendable {
    let configuration: EchoConfiguration
    let sink: @Sendable (EchoEvent) -> Void
    let shared: SharedState
    private let workers: [[Listener]]

    /// Binds and listens; clients that connect from here on wait for `run()`.
    ///
    /// - Parameter sink: hears of each event, in the thread that serves the client: it must not block for long.
    package init(_ configuration: EchoConfiguration, sink: @escaping @Sendable (EchoEvent) -> Void) throws(SystemError) {
        self.configuration = configuration
        self.sink = sink
        let count = configuration.servesOnce ? 1 : max(1, configuration.threads)
        workers = try ListenerSet(configuration.listeners, configuration.options, workers: count).ofWorker
        shared = try naming("eventfd") { () throws(Errno) in try SharedState() }
    }

    /// The sockets of the first worker; those of the others have the same addresses.
    package var listeners: [Listener] { workers[0] }

    package var totals: EchoTotals { shared.totals }

    /// Serves until it is told to stop, and until the clients that were there then are done, at most two seconds.
    ///
    /// - Parameters:
    ///   - signals: a `SignalSource`, whose first signal is `stop()` and whose second `abort()`.
    ///   - failure: becomes readable when nobody can hear of events any more, which is `abort()` too.
    package func run(signals: BorrowedDescriptor? = nil, failure hearing: BorrowedDescriptor? = nil) throws(SystemError) {
        for listener in listeners { sink(.listening(listener.transport, listener.address)) }
        let failure = Mutex<SystemError?>(nil)
        try WorkerThreads.run(workers.count) { [workers] index in
            do throws(SystemError) {
                let loop = try naming("epoll_create1") { () throws(Errno) in try EventLoop() }
                var worker = EchoWorker(
                    self,
                    workers[index],
                    loop,
                    signals: index == 0 ? signals : nil,
                    failure: index == 0 ? hearing : nil
                )
                try worker.run()
            } catch {
                failure.withLock { $0 = $0 ?? error }
                self.abort()
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    /// Ends in order: no new clients; those that are there get what they are still owed.
    package func stop() { shared.stop.wake() }

    /// Ends at once: clients that are still there are cut.
    package func abort() {
        shared.stop.wake()
        shared.abort.wake()
    }
}

/// What the worker threads of a server share.
final class SharedState: Sendable {
    /// Never drained: once it is woken, each loop sees it.
    let stop: Waker
    let abort: Waker
    private let clients = Atomic<UInt64>(0)
    private let openClients = Atomic<Int>(0)
    private let refused = Atomic<UInt64>(0)
    private let bytesIn = Atomic<UInt64>(0)
    private let bytesOut = Atomic<UInt64>(0)
    private let datagramsIn = Atomic<UInt64>(0)
    private let datagramsOut = Atomic<UInt64>(0)
    private let warnedOfDescriptors = Atomic<Bool>(false)

    init() throws(Errno) {
        stop = try Waker()
        abort = try Waker()
    }

    /// Counts a client in and returns its number; `nil` where there are as many as `limit` already.
    func admit(limit: Int) -> UInt64? {
        guard openClients.add(1, ordering: .relaxed).newValue <= limit else {
            openClients.subtract(1, ordering: .relaxed)
            return nil
        }
        return nextNumber()
    }

    /// The number of a client that takes no place: a peer of a datagram socket.
    func nextNumber() -> UInt64 { clients.add(1, ordering: .relaxed).newValue }

    func leave() { openClients.subtract(1, ordering: .relaxed) }

    func countRefused() { refused.add(1, ordering: .relaxed) }

    /// True for the first caller alone.
    func mayWarnOfDescriptors() -> Bool { !warnedOfDescriptors.exchange(true, ordering: .relaxed) }

    func add(_ tally: Tally) {
        if tally.bytesIn != 0 { bytesIn.add(tally.bytesIn, ordering: .relaxed) }
        if tally.bytesOut != 0 { bytesOut.add(tally.bytesOut, ordering: .relaxed) }
        if tally.datagramsIn != 0 { datagramsIn.add(tally.datagramsIn, ordering: .relaxed) }
        if tally.datagramsOut != 0 { datagramsOut.add(tally.datagramsOut, ordering: .relaxed) }
    }

    var totals: EchoTotals {
        var totals = EchoTotals()
        totals.clients = clients.load(ordering: .relaxed)
        totals.openClients = UInt64(max(0, openClients.load(ordering: .relaxed)))
        totals.refused = refused.load(ordering: .relaxed)
        totals.bytesIn = bytesIn.load(ordering: .relaxed)
        totals.bytesOut = bytesOut.load(ordering: .relaxed)
        totals.datagramsIn = datagramsIn.load(ordering: .relaxed)
        totals.datagramsOut = datagramsOut.load(ordering: .relaxed)
        return totals
    }
}

/// What one turn of a loop moved; counted locally and added to the totals once a turn.
struct Tally: BitwiseCopyable {
    var bytesIn: UInt64 = 0
    var bytesOut: UInt64 = 0
    var datagramsIn: UInt64 = 0
    var datagramsOut: UInt64 = 0
}
