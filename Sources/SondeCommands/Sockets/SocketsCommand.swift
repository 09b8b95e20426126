import Arguments
import Console
import Failures
import LocalSockets
import Sessions
import SocketReports
import SondeSystem
import Terminal

/// `sonde sockets`: who listens on this machine, and from where each listener can be reached.
struct SocketsCommand: Command {
    static let description = CommandDescription(
        "sockets",
        abstract: "List listening sockets, from where each can be reached, its accept queue and its process.",
        summary: "List listening sockets",
        usage: "[<options>] [<ports> ...]",
        discussion: """
            Addresses and interfaces decide from where a socket can be reached; firewalls are not examined. Exit code 1: ports or a \
            process are given, and no such socket exists.

            Who listens on port 8080, and who can reach it:
              sonde sockets 8080
            The connections of one program, with round-trip times:
              sonde sockets --connected --process nginx
            """,
        usualOptions: ["-t", "-u", "-p", "--connected", "--watch", "--json"]
    )

    @OptionGroup var filter: SocketFilterArguments

    @Flag("--connected", help: "Show connections instead of listeners: peer, round-trip time, retransmissions.")
    var connected = false

    @Flag("--watch", help: "Show listeners that are opened and closed, until interrupted.")
    var watch = false

    @Option("--interval", value: "duration", help: "How often --watch reads the list (default: 1s).")
    var interval: DurationArgument?

    @OptionGroup var namespace: NamespaceOptions

    @Flag("--plain", help: "One line per socket, columns separated by tabs, no heading.")
    var plain = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try filter.validate()
        if plain && output.json { throw ValidationError("--plain and --json are mutually exclusive", next: "choose one") }
        if watch && (connected || plain) {
            throw ValidationError(
                "--watch takes neither --connected nor --plain",
                next: "select afterwards: sonde sockets --watch --json | jq"
            )
        }
        if interval != nil && !watch { throw ValidationError("--interval needs --watch", next: "add --watch") }
        if let interval, interval.duration < Nanoseconds.milliseconds(10) {
            throw ValidationError("--interval: out of range", next: "give a duration from 10ms")
        }
    }

    func run() throws {
        let selection = try filter.selection()
        let query = filter.query(connected ? .connected : .listening)
        try namespace.enter()
        guard !watch else {
            return try SocketsWatch(query, selection, interval: interval?.duration ?? .seconds(1), output.manner).run()
        }
        let session = SocketsSession(query: query, selection: selection, words: filter.words)
        let listing = try session.listing()
        var standard = Output.standard()
        if output.json {
            listing.writeJSON(into: &standard.text)
        } else if plain {
            listing.writePlain(into: &standard.text)
        } else {
            listing.writeTable(into: &standard.text, width: Terminal.outputWidth, output.palette)
        }
        try standard.flush()
        try session.finish(listing, givesAdvice: !output.json && !plain, output.errorPalette)
    }
}
