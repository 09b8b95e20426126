internal import Synchronization

/// The count of clients over all loops of a server, and their totals.
package final class Admission: Sendable {
    private let clients = Atomic<UInt64>(0)
    private let openClients = Atomic<Int>(0)
    private let refused = Atomic<UInt64>(0)
    private let bytesIn = Atomic<UInt64>(0)
    private let bytesOut = Atomic<UInt64>(0)
    private let hasRunOut = Atomic<Bool>(false)

    package init() {}

    /// Admits a client and returns its number; `nil` where there are `limit` clients already.
    func admit(limit: Int) -> UInt64? {
        guard openClients.add(1, ordering: .relaxed).newValue <= limit else {
            openClients.subtract(1, ordering: .relaxed)
            return nil
        }
        return nextNumber()
    }

    /// The number of a client without a connection: a peer of a datagram socket.
    func nextNumber() -> UInt64 { clients.add(1, ordering: .relaxed).newValue }

    func leave() { openClients.subtract(1, ordering: .relaxed) }

    func countRefused() { refused.add(1, ordering: .relaxed) }

    /// True for the first caller alone.
    func isFirstShortage() -> Bool { !hasRunOut.exchange(true, ordering: .relaxed) }

    func add(bytesIn more: UInt64, bytesOut moreOut: UInt64) {
        if more != 0 { bytesIn.add(more, ordering: .relaxed) }
        if moreOut != 0 { bytesOut.add(moreOut, ordering: .relaxed) }
    }

    package struct Totals: Hashable, Sendable {
        package let clients: UInt64
        package let openClients: UInt64
        package let refused: UInt64
        package let bytesIn: UInt64
        package let bytesOut: UInt64
    }

    package var totals: Totals {
        Totals(
            clients: clients.load(ordering: .relaxed),
            openClients: UInt64(max(0, openClients.load(ordering: .relaxed))),
            refused: refused.load(ordering: .relaxed),
            bytesIn: bytesIn.load(ordering: .relaxed),
            bytesOut: bytesOut.load(ordering: .relaxed)
        )
    }
}
