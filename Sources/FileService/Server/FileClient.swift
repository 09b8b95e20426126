internal import SondeSystem
internal import SystemPackage

/// One connection of a file server: what it has asked and what it is being sent.
struct FileClient: ~Copyable {
    let descriptor: Descriptor
    let peer: SocketAddress
    var lastActivity: MonotonicTime
    var interest = Readiness.readable
    /// Requests that came and are not answered yet: at most one read's worth and one line.
    var input: [UInt8] = []
    /// Whether the client sent its FIN: what it asked before is still answered.
    var isInputEnded = false
    var reply: Reply?
    /// The file that the reply sends.
    var file: Descriptor?
    /// Set once the end is decided: no further request is answered.
    var isClosing = false
    /// Our FIN is out. What still comes is thrown away until the client's FIN: closing over unread bytes would send RST and take
    /// the last answer from the client.
    var isLingering = false

    init(_ descriptor: consuming Descriptor, _ peer: SocketAddress, at now: MonotonicTime) {
        self.descriptor = descriptor
        self.peer = peer
        lastActivity = now
    }

    /// Bytes on their way: a status line, or a list; then, perhaps, a file's.
    struct Reply {
        let request: [UInt8]
        let started: MonotonicTime
        /// The status line, with the bytes that follow it where they are no file's.
        let head: [UInt8]
        let statusLength: Int
        var headSent = 0
        /// What the status line promised.
        let size: UInt64?
        let refusal: FileRefusal?
        var fileOffset = 0
        var fileRemaining = 0
        var fileSent: UInt64 = 0

        /// How many of the promised bytes went.
        var sent: UInt64 { UInt64(max(0, headSent - statusLength)) + fileSent }
        var isDone: Bool { headSent == head.count && fileRemaining == 0 }
    }

    var isReplying: Bool { reply != nil }

    var hasWholeLine: Bool { input.contains(UInt8(ascii: "\n")) }

    /// The client said all it will: its last line may lack an end.
    mutating func endInput() {
        isInputEnded = true
        if let last = input.last, last != UInt8(ascii: "\n") { input.append(UInt8(ascii: "\n")) }
    }

    /// Takes the next whole line; `nil` where none has come. A line that is too long is a refusal.
    mutating func nextLine() -> Result<[UInt8], FileRefusal>? {
        guard let end = input.firstIndex(of: UInt8(ascii: "\n")) else {
            return input.count > FileRequest.longestLine ? .failure(.lineTooLong) : nil
        }
        guard end <= FileRequest.longestLine else { return .failure(.lineTooLong) }
        var line = Array(input[..<end])
        input.removeFirst(end + 1)
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return .success(line)
    }

    /// Sends what goes of the reply, at most one piece of a file, and returns how much that was.
    mutating func sendPiece() throws(Errno) -> Int {
        guard var reply else { return 0 }
        defer { self.reply = reply }
        if reply.headSent < reply.head.count {
            guard case .bytes(let count) = try descriptor.borrowed.send(reply.head.span.extracting(reply.headSent...)) else {
                return 0
            }
            reply.headSent += count
            guard reply.headSent == reply.head.count else { return count }
        }
        guard reply.fileRemaining > 0, let source = file?.borrowed else { return 0 }
        let piece = min(reply.fileRemaining, Self.largestPiece)
        switch try descriptor.borrowed.sendFile(source, from: &reply.fileOffset, count: piece) {
        case .bytes(let count):
            reply.fileRemaining -= count
            reply.fileSent += UInt64(count)
            return count
        case .wouldBlock:
            return 0
        case .end:
            // The file has become shorter than was promised: only a cut connection tells the client.
            throw .ioError
        }
    }

    private static let largestPiece = 1 << 20

    /// Ends the reply and tells what became of it.
    mutating func takeAnswer(at now: MonotonicTime) -> FileAnswer? {
        guard let reply else { return nil }
        self.reply = nil
        file = nil
        return FileAnswer(
            peer: peer,
            request: reply.request,
            size: reply.size,
            refusal: reply.refusal,
            sent: reply.sent,
            duration: now - reply.started
        )
    }
}
