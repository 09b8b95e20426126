import Addresses
internal import Lines
internal import Serving
internal import SondeSystem
internal import SystemPackage

/// What a file server does with its connections: takes one request after the other, and answers each with a status line and perhaps
/// bytes (docs/file-protocol.md).
///
/// A request that waits makes the connection pending, so it is not read: what a client can make the server keep is one read and one
/// line, whatever it sends. A turn answers a few requests or sends one piece of a file, and what takes longer is done in the background,
/// so that no client keeps the others waiting.
struct FileHandler: ConnectionHandler, ~Copyable {
    struct State {
        var input = LineBuffer(longest: FileRequest.longestLine)
        /// When an incomplete request started to arrive; `nil` if there is none.
        var incompleteSince: MonotonicTime?
        var pending: Pending?
        var reply: Reply?
        /// The file that was sent last, for `CHECK`.
        var sentFile: ServedFile?
    }

    /// A request that waits for work in the background.
    struct Pending {
        let request: [UInt8]
        let started: MonotonicTime
        let work: Work

        enum Work {
            case listing(ListingResult)
            /// The hash of the first `offset` bytes of a file.
            case resume(HashResult, ServedFile, from: UInt64, expected: UInt64)
            /// The hash of a whole file.
            case check(HashResult, ServedFile, expected: UInt64)
        }
    }

    typealias ListingResult = PendingResult<Result<FolderListing, FileRefusal>>
    typealias HashResult = PendingResult<UInt64?>

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
        /// Whether it is counted and printed. A client's question whether a file has changed belongs to its request for the file.
        var isReported = true
        /// What is to be sent yet of a list.
        var listing: FolderListing?
    }

    private let folder: ServedFolder
    private let sink: (FileEvent) -> Void
    private(set) var totals = FileTotals()
    /// Lists and hashes do not wait for each other: a hash of a large file takes seconds.
    private let lists: BackgroundWork
    private let hashes: BackgroundWork
    private let budget = ListingBudget()
    /// Lists that are to be made, by folder: one serves all clients that ask before it is begun.
    private var listings: [ListingKey: ListingResult] = [:]
    /// The connections that wait for background work.
    private var waiting: [(connection: UInt64, work: Pending.Work)] = []
    private var resumed: [UInt64] = []

    private struct ListingKey: Hashable {
        let folder: [UInt8]
        let isEncoded: Bool
    }

    init(_ folder: ServedFolder, _ sink: @escaping (FileEvent) -> Void) throws(SystemError) {
        let (lists, hashes) = (try BackgroundWork(), try BackgroundWork())
        self.lists = lists
        self.hashes = hashes
        self.folder = folder
        self.sink = sink
    }

    static let readSize = 4096
    private static let requestsPerTurn = 16
    private static let largestPiece = 1 << 18

    // MARK: - Clients

    mutating func opened(_ socket: BorrowedDescriptor, number: UInt64, _ transport: Transport, _ peer: SocketAddress) -> State {
        totals.clients += 1
        return State()
    }

    func refused(_ transport: Transport, _ peer: SocketAddress, _ reason: Refusal) { sink(.refused(peer, reason)) }

    func ranOut(_ error: SystemError) { sink(.outOfDescriptors(error)) }

    mutating func closed(_ connection: borrowing Connection<State>, _ reason: CloseReason, at now: MonotonicTime) {
        connection.state.pending?.work.leave()
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

    func isPending(_ state: borrowing State) -> Bool {
        !isWaiting(state) && (state.reply != nil || state.pending != nil || state.input.hasLine)
    }

    func isWaiting(_ state: borrowing State) -> Bool { state.pending.map { !$0.work.isDone } ?? false }

    func owesSince(_ state: borrowing State) -> MonotonicTime? { state.incompleteSince }

    /// A client that has been sent a file checks whether it is one version.
    func expectsMore(_ state: borrowing State) -> Bool { state.sentFile != nil && state.reply == nil }

    mutating func proceed(_ slot: Int, _ connections: inout Connections<State>) {
        advance(slot, &connections)
        guard !connections.isOver(slot) else { return }
        let (state, now) = (connections[slot].state, connections.now)
        let isIncomplete = state.reply == nil && state.pending == nil && state.input.count > 0 && !state.input.hasLine
        connections[slot].state.incompleteSince = isIncomplete ? state.incompleteSince ?? now : nil
    }

    private mutating func advance(_ slot: Int, _ connections: inout Connections<State>) {
        for _ in 0..<Self.requestsPerTurn {
            guard !connections.isOver(slot), connections.isEverythingSent(slot) else { return }
            if connections[slot].state.reply != nil {
                guard sendRest(slot, &connections) else { return }
            } else if let pending = connections[slot].state.pending {
                guard pending.work.isDone else { return }
                connections[slot].state.pending = nil
                pending.work.leave()
                conclude(slot, pending, &connections)
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
            case .get(let name, let offset):
                try send(slot, request, try folder.open(name), from: offset, started, &connections)
            case .resume(let name, let offset, let hash):
                let file = try folder.open(name)
                guard offset <= file.size else { throw .beyondEnd }
                let result = HashResult()
                let work = Pending.Work.resume(result, file, from: offset, expected: hash)
                try begin(slot, Pending(request: request, started: started, work: work), &connections, hashes) {
                    result.finish(file.hash(ofFirst: offset) { result.isAbandoned })
                }
            case .check(let hash):
                guard let file = connections[slot].state.sentFile else { throw .nothingSent }
                guard let hash else {
                    guard file.isUnchanged else { throw .changed }
                    return confirm(slot, request, file, started, &connections)
                }
                let result = HashResult()
                let work = Pending.Work.check(result, file, expected: hash)
                try begin(slot, Pending(request: request, started: started, work: work), &connections, hashes) {
                    result.finish(file.hash(ofFirst: file.size) { result.isAbandoned })
                }
            case .list(let name, let isEncoded):
                try list(slot, request, ListingKey(folder: name, isEncoded: isEncoded), started, &connections)
            }
        } catch {
            refuse(slot, request, error, started, &connections)
        }
    }

    // MARK: - Background work

    /// Joins the work for the same list that has not begun, or begins one.
    private mutating func list(
        _ slot: Int,
        _ request: [UInt8],
        _ key: ListingKey,
        _ started: MonotonicTime,
        _ connections: inout Connections<State>
    ) throws(FileRefusal) {
        if let planned = listings[key] {
            planned.join()
            if !planned.hasStarted {
                connections[slot].state.pending = Pending(request: request, started: started, work: .listing(planned))
                return waiting.append((connections.token(of: slot), .listing(planned)))
            }
            planned.leave()
        }
        let result = ListingResult()
        let (folder, budget) = (folder, budget)
        try begin(slot, Pending(request: request, started: started, work: .listing(result)), &connections, lists) {
            result.start()
            let listing = FolderListing.make(of: key.folder, in: folder, isEncoded: key.isEncoded, budget) { result.isAbandoned }
            result.finish(listing)
        }
        listings = listings.filter { !$0.value.hasStarted }
        listings[key] = result
    }

    private mutating func begin(
        _ slot: Int,
        _ pending: Pending,
        _ connections: inout Connections<State>,
        _ thread: BackgroundWork,
        _ work: @escaping @Sendable () -> Void
    ) throws(FileRefusal) {
        pending.work.join()
        do { try thread.submit(work) } catch { throw .busy }
        connections[slot].state.pending = pending
        waiting.append((connections.token(of: slot), pending.work))
    }

    /// Answers a request whose work is done.
    private func conclude(_ slot: Int, _ pending: Pending, _ connections: inout Connections<State>) {
        do throws(FileRefusal) {
            switch pending.work {
            case .listing(let result):
                guard let listing = result.result else { throw .failed }
                try send(slot, pending.request, try listing.get(), pending.started, &connections)
            case .resume(let result, let file, let offset, let expected):
                guard let hash = result.result ?? nil else { throw .failed }
                guard hash == expected else { throw .differs }
                try send(slot, pending.request, file, from: offset, pending.started, &connections)
            case .check(let result, let file, let expected):
                guard (result.result ?? nil) == expected else { throw .changed }
                confirm(slot, pending.request, file, pending.started, &connections)
            }
        } catch {
            refuse(slot, pending.request, error, pending.started, &connections)
        }
    }

    mutating func start(_ loop: borrowing EventLoop) throws(Errno) {
        try loop.add(lists.finished.borrowed, for: .readable, token: ServerToken.firstOfHandler)
        try loop.add(hashes.finished.borrowed, for: .readable, token: ServerToken.firstOfHandler + 1)
    }

    mutating func handle(_ token: UInt64, _ loop: borrowing EventLoop, at now: MonotonicTime) -> Bool {
        (token == ServerToken.firstOfHandler ? lists : hashes).finished.drain()
        resumed += waiting.filter { $0.work.isDone }.map(\.connection)
        waiting.removeAll { $0.work.isDone }
        return false
    }

    mutating func takeResumed() -> [UInt64] {
        defer { resumed.removeAll() }
        return resumed
    }

    // MARK: - Replies

    private func refuse(
        _ slot: Int,
        _ request: [UInt8],
        _ refusal: FileRefusal,
        _ started: MonotonicTime,
        _ connections: inout Connections<State>
    ) {
        let status = FileStatusLine.refused(reason: Array(refusal.rawValue.utf8))
        var reply = Reply(request: request, started: started, size: nil, refusal: refusal, firstByte: 0)
        // The client asks again with a hash.
        reply.isReported = refusal != .changed || request != Array("CHECK".utf8)
        connections.reply(slot, reply, status)
    }

    private func send(
        _ slot: Int,
        _ request: [UInt8],
        _ file: ServedFile,
        from offset: UInt64,
        _ started: MonotonicTime,
        _ connections: inout Connections<State>
    ) throws(FileRefusal) {
        guard offset <= file.size else { throw .beyondEnd }
        let size = file.size - offset
        let status = FileStatusLine.follows(size: size, version: file.version)
        let sent = connections[slot].bytesOut + UInt64(status.line.count)
        var reply = Reply(request: request, started: started, size: size, refusal: nil, firstByte: sent, file: file)
        reply.offset = Int(offset)
        reply.remaining = Int(size)
        connections[slot].state.sentFile = file
        connections.reply(slot, reply, status)
    }

    private func send(
        _ slot: Int,
        _ request: [UInt8],
        _ listing: FolderListing,
        _ started: MonotonicTime,
        _ connections: inout Connections<State>
    ) throws(FileRefusal) {
        let status = FileStatusLine.follows(size: listing.size, version: nil)
        let sent = connections[slot].bytesOut + UInt64(status.line.count)
        var reply = Reply(request: request, started: started, size: listing.size, refusal: nil, firstByte: sent)
        reply.listing = listing
        reply.remaining = Int(listing.size)
        connections.reply(slot, reply, status)
    }

    /// Says that a file is what it was.
    private func confirm(
        _ slot: Int,
        _ request: [UInt8],
        _ file: ServedFile,
        _ started: MonotonicTime,
        _ connections: inout Connections<State>
    ) {
        connections[slot].state.sentFile = nil
        let status = FileStatusLine.follows(size: 0, version: file.version)
        let sent = connections[slot].bytesOut + UInt64(status.line.count)
        var reply = Reply(request: request, started: started, size: 0, refusal: nil, firstByte: sent)
        reply.isReported = false
        connections.reply(slot, reply, status)
    }

    /// Sends one more piece of a file or list. True once the reply is done; everything handed over has been sent before.
    private mutating func sendRest(_ slot: Int, _ connections: inout Connections<State>) -> Bool {
        guard let reply = connections[slot].state.reply else { return true }
        if reply.remaining > 0, let file = reply.file?.descriptor.borrowed ?? reply.listing?.file.borrowed {
            let count = min(reply.remaining, Self.largestPiece)
            let sent = connections.sendFile(slot, file, from: reply.offset, count: count)
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
        guard reply.isReported else { return }
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

    /// Begins a reply with its status line.
    fileprivate mutating func reply(_ slot: Int, _ reply: FileHandler.Reply, _ status: FileStatusLine) {
        self[slot].state.reply = reply
        send(slot, status.line)
    }
}

extension FileHandler.Pending.Work {
    var isDone: Bool {
        switch self {
        case .listing(let result): result.result != nil
        case .resume(let result, _, _, _), .check(let result, _, _): result.result != nil
        }
    }

    func join() {
        switch self {
        case .listing(let result): result.join()
        case .resume(let result, _, _, _), .check(let result, _, _): result.join()
        }
    }

    func leave() {
        switch self {
        case .listing(let result): result.leave()
        case .resume(let result, _, _, _), .check(let result, _, _): result.leave()
        }
    }
}
