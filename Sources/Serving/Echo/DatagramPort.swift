import Addresses
internal import SondeSystem
internal import SystemPackage

/// A datagram listener of one worker, and the batch that it works on.
struct DatagramPort: ~Copyable {
    let listener: Listener
    var batch: DatagramBatch
    /// Answers that are held back, in the order in which they are due.
    private(set) var held: [HeldDatagram] = []
    private var isWatched = false
    /// Whether the socket has no room for the answers: nothing is read meanwhile.
    private(set) var isBlocked = false

    struct HeldDatagram {
        let due: MonotonicTime
        let peer: SocketAddress
        /// How its question arrived: the answer leaves from there.
        let arrival: DatagramArrival
        let bytes: [UInt8]
    }

    /// Held-back answers; what exceeds them is lost, as datagrams are.
    private static let mostHeld = 1024

    /// - Parameter batchSize: how many datagrams one turn takes at most.
    init(_ listener: Listener, batchSize: Int) throws(Errno) {
        self.listener = listener
        // A Unix datagram may be as long as its sender's buffer (net.core.wmem_default is 212,992), and is memory only once it
        // came.
        batch = try DatagramBatch(capacity: batchSize, room: listener.transport == .udp ? 65_536 : 1_048_576)
    }

    mutating func hold(_ datagram: HeldDatagram) {
        if held.count < Self.mostHeld { held.append(datagram) }
    }

    /// Takes the answers that are due.
    mutating func takeDue(_ now: MonotonicTime) -> ArraySlice<HeldDatagram> {
        let due = held.prefix { $0.due <= now }
        held.removeFirst(due.count)
        return due
    }

    private var socket: BorrowedDescriptor { listener.descriptor.borrowed }

    /// Sends what is turned; returns how many went and whether there is room for more. Those that nobody can take are dropped, as
    /// datagrams are.
    mutating func flush() -> UInt64 {
        var count: UInt64 = 0
        while batch.unsentCount > 0 {
            do {
                let sent = try batch.send(to: socket)
                count += UInt64(sent)
                if sent > 0 { continue }
                // A Unix socket that is not read keeps its senders waiting: one client must not keep the others from their answers.
                guard listener.transport == .unixDatagram else { break }
                batch.skip()
            } catch {
                batch.skip()
            }
        }
        isBlocked = batch.unsentCount > 0
        return count
    }

    mutating func watch(with loop: borrowing EventLoop, token: UInt64) throws(Errno) {
        unwatch(loop)
        // A shared socket wakes one thread; EPOLLEXCLUSIVE allows no change, so the watch is made anew.
        try loop.add(socket, for: isBlocked ? .writable : [.readable, .exclusive], token: token)
        isWatched = true
    }

    mutating func unwatch(_ loop: borrowing EventLoop) {
        guard isWatched else { return }
        try? loop.remove(socket)
        isWatched = false
    }
}
