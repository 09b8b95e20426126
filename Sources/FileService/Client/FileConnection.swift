package import SondeSystem
internal import SystemPackage

/// The client's side of the file service: asks, reads the status line, and takes the bytes that follow.
package struct FileConnection: ~Copyable {
    private let socket: Descriptor
    private let stop: StopToken
    private let patience: Nanoseconds
    private var loop: EventLoop
    /// Holds the pieces that `nextPiece` returns.
    package private(set) var buffer = IOBuffer(capacity: 262_144)
    /// The range of the buffer that was received and not consumed yet.
    private var unread = 0..<0

    private enum Token {
        static let socket: UInt64 = 0
        static let stop: UInt64 = 1
    }

    /// - Parameters:
    ///   - stop: ends the transfer from `drain` on.
    ///   - patience: how long to wait for the next byte.
    package static func make(
        _ socket: consuming Descriptor,
        stop: StopToken,
        patience: Nanoseconds
    ) throws(FileTransferError) -> FileConnection {
        do throws(Errno) {
            let loop = try EventLoop(batchSize: 4)
            try loop.add(socket.borrowed, for: .readable, token: Token.socket)
            try loop.add(stop.stopped, for: .readable, token: Token.stop)
            return FileConnection(socket, stop, patience, loop)
        } catch {
            throw .system(SystemError("epoll_ctl", error))
        }
    }

    private init(
        _ socket: consuming Descriptor,
        _ stop: StopToken,
        _ patience: Nanoseconds,
        _ loop: consuming EventLoop
    ) {
        self.socket = socket
        self.stop = stop
        self.patience = patience
        self.loop = loop
    }

    /// The signal that ended the transfer, where one did.
    var signal: Int32? { stop.signal }

    var isStopped: Bool { stop.isStopped }

    /// Asks, and returns the size and version of what follows.
    ///
    /// - Parameter work: how many bytes the server reads before it answers, which takes it some time more.
    mutating func request(
        _ request: FileRequest,
        work: UInt64 = 0
    ) throws(FileTransferError) -> (size: UInt64, version: String?) {
        do throws(Errno) {
            // A request is shorter than any send buffer, and this is the first thing sent.
            _ = try socket.borrowed.send(request.line.span)
        } catch {
            throw .cut(received: 0, of: 0, .failed(error))
        }
        let line = try readLine(Nanoseconds(patience.count + Int64(min(work / Self.slowestDisk, Self.longestWork)) * 1_000_000))
        switch FileStatusLine(line: line) {
        case .follows(let size, let version): return (size, version)
        case .refused(let reason): throw .refused(reason: reason)
        case nil: throw .notTheProtocol(line: Array(line.prefix(60)))
        }
    }

    /// Bytes per millisecond.
    private static let slowestDisk: UInt64 = 30_000
    /// An hour, in milliseconds.
    private static let longestWork: UInt64 = 3_600_000

    /// Reads up to a line feed, and no more than a status line can have.
    private mutating func readLine(_ patience: Nanoseconds) throws(FileTransferError) -> [UInt8] {
        var line: [UInt8] = []
        while line.count <= FileStatusLine.longest {
            if unread.isEmpty { try fill(received: 0, of: 0, patience) }
            let end = buffer.withBytes(unread) { bytes in bytes.indices.first { bytes[$0] == UInt8(ascii: "\n") } }
            let taken = end ?? unread.count
            buffer.append(unread.lowerBound..<(unread.lowerBound + taken), to: &line)
            unread = (unread.lowerBound + taken + (end == nil ? 0 : 1))..<unread.upperBound
            if end != nil { return line }
        }
        throw .notTheProtocol(line: Array(line.prefix(60)))
    }

    /// Waits for the next bytes that follow the status line, and takes them: where they lie in the buffer until the next call.
    ///
    /// - Parameters:
    ///   - received: how many came before.
    ///   - size: how many there are to be; more than came before.
    package mutating func nextPiece(received: UInt64, of size: UInt64) throws(FileTransferError) -> Range<Int> {
        precondition(received < size)
        if unread.isEmpty { try fill(received: received, of: size, patience) }
        let count = Int(min(UInt64(unread.count), size - received))
        let piece = unread.lowerBound..<(unread.lowerBound + count)
        unread = piece.upperBound..<unread.upperBound
        return piece
    }

    /// Waits for more bytes; there are none left.
    private mutating func fill(received: UInt64, of size: UInt64, _ patience: Nanoseconds) throws(FileTransferError) {
        let deadline = MonotonicTime.now + patience
        while true {
            // A busy socket never waits, so the stop is checked here as well.
            if stop.isStopped { throw .interrupted(signal: stop.signal, received: received) }
            let transfer: Transfer
            let ready: Int
            do throws(Errno) {
                transfer = try buffer.receive(from: socket.borrowed, limit: buffer.capacity)
                ready = transfer == .wouldBlock ? try loop.wait(until: deadline) : 1
            } catch {
                throw .cut(received: received, of: size, .failed(error))
            }
            switch transfer {
            case .bytes(let count):
                unread = 0..<count
                return
            case .end:
                throw .cut(received: received, of: size, .closed)
            case .wouldBlock:
                if ready == 0 { throw .cut(received: received, of: size, .stalled(patience)) }
            }
        }
    }
}
