import Console
import InterfaceReports
import Interfaces
import SondeSystem
import SystemPackage
import Terminal

/// `sonde addrs --watch`: changes as they happen, until a signal.
package struct AddrsWatch {
    private let manner: OutputManner

    package init(_ manner: OutputManner) { self.manner = manner }

    package func run() throws {
        let stop = try naming("sigaction") { () throws(Errno) in try StopToken.catchSignals() }
        var watch = try InterfaceWatch()
        report("watching \(watch.interfaceCount) interfaces\n")
        var standard = Output.standard(stop: stop)
        while let changes = try watch.next(stop: stop) {
            let now = WallClock.nanoseconds
            for change in changes {
                let listing = ChangeListing(change)
                if manner.isJSON {
                    listing.writeJSON(time: Double(now) / 1e9, into: &standard.text)
                } else {
                    listing.writeLine(timeOfDay: LocalClock.timeOfDay(now), into: &standard.text, manner.palette)
                }
            }
            try standard.flush()
        }
    }

    /// On standard error: from here on, nothing is missed.
    private func report(_ words: String) {
        var errors = Output.error()
        errors.text.append(trusted: words)
        try? errors.flush()
    }
}
