internal import Lines
internal import SondeSystem
internal import SystemPackage

extension EchoWorker {
    /// Serves one connection that is ready. At most one read a turn, so that a busy client leaves the others their share.
    mutating func handleClient(_ slot: Int, _ readiness: Readiness) {
        if case .lingering(let reason) = clients[slot].phase { return discard(slot, reason) }
        if !clients[slot].backlog.isEmpty {
            guard flush(slot) else { return }
            // Nobody is left to wait for: the socket tells of hang-ups whether or not it is asked.
            if !readiness.isDisjoint(with: [.error, .hangUp]), clients[slot].interest.isEmpty { return close(slot, .reset) }
        }
        guard clients[slot].interest.contains(.readable), readiness != .writable else { return }
        read(slot)
    }

    private mutating func read(_ slot: Int) {
        do {
            switch try scratch.receive(from: clients[slot].descriptor.borrowed, limit: readLimit) {
            case .bytes(let count): receive(slot, count)
            case .end: end(slot, .fin)
            case .wouldBlock: break
            }
        } catch {
            close(slot, CloseReason(error))
        }
    }

    /// Deals with the first `count` bytes of the scratch buffer, which a client sent.
    @inline(__always)
    private mutating func receive(_ slot: Int, _ count: Int) {
        clients[slot].bytesIn += UInt64(count)
        tally.bytesIn += UInt64(count)
        clients[slot].lastActivity = now
        if configuration.reportsData {
            server.sink(.received(client: clients[slot].number, scratch.bytes(0..<count)))
        }
        guard let quitWord = configuration.quitWord else { return answer(slot, count) }
        let lineEnd = clients[slot].quitLineEnd(scratch, count, quitWord)
        answer(slot, lineEnd ?? count)
        if lineEnd != nil, clients.isLive(slot) { end(slot, .quit) }
    }

    private mutating func answer(_ slot: Int, _ count: Int) {
        switch configuration.answer {
        case .echo:
            transmit(slot, count)
        case .discard:
            break
        case .fixed(let text):
            let lines = clients[slot].countLines(scratch, count)
            scratch.fill(with: text, times: lines)
            transmit(slot, lines * text.count)
        }
    }

    /// Sends the first `count` bytes of the scratch buffer, and keeps for later what does not go now.
    @inline(__always)
    private mutating func transmit(_ slot: Int, _ count: Int) {
        if configuration.delay != nil { return hold(slot, count) }
        do {
            guard case .bytes(count) = try send(slot, count) else { return }
        } catch {
            close(slot, CloseReason(error))
        }
    }

    @inline(__always)
    private mutating func send(_ slot: Int, _ count: Int) throws(Errno) -> Transfer {
        let transfer = try scratch.send(0..<count, to: clients[slot].descriptor.borrowed)
        var sent = 0
        if case .bytes(let taken) = transfer { sent = taken }
        clients[slot].bytesOut += UInt64(sent)
        tally.bytesOut += UInt64(sent)
        if sent < count {
            clients[slot].backlog.append(scratch, sent..<count)
            updateInterest(slot)
        }
        return transfer
    }

    /// Keeps the first `count` bytes of the scratch buffer back for the configured time.
    private mutating func hold(_ slot: Int, _ count: Int) {
        let due = now + (configuration.delay ?? .zero)
        clients[slot].backlog.append(scratch, 0..<count, due: due)
        scheduleRelease(slot)
        updateInterest(slot)
    }

    private mutating func scheduleRelease(_ slot: Int) {
        guard !clients[slot].isReleaseScheduled, let next = clients[slot].backlog.nextRelease else { return }
        clients[slot].isReleaseScheduled = true
        timers.schedule(ClientTimer(token: clients.token(of: slot), kind: .release), at: next)
    }

    /// Sends what the client is owed and may have. False where that was the end of it.
    private mutating func flush(_ slot: Int) -> Bool {
        let socket = clients[slot].descriptor.borrowed
        clients[slot].backlog.release(until: now)
        do {
            let sent = try clients[slot].backlog.send { bytes throws(Errno) in
                if case .bytes(let taken) = try socket.send(bytes) { taken } else { 0 }
            }
            clients[slot].bytesOut += UInt64(sent)
            tally.bytesOut += UInt64(sent)
            if sent > 0 { clients[slot].lastActivity = now }
        } catch {
            close(slot, CloseReason(error))
            return false
        }
        if clients[slot].backlog.isEmpty, case .flushing(let reason) = clients[slot].phase {
            conclude(slot, reason)
            return false
        }
        scheduleRelease(slot)
        updateInterest(slot)
        return true
    }

    /// Reads only from a client that takes what it is owed.
    private mutating func updateInterest(_ slot: Int) {
        var wanted: Readiness = []
        if clients[slot].backlog.releasedCount > 0 {
            wanted = .writable
        } else if clients[slot].phase == .open, clients[slot].backlog.cost < Self.largestBacklog {
            wanted = .readable
        }
        setInterest(slot, wanted)
    }

    private mutating func setInterest(_ slot: Int, _ wanted: Readiness) {
        guard wanted != clients[slot].interest else { return }
        clients[slot].interest = wanted
        // Fails for want of memory alone, and then the client's events stay as they were.
        try? loop.modify(clients[slot].descriptor.borrowed, for: wanted, token: clients.token(of: slot))
    }

    /// What a client with a delay may have outstanding, bytes; one read may go beyond it.
    private static let largestBacklog = 262_144

    /// Reads no more; what the client is owed goes out first.
    mutating func end(_ slot: Int, _ reason: CloseReason) {
        clients[slot].phase = .flushing(reason)
        guard clients[slot].backlog.isEmpty else { return updateInterest(slot) }
        conclude(slot, reason)
    }

    /// Ends a connection that is owed nothing any more.
    private mutating func conclude(_ slot: Int, _ reason: CloseReason) {
        // A client that sent its FIN has nothing more to say. Any other may, and must be heard out.
        guard reason != .fin else { return close(slot, .fin) }
        do { try clients[slot].descriptor.borrowed.shutdownSending() } catch { return close(slot, reason) }
        clients[slot].phase = .lingering(reason)
        setInterest(slot, .readable)
        timers.schedule(ClientTimer(token: clients.token(of: slot), kind: .linger), at: now + Self.drainTime)
    }

    /// Throws away what a client still sends that the server has taken leave of.
    private mutating func discard(_ slot: Int, _ reason: CloseReason) {
        let transfer = try? scratch.receive(from: clients[slot].descriptor.borrowed, limit: Self.readSize)
        switch transfer {
        case .bytes, .wouldBlock: break
        case .end, nil: close(slot, reason)
        }
    }

    func lingerReason(_ slot: Int) -> CloseReason {
        if case .lingering(let reason) = clients[slot].phase { reason } else { .shutdown }
    }

    /// Lets go of a connection and tells of it.
    mutating func close(_ slot: Int, _ reason: CloseReason) {
        let client = clients.remove(slot)
        server.shared.leave()
        acceptor.resume(loop)
        let statistics = client.transport == .tcp ? try? client.descriptor.borrowed.tcpStatistics() : nil
        server.sink(
            .closed(
                ClosedClient(
                    number: client.number,
                    transport: client.transport,
                    peer: client.peer,
                    bytesIn: client.bytesIn,
                    bytesOut: client.bytesOut,
                    duration: now - client.opened,
                    reason: reason,
                    statistics: statistics
                )
            )
        )
    }
}

extension StreamClient {
    /// Where the line that ends the connection ends, in the first `count` bytes of `buffer`.
    fileprivate mutating func quitLineEnd(_ buffer: borrowing IOBuffer, _ count: Int, _ word: String) -> Int? {
        var matcher = quit ?? LineMatcher(word)
        let end = buffer.withBytes(0..<count) { matcher.firstMatch(in: $0) }
        quit = matcher
        return end
    }
}

extension CloseReason {
    init(_ errno: Errno) {
        switch errno {
        case .connectionReset, .brokenPipe: self = .reset
        case .timedOut, .noRouteToHost, .networkUnreachable: self = .timedOut
        default: self = .failed
        }
    }
}
