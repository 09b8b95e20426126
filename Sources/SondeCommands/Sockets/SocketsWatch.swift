import Console
import LocalSockets
import SocketReports
import SondeSystem
import SystemPackage
import Terminal

/// `sonde sockets --watch`: listeners that are opened and closed, until a signal.
struct SocketsWatch {
    let query: SocketQuery
    let selection: SocketSelection
    let interval: Nanoseconds
    let asJSON: Bool
    let palette: Palette

    func run() throws {
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
                if asJSON {
                    listing.writeJSON(time: Double(now) / 1e9, into: &standard.text)
                } else {
                    listing.writeLine(timeOfDay: LocalClock.timeOfDay(now), into: &standard.text, palette)
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
