package import Addresses
package import SondeSystem
package import SystemPackage

/// What a service does with its connections. A `ServerLoop` calls it and owns everything else: accepting, admission, reading,
/// back-pressure, idle and linger timers, draining and closing.
///
/// Within a call the handler uses the connection by its slot: it reads what arrived in `connections.scratch`, sends with
/// `connections.send`, and ends the connection with `connections.end` or `connections.drop`. The connection stays in its slot until the
/// call has returned, whatever happened to it.
package protocol ConnectionHandler: ~Copyable {
    /// What the service keeps for each connection.
    associatedtype State

    /// A client was admitted; returns what is kept for it. `number` counts from 1 over all loops of a server.
    mutating func opened(_ socket: BorrowedDescriptor, number: UInt64, _ transport: Transport, _ peer: SocketAddress) -> State

    /// A client was reset right after it was accepted.
    mutating func refused(_ transport: Transport, _ peer: SocketAddress, _ reason: Refusal)

    /// A client sent `count` bytes, which lie at the front of `connections.scratch`.
    mutating func receive(_ slot: Int, _ count: Int, _ connections: inout Connections<State>)

    /// A client sent its FIN. Whatever it is still owed is delivered before the connection is closed.
    mutating func receiveEnd(_ slot: Int, _ connections: inout Connections<State>)

    /// Whether the handler has more to send than it has handed over. The client is not read meanwhile, and `proceed` is called whenever
    /// its socket has room.
    func isPending(_ state: borrowing State) -> Bool

    /// Whether the handler waits for something other than the client, such as work in the background. The client is neither read nor
    /// sent to meanwhile, and is not idle.
    func isWaiting(_ state: borrowing State) -> Bool

    /// Whether the client is likely to ask once more: a server that is ending waits for that, within its time.
    func expectsMore(_ state: borrowing State) -> Bool

    /// The tokens of connections that no longer wait; each is handed out once.
    mutating func takeResumed() -> [UInt64]

    /// Since when the client owes the rest of something that it began; `nil` where it owes nothing. Bytes that trickle in are no sign of
    /// life: the idle timeout counts from here.
    func owesSince(_ state: borrowing State) -> MonotonicTime?

    /// Everything handed over has been sent, and the handler is pending: does the next piece of work, a bounded one.
    mutating func proceed(_ slot: Int, _ connections: inout Connections<State>)

    /// A connection has ended and is about to be closed.
    mutating func closed(_ connection: borrowing Connection<State>, _ reason: CloseReason, at now: MonotonicTime)

    /// Descriptors or memory ran out. Reported once for all loops of a server.
    mutating func ranOut(_ error: SystemError)

    // MARK: Sources of its own, which are no connections

    /// Adds descriptors to the loop, under tokens from `ServerToken.firstOfHandler` on.
    mutating func start(_ loop: borrowing EventLoop) throws(Errno)

    /// A descriptor of the handler is ready. True where the server has served what it was to serve, and stops listening.
    mutating func handle(_ token: UInt64, _ loop: borrowing EventLoop, at now: MonotonicTime) -> Bool

    /// When `tick` is to be called next; `nil` where there is nothing to wait for.
    var nextTick: MonotonicTime? { get }
    mutating func tick(at now: MonotonicTime)

    /// Stops accepting new work. Work under way continues until `isQuiet` or the end of the drain time.
    mutating func stopListening(_ loop: borrowing EventLoop)
    var isQuiet: Bool { get }
}

extension ConnectionHandler where Self: ~Copyable {
    package mutating func receiveEnd(_ slot: Int, _ connections: inout Connections<State>) { connections.end(slot, .fin) }
    package func isPending(_ state: borrowing State) -> Bool { false }
    package func isWaiting(_ state: borrowing State) -> Bool { false }
    package func expectsMore(_ state: borrowing State) -> Bool { false }
    package mutating func takeResumed() -> [UInt64] { [] }
    package func owesSince(_ state: borrowing State) -> MonotonicTime? { nil }
    package mutating func proceed(_ slot: Int, _ connections: inout Connections<State>) {}
    package mutating func start(_ loop: borrowing EventLoop) throws(Errno) {}
    package mutating func handle(_ token: UInt64, _ loop: borrowing EventLoop, at now: MonotonicTime) -> Bool { false }
    package var nextTick: MonotonicTime? { nil }
    package mutating func tick(at now: MonotonicTime) {}
    package mutating func stopListening(_ loop: borrowing EventLoop) {}
    package var isQuiet: Bool { true }
}
