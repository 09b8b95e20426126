import Console
package import Serving
import ServingReports
package import SondeSystem
import Synchronization
import Terminal

/// Prints the events of an echo server from any of its threads, and keeps the status line below them.
package final class EchoReport: Sendable {
    private let isJSON: Bool
    private let palette: Palette
    private let spool: OutputSpool
    private let state: Mutex<State>
    private let started = MonotonicTime.now

    private struct State: ~Copyable {
        var line = LiveLine()
        var hasEnded = false
        var last = EchoTotals()
        var lastTime = MonotonicTime.now
    }

    /// - Parameter stop: is aborted once standard output can't be written.
    package init(_ manner: OutputManner, _ stop: StopToken) throws(SystemError) {
        isJSON = manner.isJSON
        palette = manner.palette
        spool = try OutputSpool(stop: stop)
        state = Mutex(State())
    }

    /// Updates the status line while the server runs.
    package func start(_ server: EchoServer) {
        guard state.withLock({ $0.line.isVisible }) else { return }
        // If the thread is refused, only the status line is missing.
        try? WorkerThreads.detach { [self] in
            var isRunning = true
            while isRunning {
                Process.sleep(.seconds(1))
                isRunning = state.withLock { draw(server.totals, &$0) }
            }
        }
    }

    package func tell(_ event: EchoEvent) {
        state.withLock { state in
            spool.print(.error) { text in
                state.line.erase(into: &text)
                if case .outOfDescriptors(let error) = event { text.append(warning: error, palette) }
            }
            spool.print { text in
                if isJSON { event.writeJSON(time: WallClock.seconds, into: &text) } else { event.writeText(into: &text, palette) }
            }
        }
    }

    /// Prints the totals. Throws if anything could not be printed.
    package func finish(_ totals: EchoTotals) throws {
        let elapsed = MonotonicTime.now - started
        state.withLock { state in
            state.hasEnded = true
            spool.print(.error) { state.line.erase(into: &$0) }
        }
        if isJSON {
            spool.print { totals.writeJSON(time: WallClock.seconds, elapsed: elapsed, into: &$0) }
        } else {
            spool.print(.error) { totals.writeText(elapsed: elapsed, into: &$0) }
        }
        try spool.finish()
    }

    /// False once the server has ended.
    private func draw(_ totals: EchoTotals, _ state: inout State) -> Bool {
        guard !state.hasEnded else { return false }
        // On a stalled terminal it would only lengthen the queue.
        guard spool.isIdle else { return true }
        let now = MonotonicTime.now
        let seconds = max((now - state.lastTime).seconds, 0.001)
        let last = state.last
        spool.print(.error) { text in
            state.line.draw(into: &text) { text, width in
                let rates = totals.rates(since: last, seconds: seconds)
                text.append(trusted: fitted(rates, columns: width))
            }
        }
        state.last = totals
        state.lastTime = now
        return true
    }
}
