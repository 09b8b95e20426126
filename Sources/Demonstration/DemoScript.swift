package import Addresses
package import SondeSystem

/// The calls of one scene, in their order. Its sockets are bound already, so that a capture of their connections can open before the
/// first call.
package struct DemoScript {
    /// Where the clients connect to.
    package let server: Endpoint
    package let clients: [Endpoint]
    /// Whether the scene ends with its one connection closed. Else its last segments have no mark.
    package let endsClosed: Bool
    private let log: DemoCallLog
    private let calls: (StopToken) throws -> Void

    /// - Parameter calls: what long pauses end early for is their argument.
    init(
        _ log: DemoCallLog,
        server: Endpoint,
        clients: [Endpoint],
        endsClosed: Bool = true,
        calls: @escaping (StopToken) throws -> Void
    ) {
        self.log = log
        self.server = server
        self.clients = clients
        self.endsClosed = endsClosed
        self.calls = calls
    }

    /// Makes the calls; afterwards the sockets are closed. A stop shortens the scene's pauses.
    package func play(stop: StopToken) throws -> DemoTranscript {
        try calls(stop)
        return log.transcript
    }
}

/// What remains of a script when its sockets are gone.
package struct DemoTranscript {
    package internal(set) var calls: [DemoCall] = []
    /// What the kernel knew of connections before their sockets were closed.
    var statistics: [(side: DemoSide, values: TCPStatistics)] = []
    /// What the server's kernel saw of the client, where an echo server ran.
    package internal(set) var account: DemoServer.Account?
}

/// Records the calls of a script.
final class DemoCallLog {
    private(set) var transcript = DemoTranscript()

    func add(_ side: DemoSide, _ call: String, _ outcome: String) {
        transcript.calls.append(DemoCall(side: side, call: call, outcome: outcome))
    }

    func add(_ side: DemoSide, _ values: TCPStatistics) { transcript.statistics.append((side, values)) }

    func add(_ account: DemoServer.Account) { transcript.account = account }
}
