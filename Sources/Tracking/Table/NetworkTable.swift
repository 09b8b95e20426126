/// The virtual networks of connections by slot, each side's own: two networks may use the same addresses and ports, and some captures hold
/// one direction with its tag and the other without.
///
/// It takes no memory while nothing is in a network.
struct NetworkTable {
    private struct Sides {
        var originator: UInt16 = 0
        var responder: UInt16 = 0
    }

    private var bySlot: [Sides] = []

    @inline(always)
    var isEmpty: Bool { bySlot.isEmpty }

    /// How well a segment fits a connection between its ends, the higher the better; 0 where it belongs to another.
    func fitness(of segment: TrackedSegment, in connections: borrowing ConnectionStore, slot: UInt32) -> Int {
        let sides = Int(slot) < bySlot.count ? bySlot[Int(slot)] : Sides()
        let isOriginator = connections.isOriginator(of: segment, slot)
        let packets = isOriginator ? connections[slot].originator.packets : connections[slot].responder.packets
        let isInOwn = segment.network == (isOriginator ? sides.originator : sides.responder)
        if packets > 0 {
            // A copy may have been captured where the network is another one.
            return isInOwn ? Self.best : segment.isCopy ? 1 : 0
        }
        let isInPeers = segment.network == (isOriginator ? sides.responder : sides.originator)
        return isInPeers ? 3 : 2
    }

    static let best = 4

    /// Notes the network that a side sends in.
    mutating func note(_ network: UInt16, ofOriginator isOriginator: Bool, slot: UInt32) {
        let slot = Int(slot)
        if slot >= bySlot.count {
            guard network != 0 else { return }
            bySlot.append(contentsOf: repeatElement(Sides(), count: max(slot + 1, bySlot.count * 2, 64) - bySlot.count))
        }
        if isOriginator { bySlot[slot].originator = network } else { bySlot[slot].responder = network }
    }

    /// Forgets the networks of the connection that had a slot before.
    mutating func clear(_ slot: UInt32) {
        if Int(slot) < bySlot.count { bySlot[Int(slot)] = Sides() }
    }

    /// Lets originator and responder change places.
    mutating func flip(_ slot: UInt32) {
        guard Int(slot) < bySlot.count else { return }
        let sides = bySlot[Int(slot)]
        bySlot[Int(slot)] = Sides(originator: sides.responder, responder: sides.originator)
    }
}
