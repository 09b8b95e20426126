package import Addresses
import Failures
package import Serving
import SondeSystem
import Synchronization
import SystemPackage

/// The demonstration's server: an echo server in a thread of this process.
///
/// It holds each answer back for longer than the kernel waits before it acknowledges on its own (40 ms on Linux), so that
/// acknowledgements travel alone and each step of the teardown has a segment of its own.
package final class DemoServer: Sendable {
    package let endpoint: Endpoint
    private let server: EchoServer
    private let witness: Witness
    private let stop: StopToken
    /// Woken when the thread is done.
    private let ended: Waker

    private static let delay = Nanoseconds.milliseconds(100)
    /// How long the server may take to end once its client is gone.
    private static let patience = Nanoseconds.seconds(3)

    /// Binds and listens, on whatever port of 127.0.0.1 is free.
    package init() throws {
        let listener = ListenRequest(.tcp, SocketAddress(.loopbackV4, port: 0))
        var configuration = EchoConfiguration(ServerConfiguration(listeners: [listener]))
        configuration.delay = Self.delay
        let witness = Witness()
        stop = try naming("eventfd") { () throws(Errno) in try StopToken() }
        do {
            server = try EchoServer(configuration, stop: stop) { witness.take($0) }
        } catch {
            throw Failure(listening: error)
        }
        self.witness = witness
        ended = try naming("eventfd") { () throws(Errno) in try Waker() }
        guard let endpoint = server.listeners.first?.address.endpoint else {
            throw SystemError("getsockname", on: "127.0.0.1", .addressNotAvailable)
        }
        self.endpoint = endpoint
    }

    /// Begins to serve.
    package func start() throws {
        try WorkerThreads.detach {
            // How it went is seen in what the client hears; an error here has no reader of its own.
            try? self.server.run()
            self.ended.wake()
        }
    }

    /// Stops the server and returns what it saw of one client. Others may have connected meanwhile, such as a port scan.
    package func account(of client: Endpoint) -> Account {
        stop.stop()
        _ = try? ended.borrowed.wait(for: .readable, until: .now + Self.patience)
        return witness.account(of: client)
    }

    package struct Account {
        package internal(set) var opened: OpenedClient?
        package internal(set) var closed: ClosedClient?
    }

    /// Records the events of the serving thread.
    private final class Witness: Sendable {
        private let accounts = Mutex<[Endpoint: Account]>([:])
        private static let mostAccounts = 100

        func account(of client: Endpoint) -> Account { accounts.withLock { $0[client] } ?? Account() }

        func take(_ event: EchoEvent) {
            accounts.withLock { accounts in
                guard accounts.count < Self.mostAccounts else { return }
                switch event {
                case .opened(let client):
                    if let endpoint = client.peer.endpoint { accounts[endpoint, default: Account()].opened = client }
                case .closed(let client):
                    if let endpoint = client.peer.endpoint { accounts[endpoint, default: Account()].closed = client }
                case .listening, .refused, .received, .outOfDescriptors: break
                }
            }
        }
    }
}
