import Addresses
import Glibc
import SondeSystem
import SystemPackage

/// A slot's socket: from the pool or new, watched, given back.
extension ProbeLoop {
    struct Destination {
        let raw: RawSocketAddress
        let domain: Int32
        let isLoopback: Bool
    }

    /// Where a slot's probe goes; `nil` where a Unix path is too long for a socket address.
    func destination(of slot: Int32) -> Destination? {
        if let path = unit(of: slot).target.unixPath {
            return RawSocketAddress(.unix(path: path)).map { Destination(raw: $0, domain: AF_UNIX, isLoopback: true) }
        }
        guard let address = address(of: slot) else { return nil }
        return Destination(
            raw: RawSocketAddress(Endpoint(address.address, port: port(of: slot)), zone: address.zone),
            domain: address.address.family == .v4 ? AF_INET : AF_INET6,
            isLoopback: address.address.isLoopback
        )
    }

    /// Gives the slot a TCP or Unix socket, unless it still has one: an idle one, or a new one.
    mutating func takeSocket(_ slot: Int32, domain: Int32) throws(Errno) {
        guard slots[Int(slot)].descriptor < 0 else { return }
        if domain != AF_UNIX, let idle = sockets.take(isV6: domain == AF_INET6) {
            sockets.setOwner(of: idle, to: slot)
            slots[Int(slot)].descriptor = idle
            return
        }
        slots[Int(slot)].descriptor = try makeSocket(slot, domain: domain, .stream)
    }

    /// A new socket with what the configuration asks for. Where descriptors have run out, an idle one makes room.
    mutating func makeSocket(_ slot: Int32, domain: Int32, _ kind: SocketKind) throws(Errno) -> Int32 {
        let descriptor: Descriptor
        do {
            descriptor = try Descriptor.socket(domain: domain, kind)
        } catch {
            guard error == .tooManyOpenFiles || error == .tooManyOpenFilesInSystem, sockets.closeIdle() else { throw error }
            descriptor = try Descriptor.socket(domain: domain, kind)
        }
        if domain != AF_UNIX { try prepare(descriptor.borrowed, isV6: domain == AF_INET6, kind) }
        return sockets.adopt(descriptor, owner: slot)
    }

    private func prepare(_ socket: BorrowedDescriptor, isV6: Bool, _ kind: SocketKind) throws(Errno) {
        try socket.set(isV6 ? .receiveErrorsV6 : .receiveErrorsV4, to: 1)
        if kind == .stream { try socket.resetOnClose() }
        if let interface = configuration.interface { try socket.bind(toInterface: interface) }
        guard let source = configuration.source, (source.address.family == .v6) == isV6 else { return }
        try socket.set(.bindAddressNoPort, to: 1)
        try socket.bind(to: RawSocketAddress(Endpoint(source.address, port: 0), zone: source.zone))
    }

    /// Lets the loop hear of the slot's socket.
    mutating func watchSocket(_ slot: Int32, for interest: Readiness) {
        let number = slots[Int(slot)].descriptor
        guard !sockets.isWatched(number) else { return }
        do {
            try events.add(BorrowedDescriptor(number), for: interest, token: UInt64(number))
            sockets.setWatched(number)
        } catch {
            discardSocket(slot)
            finish(slot, errno: error)
        }
    }

    /// Puts the slot's socket back, ready for another connect(2), or closes it where it can't be.
    ///
    /// Connecting to AF_UNSPEC ends whatever state it is in, an established connection by RST, which leaves no TIME_WAIT.
    mutating func returnSocket(_ slot: Int32, afterRefusal: Bool) {
        let number = slots[Int(slot)].descriptor
        guard number >= 0 else { return }
        guard configuration.transport == .tcp, let address = address(of: slot),
            afterRefusal || (try? BorrowedDescriptor(number).disconnect()) != nil
        else { return discardSocket(slot) }
        sockets.giveBack(number, isV6: address.address.family == .v6)
        slots[Int(slot)].descriptor = -1
    }

    mutating func discardSocket(_ slot: Int32) {
        guard slots[Int(slot)].descriptor >= 0 else { return }
        sockets.close(slots[Int(slot)].descriptor)
        slots[Int(slot)].descriptor = -1
    }

    /// Empties the error queue and returns the last ICMP error in it that refuses something.
    func takeICMP(_ socket: BorrowedDescriptor) -> QueuedError? {
        var found: QueuedError?
        // As many as a receive buffer can hold at most; more would be another thread's.
        for _ in 0..<1024 {
            guard let entry = socket.takeQueuedError() else { break }
            if Reason(icmp: entry) != nil { found = entry }
        }
        return found
    }

    /// This machine ran out of something: the attempt begins again later, and fewer are under way from now on. False when it was
    /// tried often enough, about four seconds in all.
    mutating func backOff(_ slot: Int32, _ errno: Errno) -> Bool {
        discardSocket(slot)
        guard slots[Int(slot)].backOffs < 12 else { return false }
        slots[Int(slot)].backOffs += 1
        slots[Int(slot)].phase = .backingOff
        if errno == .tooManyOpenFiles || errno == .tooManyOpenFilesInSystem { slotLimit = max(1, min(slotLimit, activeCount - 1)) }
        let delay = min(500, Int64(10) << Int64(slots[Int(slot)].backOffs - 1))
        schedule(slot, at: .now + .milliseconds(delay))
        return true
    }
}
