package import SondeSystem
internal import Synchronization
internal import SystemPackage

/// An echo server: TCP, UDP and Unix sockets, many clients, byte-exact also after a client's half-close.
///
///     let stop = try StopToken()
///     let server = try EchoServer(configuration, stop: stop) { event in … }   // bound and listening
///     server.listeners[0].address                                             // with the port that port 0 became
///     try server.run()                                                        // until `stop` is raised
///
/// Each worker thread runs a loop of its own over its own clients; they share nothing but the totals. A client costs one record while
/// it is idle or keeps up. Only a client that does not read its answers has a buffer, which is bounded, and it is not read meanwhile.
package final class EchoServer: Sendable {
    private let configuration: EchoConfiguration
    private let sink: @Sendable (EchoEvent) -> Void
    private let stop: StopToken
    private let admission = Admission()
    private let datagrams = DatagramTotals()
    private let workers: [[Listener]]

    /// Binds and listens; clients that connect from here on wait for `run()`.
    ///
    /// - Parameters:
    ///   - stop: `drain` accepts no more and gives each client what it is owed, for at most two seconds; `abort` cuts them.
    ///   - sink: receives each event, in the thread that serves the client. While it runs, that thread's clients wait.
    package init(
        _ configuration: EchoConfiguration,
        stop: StopToken,
        sink: @escaping @Sendable (EchoEvent) -> Void
    ) throws(ListenError) {
        self.configuration = configuration
        self.stop = stop
        self.sink = sink
        let count = configuration.server.servesOnce ? 1 : max(1, configuration.threads)
        workers = try ListenerSet(configuration.server.listeners, configuration.server.options, workers: count).ofWorker
    }

    /// The sockets of the first worker; those of the others have the same addresses.
    package var listeners: [Listener] { workers[0] }

    package var totals: EchoTotals {
        let datagrams = datagrams.counts
        return EchoTotals(admission.totals, datagramsIn: datagrams.received, datagramsOut: datagrams.sent)
    }

    /// Serves until the stop token is raised and the clients of that moment are done. Where the system refuses a worker's thread, none
    /// serves and the error is thrown: the kernel would go on giving clients to the listeners of the missing one.
    package func run() throws(SystemError) {
        for listener in listeners { sink(.listening(listener.transport, listener.address)) }
        let failure = Mutex<SystemError?>(nil)
        try WorkerThreads.run(workers.count) { index in
            do throws(SystemError) {
                try self.serve(self.workers[index])
            } catch {
                failure.withLock { $0 = $0 ?? error }
                self.stop.abort()
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    private func serve(_ listeners: [Listener]) throws(SystemError) {
        var loop = try ServerLoop(
            EchoHandler(configuration, listeners, datagrams, admission, sink),
            listeners,
            configuration.server,
            admission,
            readSize: configuration.answer.readLimit(buffer: EchoHandler.readSize),
            scratchSize: EchoHandler.readSize,
            stop: stop
        )
        try loop.run()
    }
}
