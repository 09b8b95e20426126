import Console
package import FileService
import Serving
import ServingReports
package import SondeSystem
import Terminal

/// Prints one line per request, as text or JSON.
package final class FileServerReport {
    private let isJSON: Bool
    private let palette: Palette
    private let started = MonotonicTime.now
    private let spool: OutputSpool

    /// - Parameter stop: is aborted once standard output can't be written.
    package init(_ manner: OutputManner, _ stop: StopToken) throws(SystemError) {
        isJSON = manner.isJSON
        palette = manner.palette
        spool = try OutputSpool(stop: stop)
    }

    package func tell(_ event: FileEvent) {
        if case .outOfDescriptors(let error) = event { spool.print(.error) { $0.append(warning: error, palette) } }
        spool.print { text in
            if isJSON { event.writeJSON(time: WallClock.seconds, into: &text) } else { event.writeText(into: &text, palette) }
        }
    }

    /// Prints the totals, or throws what went wrong with printing.
    package func finish(_ totals: FileTotals) throws {
        let elapsed = MonotonicTime.now - started
        if isJSON {
            spool.print { totals.writeJSON(time: WallClock.seconds, elapsed: elapsed, into: &$0) }
        } else {
            spool.print(.error) { totals.writeText(elapsed: elapsed, into: &$0) }
        }
        try spool.finish()
    }
}
