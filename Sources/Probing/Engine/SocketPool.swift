import SondeSystem

/// The sockets of a driver: those that no attempt uses now, and of each descriptor the attempt that uses it.
///
/// A TCP socket whose attempt is over serves again, which saves opening it, setting its options and adding it to the event loop.
struct SocketPool: ~Copyable {
    private var idleV4: [Int32] = []
    private var idleV6: [Int32] = []
    /// By descriptor: the attempt that uses it, or -1.
    private var owners: [Int32] = []
    /// By descriptor: whether the event loop watches it.
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
