internal import Serving
internal import SondeSystem
internal import SystemPackage

extension FileServer {
    /// Serves one connection that is ready: a piece of its reply, or what it asks.
    mutating func handleClient(_ slot: Int) {
        guard !clients[slot].isLingering else { return discard(slot) }
        let goesOn = clients[slot].isReplying ? sendPiece(slot) : read(slot)
        guard goesOn else { return drop(slot) }
        guard answerRequests(slot) else { return takeLeave(slot) }
        updateInterest(slot)
    }

    /// Ends a connection on which all is said.
    private mutating func takeLeave(_ slot: Int) {
        guard !clients[slot].isInputEnded, !clients[slot].isReplying else { return drop(slot) }
        do { try clients[slot].descriptor.borrowed.shutdownSending() } catch { return drop(slot) }
        clients[slot].isLingering = true
        clients[slot].input = []
        updateInterest(slot)
        idleTimers.schedule(clients.token(of: slot), at: now + Self.drainTime)
    }

    private mutating func discard(_ slot: Int) {
        let transfer = try? scratch.receive(from: clients[slot].descriptor.borrowed, limit: Self.readSize)
        switch transfer {
        case .bytes, .wouldBlock: break
        case .end, nil: drop(slot)
        }
    }

    /// False where nothing more is to come or to go.
    private mutating func read(_ slot: Int) -> Bool {
        do {
            switch try scratch.receive(from: clients[slot].descriptor.borrowed, limit: Self.readSize) {
            case .bytes(let count):
                clients[slot].lastActivity = now
                scratch.append(0..<count, to: &clients[slot].input)
            case .end:
                // What was asked before the FIN stands; a line without an end is one.
                clients[slot].endInput()
            case .wouldBlock:
                break
            }
            return true
        } catch {
            return false
        }
    }

    /// Answers one request after the other while their answers go at once. False at the end of the connection.
    private mutating func answerRequests(_ slot: Int) -> Bool {
        for _ in 0..<Self.requestsPerTurn {
            guard !clients[slot].isReplying else { return true }
            guard !clients[slot].isClosing, let line = clients[slot].nextLine() else {
                return !clients[slot].isClosing && !clients[slot].isInputEnded
            }
            begin(slot, line)
            guard sendPiece(slot) else { return false }
        }
        return true
    }

    private static let requestsPerTurn = 16

    private mutating func begin(_ slot: Int, _ line: Result<[UInt8], FileRefusal>) {
        let now = MonotonicTime.now
        do throws(FileRefusal) {
            let bytes = try line.get()
            switch try FileRequest(line: bytes) {
            case .get(let name, let offset):
                let file = try folder.open(name)
                clients[slot].reply = try Self.reply(bytes, file, from: offset, at: now)
                clients[slot].file = file.intoDescriptor()
            case .list(let name):
                let listing = try folder.list(name)
                let status = FileStatusLine.follows(size: UInt64(listing.count), version: nil)
                clients[slot].reply = FileClient.Reply(request: bytes, at: now, status, body: listing)
            }
        } catch {
            let request = (try? line.get()) ?? []
            let status = FileStatusLine.refused(reason: Array(error.rawValue.utf8))
            clients[slot].reply = FileClient.Reply(request: request, at: now, status, refusal: error)
            // Where a line ends that is too long, nobody knows.
            if error == .lineTooLong { clients[slot].isClosing = true }
        }
    }

    private static func reply(
        _ request: [UInt8],
        _ file: borrowing ServedFolder.File,
        from offset: UInt64,
        at now: MonotonicTime
    ) throws(FileRefusal) -> FileClient.Reply {
        guard offset <= file.size else { throw .beyondEnd }
        let size = file.size - offset
        let status = FileStatusLine.follows(size: size, version: file.version)
        var reply = FileClient.Reply(request: request, at: now, status)
        reply.fileOffset = Int(offset)
        reply.fileRemaining = Int(size)
        return reply
    }

    /// Sends what goes of the reply, at most one piece of a file. False where the connection is over.
    private mutating func sendPiece(_ slot: Int) -> Bool {
        do {
            let sent = try clients[slot].sendPiece()
            if sent > 0 { clients[slot].lastActivity = now }
        } catch {
            return false
        }
        if clients[slot].reply?.isDone ?? false { finishReply(slot) }
        return true
    }

    private mutating func updateInterest(_ slot: Int) {
        // More requests than a turn answers are gone on with when the socket can be written, which is at once.
        let wanted: Readiness = clients[slot].isReplying || clients[slot].hasWholeLine ? .writable : .readable
        guard wanted != clients[slot].interest else { return }
        clients[slot].interest = wanted
        try? loop.modify(clients[slot].descriptor.borrowed, for: wanted, token: clients.token(of: slot))
    }
}

extension FileClient.Reply {
    /// - Parameter body: the bytes behind the status line, where they are no file's.
    init(request: [UInt8], at now: MonotonicTime, _ status: FileStatusLine, body: [UInt8] = [], refusal: FileRefusal? = nil) {
        let line = status.line
        var size: UInt64?
        if case .follows(let promised, _) = status { size = promised }
        self.init(request: request, started: now, head: line + body, statusLength: line.count, size: size, refusal: refusal)
    }
}
