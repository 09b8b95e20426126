import SondeSystem

/// One probe under way. A slot is plain and is used again and again; its socket comes from the pool.
struct ProbeSlot: BitwiseCopyable {
    enum Phase: UInt8, BitwiseCopyable {
        case idle
        /// A SYN is out.
        case connecting
        /// Connected; what the server says first is awaited.
        case readingBanner
        /// A datagram is out.
        case awaitingDatagram
        /// This machine ran out of something; the attempt begins again later.
        case backingOff
    }

    var phase = Phase.idle
    /// -1 where it has none.
    var descriptor: Int32 = -1
    /// Place in the loop's table of units.
    var unit: Int32 = -1
    /// Place in the loop's table of races; -1 where the host has one address.
    var race: Int32 = -1
    var portIndex: Int32 = 0
    var addressIndex: UInt8 = 0
    /// How many times it was sent before.
    var attempt: UInt8 = 0
    var backOffs: UInt8 = 0
    var selfConnects: UInt8 = 0
    /// The host's turn to be asked again has been taken, and is awaited.
    var awaitsTurn = false
    /// SYNs that the kernel sent again in attempts which were given up.
    var kernelRetransmits: UInt16 = 0
    var started = MonotonicTime(nanoseconds: 0)
    var sent = MonotonicTime(nanoseconds: 0)
    var deadline = MonotonicTime(nanoseconds: .max)
    /// When the slot's entry in the timer queue is due; later entries are stale.
    var timerAt = MonotonicTime(nanoseconds: .max)
}

/// Descriptors of sockets that are ours but under no probe now, and what the loop must know of each descriptor.
///
/// A TCP socket whose attempt failed serves again, which saves making it, setting its options and adding it to the loop.
struct SocketPool: ~Copyable {
    private var idleV4: [Int32] = []
    private var idleV6: [Int32] = []
    /// By descriptor: the slot that uses it, or -1.
    private var owners: [Int32] = []
    /// By descriptor: whether the loop watches it.
    private var watched: [Bool] = []

    deinit {
        for number in idleV4 + idleV6 { _ = Descriptor(owning: number) }
        for (number, owner) in owners.enumerated() where owner >= 0 { _ = Descriptor(owning: Int32(number)) }
    }

    /// An idle socket of the family; `nil` where there is none.
    mutating func take(isV6: Bool) -> Int32? {
        isV6 ? idleV6.popLast() : idleV4.popLast()
    }

    mutating func giveBack(_ number: Int32, isV6: Bool) {
        setOwner(of: number, to: -1)
        if isV6 { idleV6.append(number) } else { idleV4.append(number) }
    }

    /// Closes one idle socket of either family, to make room for another; false where there is none.
    mutating func closeIdle() -> Bool {
        guard let number = idleV4.popLast() ?? idleV6.popLast() else { return false }
        close(number)
        return true
    }

    mutating func adopt(_ descriptor: consuming Descriptor, owner: Int32) -> Int32 {
        let number = descriptor.release()
        while owners.count <= Int(number) {
            owners.append(-1)
            watched.append(false)
        }
        watched[Int(number)] = false
        owners[Int(number)] = owner
        return number
    }

    mutating func setOwner(of number: Int32, to owner: Int32) { owners[Int(number)] = owner }

    func owner(of number: Int32) -> Int32 { Int(number) < owners.count ? owners[Int(number)] : -1 }

    func isWatched(_ number: Int32) -> Bool { watched[Int(number)] }
    mutating func setWatched(_ number: Int32) { watched[Int(number)] = true }

    mutating func close(_ number: Int32) {
        owners[Int(number)] = -1
        watched[Int(number)] = false
        _ = Descriptor(owning: number)
    }
}
