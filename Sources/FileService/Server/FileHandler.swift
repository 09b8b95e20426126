internal import Lines
internal import Serving
internal import SondeSystem
internal import SystemPackage

/// What a file server does with its connections: takes one request after the other, and answers each with a status line and perhaps
/// bytes (docs/file-protocol.md).
///
/// A request that waits makes the connection pending, so it is not read: what a client can make the server keep is one read and one
/// line, whatever it sends. A turn answers a few requests, sends one piece of a file or lists one part of a folder, so that no client
/// keeps the others waiting.
struct FileHandler: ConnectionHandler, ~Copyable {
    struct State {
        var input = LineBuffer(longest: FileRequest.longestLine)
        var listing: PendingListing?
        var reply: Reply?
    }

    /// A folder that is being listed for a client.
    struct PendingListing {
        let request: [UInt8]
        let started: MonotonicTime
        var listing: FolderListing
    }

    /// An answer on its way.
    struct Reply {
        let request: [UInt8]
        let started: MonotonicTime
        /// What the status line promised; `nil` where it is a refusal.
        let size: UInt64?
        let refusal: FileRefusal?
        /// What the connection had sent before the promised bytes.
        let firstByte: UInt64
        /// What of a file is to be sent yet.
        var file: ServedFile?
        var offset = 0
        var remaining = 0
        /// What is held in memory for it, of `listingBudget`.
        var cost = 0
    }

    private let folder: ServedFolder
    private let sink: (FileEvent) -> Void
    private(set) var totals = FileTotals()
    /// What all listings take that are being made or sent.
    private var listingCost = 0

    init(_ folder: consuming ServedFolder, _ sink: @escaping (FileEvent) -> Void) {
        self.folder = folder
        self.sink = sink
    }

    static let readSize = 4096
    private static let requestsPerTurn = 16
    private static let largestPiece = 1 << 20
    /// Bytes that all listings together may take: many of a usual size, two of the largest.
    private static let listingBudget = 96 << 20

    // MARK: - Clients

    mutating func opened(_ socket: BorrowedDescriptor, number: UInt64, _ transport: Transport, _ peer: SocketAddress) -> State {
        totals.clients += 1
        return State()
    }

    func refused(_ transport: Transport, _ peer: SocketAddress, _ reason: Refusal) { sink(.refused(peer, reason)) }

    func ranOut(_ error: SystemError) { sink(.outOfDescriptors(error)) }

    mutating func closed(_ connection: borrowing Connection<State>, _ reason: CloseReason, at now: MonotonicTime) {
        if let pending = connection.state.listing { listingCost -= pending.listing.cost }
        if let reply = connection.state.reply { report(reply, connection.peer, connection.bytesOut) }
    }

    // MARK: - Requests

    mutating func receive(_ slot: Int, _ count: Int, _ connections: inout Connections<State>) {
        connections.takeInput(slot, count)
        proceed(slot, &connections)
    }

    mutating func receiveEnd(_ slot: Int, _ connections: inout Connections<State>) {
        // What was asked before the FIN is answered.
        connections[slot].state.input.finish()
        connections.end(slot, .fin)
        proceed(slot, &connections)
    }

    func isPending(_ state: borrowing State) -> Bool { state.reply != nil || state.listing != nil || state.input.hasLine }

    mutating func proceed(_ slot: Int, _ connections: inout Connections<State>) {
        for _ in 0..<Self.requestsPerTurn {
            guard !connections.isOver(slot), connections.isEverythingSent(slot) else { return }
            if connections[slot].state.reply != nil {
                guard sendRest(slot, &connections) else { return }
            } else if connections[slot].state.listing != nil {
                guard listMore(slot, &connections) else { return }
            } else if let line = connections[slot].state.input.next() {
                answer(slot, line, &connections)
            } else {
                return
            }
        }
    }

    private mutating func answer(_ slot: Int, _ line: LineBuffer.Line, _ connections: inout Connections<State>) {
        let started = MonotonicTime.now
        guard case .whole(let request) = line else {
            refuse(slot, [], .lineTooLong, started, &connections)
            connections[slot].state.input.clear()
            return connections.end(slot, .quit)
        }
        do throws(FileRefusal) {
            switch try FileRequest(line: request) {
            case .get(let name, let offset): try send(slot, request, name, from: offset, started, &connections)
            case .list(let name):
                let listing = try folder.list(name)
                guard listingCost + listing.cost <= Self.listingBudget else { throw .busy }
                listingCost += listing.cost
                connections[slot].state.listing = PendingListing(request: request, started: started, listing: listing)
            }
        } catch {
            refuse(slot, request, error, started, &connections)
        }
    }

    private func refuse(
        _ slot: Int,
        _ request: [UInt8],
        _ refusal: FileRefusal,
        _ started: MonotonicTime,
        _ connections: inout Connections<State>
    ) {
        let status = FileStatusLine.refused(reason: Array(refusal.rawValue.utf8))
        connections.reply(slot, Reply(request: request, started: started, size: nil, refusal: refusal, firstByte: 0), status)
    }

    private func send(
        _ slot: Int,
        _ request: [UInt8],
        _ name: [UInt8],
        from offset: UInt64,
        _ started: MonotonicTime,
        _ connections: inout Connections<State>
    ) throws(FileRefusal) {
        let file = try folder.open(name)
        guard offset <= file.size else { throw .beyondEnd }
        let size = file.size - offset
        let status = FileStatusLine.follows(size: size, version: file.version)
        let sent = connections[slot].bytesOut + UInt64(status.line.count)
        var reply = Reply(request: request, started: started, size: size, refusal: nil, firstByte: sent, file: file)
        reply.offset = Int(offset)
        reply.remaining = Int(size)
        connections.reply(slot, reply, status)
    }

    /// Lists a part of a folder. True once the listing is on its way.
    private func listMore(_ slot: Int, _ connections: inout Connections<State>) -> Bool {
        guard var pending = connections[slot].state.listing else { return true }
        connections[slot].state.listing = nil
        guard folder.continue(&pending.listing) else {
            connections[slot].state.listing = pending
            return false
        }
        let size = UInt64(pending.listing.bytes.count)
        let status = FileStatusLine.follows(size: size, version: nil)
        let sent = connections[slot].bytesOut + UInt64(status.line.count)
        var reply = Reply(request: pending.request, started: pending.started, size: size, refusal: nil, firstByte: sent)
        reply.cost = pending.listing.cost
        connections.reply(slot, reply, status, body: pending.listing.bytes)
        return true
    }

    /// Sends one more piece of a file. True once the reply is done; everything handed over has been sent before.
    private mutating func sendRest(_ slot: Int, _ connections: inout Connections<State>) -> Bool {
        guard let reply = connections[slot].state.reply else { return true }
        if reply.remaining > 0, let file = reply.file {
            let count = min(reply.remaining, Self.largestPiece)
            let sent = connections.sendFile(slot, file.descriptor.borrowed, from: reply.offset, count: count)
            connections[slot].state.reply?.offset += sent
            connections[slot].state.reply?.remaining -= sent
            guard sent == reply.remaining else { return false }
        }
        connections[slot].state.reply = nil
        report(reply, connections[slot].peer, connections[slot].bytesOut)
        return true
    }

    /// Reports what became of a request, of whose connection `bytesOut` were sent by now.
    private mutating func report(_ reply: Reply, _ peer: SocketAddress, _ bytesOut: UInt64) {
        listingCost -= reply.cost
        let sent = reply.size == nil || bytesOut < reply.firstByte ? 0 : bytesOut - reply.firstByte
        totals.requests += 1
        totals.bytesSent += sent
        if reply.refusal != nil { totals.refused += 1 }
        let duration = MonotonicTime.now - reply.started
        sink(
            .answered(
                FileAnswer(
                    peer: peer,
                    request: reply.request,
                    size: reply.size,
                    refusal: reply.refusal,
                    sent: sent,
                    duration: duration
                )
            )
        )
    }
}

extension Connections<FileHandler.State> {
    /// Adds the first `count` bytes of the scratch buffer to what the client asked.
    fileprivate mutating func takeInput(_ slot: Int, _ count: Int) {
        var input = self[slot].state.input
        self[slot].state.input.clear()
        scratch.withBytes(0..<count) { input.append($0) }
        self[slot].state.input = input
    }

    /// Begins a reply: hands over its status line, and the bytes behind it where they are no file's.
    fileprivate mutating func reply(_ slot: Int, _ reply: FileHandler.Reply, _ status: FileStatusLine, body: [UInt8] = []) {
        self[slot].state.reply = reply
        send(slot, status.line + body)
    }
}
