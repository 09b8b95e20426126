import Console
package import LocalSockets
import SocketReports
package import SondeSystem
import SystemPackage
import Terminal

/// `sonde sockets --watch`: listeners that are opened and closed, until a signal.
package struct SocketsWatch {
    private let query: SocketQuery
    private let selection: SocketSelection
    private let interval: Nanoseconds
    private let manner: OutputManner

    package init(_ query: SocketQuery, _ selection: SocketSelection, interval: Nanoseconds, _ manner: OutputManner) {
        self.query = query
        self.selection = selection
        self.interval = interval
        self.manner = manner
    }

    package func run() throws {
        let stop = try naming("sigaction") { () throws(Errno) in try StopToken.catchSignals() }
        var watch = try SocketWatch(query, interval: interval)
        report("watching \(watch.count) listeners\n")
        let users = UserNames()
        var standard = Output.standard(stop: stop)
        while let changes = try watch.next(stop: stop) {
            let now = WallClock.nanoseconds
            let network = LocalNetwork.current(for: changes.compactMap(\.socket))
            for change in changes where isSelected(change) {
                let listing = SocketChangeListing(change, network) { users.name(of: $0) }
                if manner.isJSON {
                    listing.writeJSON(time: Double(now) / 1e9, into: &standard.text)
                } else {
                    listing.writeLine(timeOfDay: LocalClock.timeOfDay(now), into: &standard.text, manner.palette)
                }
            }
            try standard.flush()
        }
    }

    private func isSelected(_ change: SocketChange) -> Bool {
        guard let socket = change.socket else { return true }
        return selection.selects(socket, heldBy: change.holders)
    }

    /// On standard error: from here on, nothing is missed.
    private func report(_ words: String) {
        var errors = Output.error()
        errors.text.append(trusted: words)
        try? errors.flush()
    }
}
