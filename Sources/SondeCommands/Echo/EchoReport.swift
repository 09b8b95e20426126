import Console
import Echoing
import Glibc
import Sockets
import Synchronization

/// Prints what an echo server tells, from whichever of its threads it comes, and keeps the status line below it.
final class EchoReport: Sendable {
    private let isJSON: Bool
    private let palette: Palette
    private let state: Mutex<State>
    private let started = MonotonicTime.now

    private struct State: ~Copyable {
        var output = Output.standard()
        var line = LiveLine()
        var server: EchoServer?
        var last = EchoTotals()
        var lastTime = MonotonicTime.now
        /// Why standard output could not be written: the server ends for it.
        var failure: (any Error)?
    }

    init(_ options: OutputOptions) {
        isJSON = options.json
        palette = options.palette
        state = Mutex(State())
    }

    /// Keeps the status line up to date while the server runs.
    func start(_ server: EchoServer) {
        let isVisible = state.withLock { state in
            state.server = server
            return state.line.isVisible
        }
        guard isVisible else { return }
        _ = WorkerThreads.detach { [self] in
            while true {
                sleep(1)
                state.withLock { draw(server.totals, &$0) }
            }
        }
    }

    func tell(_ event: EchoEvent) {
        state.withLock { state in
            guard state.failure == nil else { return }
            state.line.erase()
            do {
                if case .outOfDescriptors(let error) = event { try warn(error) }
                if isJSON {
                    event.writeJSON(into: &state.output.text)
                } else {
                    event.writeText(into: &state.output.text, palette)
                }
                try state.output.flush()
            } catch {
                state.failure = error
                state.server?.abort()
            }
        }
    }

    /// Prints the totals, or throws what went wrong with printing.
    func finish(_ totals: EchoTotals) throws {
        let elapsed = MonotonicTime.now - started
        try state.withLock { state in
            state.line.erase()
            state.server = nil
            if let failure = state.failure { throw failure }
            guard isJSON else { return }
            totals.writeJSON(elapsed: elapsed, into: &state.output.text)
            try state.output.flush()
        }
        guard !isJSON else { return }
        var errors = Output.error()
        totals.writeText(elapsed: elapsed, into: &errors.text)
        try errors.flush()
    }

    private func warn(_ error: SystemError) throws {
        var errors = Output.error()
        let warning = "sonde: accept \(error.subject): \(error.errno.explained); new clients wait until a descriptor is free"
        errors.text.append(escaped: warning, .doubtful, palette)
        errors.text.append("\n")
        try errors.flush()
    }

    private func draw(_ totals: EchoTotals, _ state: inout State) {
        let now = MonotonicTime.now
        let seconds = max((now - state.lastTime).seconds, 0.001)
        let last = state.last
        state.line.show { text, width in
            var line = TextBuffer()
            line.append(grouped: Int(clamping: totals.openClients))
            line.append(totals.openClients == 1 ? " client  in " : " clients  in ")
            line.append(bytes: UInt64(Double(totals.bytesIn &- last.bytesIn) / seconds))
            line.append("/s  out ")
            line.append(bytes: UInt64(Double(totals.bytesOut &- last.bytesOut) / seconds))
            line.append("/s")
            text.append(trusted: fitted(line.string, columns: width))
        }
        state.last = totals
        state.lastTime = now
    }
}
