import Console
import Serving
import SondeSystem
import Synchronization
import Terminal

/// Prints what an echo server tells, from whichever of its threads it comes, and keeps the status line below it.
final class EchoReport: Sendable {
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
    init(_ options: OutputOptions, _ stop: StopToken) throws(SystemError) {
        isJSON = options.json
        palette = options.palette
        spool = try OutputSpool(stop: stop)
        state = Mutex(State())
    }

    /// Keeps the status line up to date while the server runs.
    func start(_ server: EchoServer) {
        guard state.withLock({ $0.line.isVisible }) else { return }
        // Without its thread the line is missing, and nothing else.
        try? WorkerThreads.detach { [self] in
            var goesOn = true
            while goesOn {
                Process.sleep(.seconds(1))
                goesOn = state.withLock { draw(server.totals, &$0) }
            }
        }
    }

    func tell(_ event: EchoEvent) {
        state.withLock { state in
            spool.print(.error) { text in
                state.line.erase(into: &text)
                if case .outOfDescriptors(let error) = event { text.append(warning: error, palette) }
            }
            spool.print { text in
                if isJSON { event.writeJSON(into: &text) } else { event.writeText(into: &text, palette) }
            }
        }
    }

    /// Prints the totals, or throws what went wrong with printing.
    func finish(_ totals: EchoTotals) throws {
        let elapsed = MonotonicTime.now - started
        state.withLock { state in
            state.hasEnded = true
            spool.print(.error) { state.line.erase(into: &$0) }
        }
        if isJSON {
            spool.print { totals.writeJSON(elapsed: elapsed, into: &$0) }
        } else {
            spool.print(.error) { totals.writeText(elapsed: elapsed, into: &$0) }
        }
        try spool.finish()
    }

    /// False once the server has ended.
    private func draw(_ totals: EchoTotals, _ state: inout State) -> Bool {
        guard !state.hasEnded else { return false }
        // On a terminal that stands still it would only add to what waits.
        guard spool.isIdle else { return true }
        let now = MonotonicTime.now
        let seconds = max((now - state.lastTime).seconds, 0.001)
        let last = state.last
        spool.print(.error) { text in
            state.line.draw(into: &text) { text, width in
                var line = TextBuffer()
                line.append(grouped: Int(clamping: totals.openClients))
                line.append(totals.openClients == 1 ? " client  in " : " clients  in ")
                line.append(bytes: UInt64(Double(totals.bytesIn &- last.bytesIn) / seconds))
                line.append("/s  out ")
                line.append(bytes: UInt64(Double(totals.bytesOut &- last.bytesOut) / seconds))
                line.append("/s")
                text.append(trusted: fitted(line.string, columns: width))
            }
        }
        state.last = totals
        state.lastTime = now
        return true
    }
}

extension TextBuffer {
    /// What is told once when a server runs out of descriptors.
    mutating func append(warning error: SystemError, _ palette: Palette) {
        let warning = "sonde: accept \(error.subject): \(error.errno.explained); new clients wait until a descriptor is free"
        append(escaped: warning, .doubtful, palette)
        append("\n")
    }
}
