import Glibc
import SystemPackage
import Testing

@testable import SondeSystem

/// Writers to pipes, sockets and terminals that nobody reads: real descriptors, and a token in place of signals.
@Suite struct StreamWriterTests {
    enum Stream: CaseIterable, CustomTestStringConvertible, Sendable {
        case pipe, socket, terminal

        var testDescription: String { "\(self)" }
    }

    /// Both ends of a stream that buffers far less than `piece`.
    struct Ends: ~Copyable {
        let reading: Descriptor
        let writing: Descriptor

        init(_ stream: Stream) throws {
            var pair: [Int32] = [-1, -1]
            switch stream {
            case .pipe:
                try #require(Glibc.pipe(&pair) == 0)
            case .socket:
                try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
            case .terminal:
                let leader = Glibc.open("/dev/ptmx", O_RDWR | O_NOCTTY)
                var unlocked: Int32 = 0
                var number: Int32 = 0
                // TIOCSPTLCK and TIOCGPTN.
                try #require(ioctl(leader, 0x4004_5431, &unlocked) == 0 && ioctl(leader, 0x8004_5430, &number) == 0)
                pair = [leader, Glibc.open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)]
                try #require(pair[1] >= 0)
            }
            reading = Descriptor(owning: pair[0])
            writing = Descriptor(owning: pair[1])
        }
    }

    private static let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)

    @Test(arguments: Stream.allCases)
    func aReaderThatStandsStillHoldsUpNoAbort(stream: Stream) throws {
        let ends = try Ends(stream)
        let token = try StopToken()
        let writer = StreamWriter(to: ends.writing.borrowed, stop: token, patience: .seconds(60))
        try WorkerThreads.detach {
            Process.sleep(.milliseconds(20))
            token.abort()
        }
        #expect(throws: StreamError.stopped) { try writer.writeAll(Self.piece.span) }
        // The description that the shell shares stays as it was.
        #expect(fcntl(ends.writing.number, F_GETFL) & O_NONBLOCK == 0)
    }

    @Test(arguments: Stream.allCases)
    func aDrainEndsOnceThePatienceIsOver(stream: Stream) throws {
        let ends = try Ends(stream)
        let token = try StopToken()
        token.stop()
        let writer = StreamWriter(to: ends.writing.borrowed, stop: token, patience: .milliseconds(20))
        #expect(throws: StreamError.stopped) { try writer.writeAll(Self.piece.span) }
    }

    @Test(arguments: Stream.allCases)
    func aReaderThatReadsGetsEverything(stream: Stream) throws {
        let ends = try Ends(stream)
        let token = try StopToken()
        // A drain does not cut what is read.
        token.stop()
        let reading = ends.reading.borrowed
        let count = stream == .terminal ? 100_000 : Self.piece.count
        let reader = try WorkerThreads.start {
            var left = count
            var bytes = [UInt8](repeating: 0, count: 65_536)
            while left > 0, case .bytes(let more) = try? reading.read(into: &bytes) { left -= more }
        }
        let writer = StreamWriter(to: ends.writing.borrowed, stop: token, patience: .seconds(60))
        try writer.writeAll(Self.piece.span.extracting(0..<count))
        reader.join()
    }

    @Test func whatFindsRoomIsWrittenAfterAnAbort() throws {
        let ends = try Ends(.pipe)
        let token = try StopToken()
        token.abort()
        let writer = StreamWriter(to: ends.writing.borrowed, stop: token)
        try writer.writeAll(Array("why it ended\n".utf8).span)
        var bytes = [UInt8](repeating: 0, count: 64)
        #expect(try ends.reading.borrowed.read(into: &bytes) == .bytes(13))
    }

    @Test(arguments: [Stream.pipe, .socket])
    func aReaderThatHasGoneIsEPIPE(stream: Stream) throws {
        Process.ignoreClosedPipes()
        let ends = try Ends(stream)
        let token = try StopToken()
        let writer = StreamWriter(to: ends.writing.borrowed, stop: token)
        shutdown(ends.reading.number, Int32(SHUT_RDWR))
        let number = ends.reading.number
        dup2(open("/dev/null", O_RDONLY), number)
        #expect(throws: StreamError.failed(.brokenPipe)) { try writer.writeAll(Self.piece.span) }
    }

    @Test func aFullDiskIsNamed() throws {
        let full = try Descriptor.open("/dev/full", flags: O_WRONLY)
        let token = try StopToken()
        let writer = StreamWriter(to: full.borrowed, stop: token)
        #expect(throws: StreamError.failed(.noSpace)) { try writer.writeAll(Self.piece.span) }
    }

    @Test func readingEndsWithTheStop() throws {
        let ends = try Ends(.pipe)
        let token = try StopToken()
        let reading = ends.reading.borrowed
        _ = try ends.writing.borrowed.write(([1, 2, 3] as [UInt8]).span.bytes)
        #expect(try Self.read(reading, token) == .bytes(3))
        token.stop()
        _ = try ends.writing.borrowed.write(([4] as [UInt8]).span.bytes)
        #expect(throws: StreamError.stopped) { try Self.read(reading, token) }
    }

    private static func read(_ reading: BorrowedDescriptor, _ token: StopToken) throws -> Transfer {
        var bytes = [UInt8](repeating: 0, count: 16)
        return try bytes.withUnsafeMutableBytes { try reading.read(into: $0, stop: token) }
    }
}

extension BorrowedDescriptor {
    fileprivate func write(_ bytes: RawSpan) throws -> Transfer { try bytes.withUnsafeBytes { try write($0) } }
}
