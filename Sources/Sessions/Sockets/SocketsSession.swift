import Addresses
package import Console
import Failures
import Interfaces
package import LocalSockets
package import SocketReports
import SondeSystem
import Terminal

/// One listing of `sonde sockets`.
package final class SocketsSession {
    private let query: SocketQuery
    private let selection: SocketSelection
    /// The ports as they were given.
    private let words: [String]
    private var snapshot: SocketSnapshot?

    package init(query: SocketQuery, selection: SocketSelection, words: [String]) {
        var query = query
        // The kernel filters one port; a connection may have it at its other end.
        if query.role == .listening, let ports = selection.ports, ports.count == 1 { query.port = ports.first }
        self.query = query
        self.selection = selection
        self.words = words
    }

    package func listing() throws -> SocketListing {
        let snapshot = try SocketSnapshot.current(query)
        self.snapshot = snapshot
        let users = UserNames()
        return SocketListing(query.role, of: snapshot, selection, ownUser: FileSystem.effectiveUser) { users.name(of: $0) }
    }

    /// Writes to standard error what the rows don't show.
    ///
    /// - Parameter givesAdvice: for a person, not for a program.
    /// - Throws: `Failure` with exit code 1 where nothing was found that was asked for.
    package func finish(_ listing: SocketListing, givesAdvice: Bool, _ palette: Palette) throws {
        var notes = SocketNotes()
        if let refusal = snapshot?.table.refusal { notes.add(refusal: refusal) }
        if snapshot?.table.isWhole == false { notes.addChangedMeanwhile() }
        if query.role == .listening, snapshot?.network == nil { notes.addUnknownNetwork() }
        if let failure = snapshot?.holders.failure { notes.add(procFailure: failure) }
        let hidden = listing.rows.count(where: \.isHidden)
        notes.add(hidden: hidden, privilege, command: (["sonde sockets"] + words).joined(separator: " "))
        if givesAdvice, query.role == .listening {
            notes.addQueues(of: listing.rows)
            notes.addProbe(of: listing.rows, primary: primaryAddress)
        }
        var errors = Output.error()
        notes.write(into: &errors.text, width: Terminal.errorWidth, palette)
        try? errors.flush()
        guard listing.rows.isEmpty else { return }
        let isAsked = selection.ports != nil || selection.process != nil
        guard isAsked else { return report(nothing: palette) }
        throw Failure(
            noSocket: words,
            process: selection.process,
            isConnection: query.role == .connected,
            mayBeHidden: selection.process != nil && (snapshot?.holders.hiddenProcesses ?? 0) > 0
        )
    }

    private func report(nothing palette: Palette) {
        var errors = Output.error()
        errors.text.append(query.role == .listening ? "nothing listens\n" : "no connections\n", .faint, palette)
        try? errors.flush()
    }

    private var privilege: SocketNotes.Privilege {
        guard FileSystem.effectiveUser == 0 else { return .user }
        return Namespaces.mapsUsers ? .namespaceRoot : .root
    }

    private var primaryAddress: IPAddress? {
        guard let all = try? Interface.all(), let routing = try? Routing.current([.v4, .v6]) else { return nil }
        return try? routing.primaryAddresses(of: all).first?.address
    }
}

/// The names of users, each looked up once.
final class UserNames {
    private var known: [UInt32: String?] = [:]
    /// The number of all users that have none in this user namespace.
    private let unmapped = Namespaces.mapsUsers ? Namespaces.unmappedUser : nil

    func name(of user: UInt32) -> String? {
        guard user != unmapped else { return nil }
        if let name = known[user] { return name }
        let name = UserDatabase.name(of: user) ?? "\(user)"
        known[user] = name
        return name
    }
}
