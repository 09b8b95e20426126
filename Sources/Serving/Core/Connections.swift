package import SondeSystem
internal import SystemPackage

/// The connections of one loop, and what a handler can do to them.
///
/// Back-pressure is the rule here: bytes that a socket does not take wait in the connection's backlog, and a client that is owed
/// anything is not read. So a client costs one record while it keeps up, and at most one read's answer while it does not.
package struct Connections<State>: ~Copyable {
    var loop: EventLoop
    var slab = Slab<Connection<State>>()
    var timers = TimerQueue<ConnectionTimer>()
    /// The moment of this turn of the loop.
    package internal(set) var now = MonotonicTime.now
    /// What was read last. All connections share it, so that an idle one costs no buffer.
    package var scratch: IOBuffer
    /// Bytes moved in this turn, added to the totals once per turn.
    var bytesIn: UInt64 = 0
    var bytesOut: UInt64 = 0

    init(_ loop: consuming EventLoop, scratchSize: Int) {
        self.loop = loop
        scratch = IOBuffer(capacity: scratchSize)
    }

    package subscript(slot: Int) -> Connection<State> {
        @inline(__always) _read { yield slab[slot] }
        @inline(__always) _modify { yield &slab[slot] }
    }

    // MARK: - Sending

    /// Sends the first `count` bytes of the scratch buffer, and keeps what does not go now.
    @inline(__always)
    package mutating func send(_ slot: Int, _ count: Int) {
        guard slab[slot].backlog.isEmpty else { return slab[slot].backlog.append(scratch, 0..<count) }
        do {
            let transfer = try scratch.send(0..<count, to: slab[slot].descriptor.borrowed)
            let sent = if case .bytes(let sent) = transfer { sent } else { 0 }
            noteSent(slot, sent)
            if sent < count { slab[slot].backlog.append(scratch, sent..<count) }
        } catch {
            drop(slot, CloseReason(error))
        }
    }

    /// Sends `bytes`, and keeps what does not go now.
    package mutating func send(_ slot: Int, _ bytes: [UInt8]) {
        let isFirst = slab[slot].backlog.isEmpty
        slab[slot].backlog.append(bytes)
        if isFirst { flush(slot) }
    }

    /// Keeps the first `count` bytes of the scratch buffer until `due`.
    package mutating func hold(_ slot: Int, _ count: Int, until due: MonotonicTime) {
        slab[slot].backlog.append(scratch, 0..<count, due: due)
        scheduleRelease(slot)
    }

    /// Sends at most `count` bytes of a file from `offset` on (sendfile(2)); returns how many went, 0 where the socket has no room.
    /// Nothing may be owed before them. Where the file ends there, the connection is dropped.
    package mutating func sendFile(_ slot: Int, _ file: BorrowedDescriptor, from offset: Int, count: Int) -> Int {
        precondition(slab[slot].backlog.isEmpty)
        var position = offset
        do {
            switch try slab[slot].descriptor.borrowed.sendFile(file, from: &position, count: count) {
            case .bytes(let sent):
                noteSent(slot, sent)
                slab[slot].lastActivity = now
                return sent
            case .wouldBlock:
                return 0
            case .end:
                drop(slot, .failed)
                return 0
            }
        } catch {
            drop(slot, CloseReason(error))
            return 0
        }
    }

    @inline(__always)
    private mutating func noteSent(_ slot: Int, _ count: Int) {
        slab[slot].bytesOut += UInt64(count)
        bytesOut += UInt64(count)
    }

    /// Whether the client has been sent everything that was handed over for it.
    package func isEverythingSent(_ slot: Int) -> Bool { slab[slot].backlog.isEmpty }

    /// Names a connection to `takeResumed`.
    package func token(of slot: Int) -> UInt64 { slab.token(of: slot) }

    // MARK: - Ending

    /// Stops reading. The connection is closed once the pending output was sent. If called again, the first reason is kept.
    package mutating func end(_ slot: Int, _ reason: CloseReason) {
        if slab[slot].phase == .open { slab[slot].phase = .flushing(reason) }
    }

    /// Closes the connection as soon as the handler's call has returned, whatever it is owed.
    package mutating func drop(_ slot: Int, _ reason: CloseReason) {
        if case .over = slab[slot].phase { return }
        slab[slot].phase = .over(reason)
    }

    package func isOver(_ slot: Int) -> Bool {
        if case .over = slab[slot].phase { true } else { false }
    }

    // MARK: - For the loop

    /// Sends what the client is owed and may have.
    mutating func flush(_ slot: Int) {
        let socket = slab[slot].descriptor.borrowed
        slab[slot].backlog.release(until: now)
        do throws(Errno) {
            let sent = try slab[slot].backlog.send { bytes throws(Errno) in
                if case .bytes(let taken) = try socket.send(bytes) { taken } else { 0 }
            }
            noteSent(slot, sent)
            if sent > 0 { slab[slot].lastActivity = now }
            scheduleRelease(slot)
        } catch {
            drop(slot, CloseReason(error))
        }
    }

    private mutating func scheduleRelease(_ slot: Int) {
        guard !slab[slot].isReleaseScheduled, let next = slab[slot].backlog.nextRelease else { return }
        slab[slot].isReleaseScheduled = true
        timers.schedule(ConnectionTimer(token: slab.token(of: slot), kind: .release), at: next)
    }

    /// The back-pressure rule: what the loop is to wait for. Only a client that takes what it is owed is read.
    mutating func wanted(_ slot: Int, isPending: Bool) -> Readiness {
        if slab[slot].backlog.releasedCount > 0 || isPending { return .writable }
        guard slab[slot].phase == .open, slab[slot].backlog.cost < Self.largestBacklog else { return [] }
        return .readable
    }

    /// What may wait for its time (`hold`), in bytes; one read may go beyond it.
    private static var largestBacklog: Int { 262_144 }

    mutating func setInterest(_ slot: Int, _ wanted: Readiness) {
        guard wanted != slab[slot].interest else { return }
        slab[slot].interest = wanted
        // Fails only if memory is short. The loop then keeps its previous interest.
        try? loop.modify(slab[slot].descriptor.borrowed, for: wanted, token: slab.token(of: slot))
    }

    /// Discards what a client still sends after our FIN.
    mutating func discard(_ slot: Int, _ reason: CloseReason) {
        switch try? scratch.receive(from: slab[slot].descriptor.borrowed, limit: scratch.capacity) {
        case .bytes, .wouldBlock: break
        case .end, nil: drop(slot, reason)
        }
    }
}
