package import Serving
package import SondeSystem

/// Serves the files of one folder to many clients: each asks by name in a line, and gets a status line and the bytes
/// (docs/file-protocol.md).
///
/// One event loop in one thread; the kernel copies from the page cache to the socket (sendfile(2)). Lists and hashes are made in threads
/// of their own.
package struct FileServer: ~Copyable {
    package let listeners: [Listener]
    private var loop: ServerLoop<FileHandler>
    private let sink: (FileEvent) -> Void

    /// Binds and listens; clients that connect from here on wait for `run()`.
    ///
    /// - Parameters:
    ///   - stop: `drain` accepts no more and finishes what is asked, for at most two seconds; `abort` cuts it.
    ///   - sink: receives each event. While it runs, all clients wait.
    /// - Throws: `ListenError` where it can't listen, else `SystemError`.
    package static func make(
        _ folder: ServedFolder,
        _ configuration: ServerConfiguration,
        stop: StopToken,
        sink: @escaping (FileEvent) -> Void
    ) throws -> FileServer {
        let listeners = try ListenerSet(configuration.listeners, configuration.options, workers: 1).ofWorker[0]
        let loop = try ServerLoop(
            try FileHandler(folder, sink),
            listeners,
            configuration,
            Admission(),
            readSize: FileHandler.readSize,
            scratchSize: FileHandler.readSize,
            stop: stop
        )
        return FileServer(loop, listeners, sink)
    }

    private init(_ loop: consuming ServerLoop<FileHandler>, _ listeners: [Listener], _ sink: @escaping (FileEvent) -> Void) {
        self.loop = loop
        self.listeners = listeners
        self.sink = sink
    }

    package var totals: FileTotals { loop.handler.totals }

    /// Serves until the stop token is raised, and until the clients of that moment are done.
    package mutating func run() throws(SystemError) {
        for listener in listeners { sink(.listening(listener.transport, listener.address)) }
        try loop.run()
    }
}
