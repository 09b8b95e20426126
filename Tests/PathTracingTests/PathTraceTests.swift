import Addresses
import SondeSystem
import SystemPackage
import Testing

@testable import PathTracing

/// A path of the test's own: what each TTL is answered with, `nil` for silence.
struct FakePath {
    var replies: [Int: HopReply]
    /// TTLs whose first packet is lost.
    var lossy: Set<Int> = []
    var roundTrip = Nanoseconds.milliseconds(10)

    static func router(_ number: UInt8, _ quote: HopReply.Quote = .short) -> HopReply {
        .timeExceeded(error(11, 0, from: number), quote)
    }

    static func refusal(by number: UInt8, code: UInt8 = 13) -> HopReply { .refused(error(3, code, from: number)) }

    static func error(_ type: UInt8, _ code: UInt8, from number: UInt8) -> QueuedError {
        QueuedError(errno: .noRouteToHost, origin: .icmp, icmpType: type, icmpCode: code, offender: address(number))
    }

    static func address(_ number: UInt8) -> IPAddress { IPAddress(v4: 0xC000_0200 | UInt32(number)) }

    /// Runs a trace to its end.
    ///
    /// - Returns: the hops, every TTL in the order asked, and the time that passed.
    func run(maximumHops: Int = 30, width: Int = 1, isReversed: Bool = false) -> (hops: [Hop], asked: [Int], elapsed: Nanoseconds) {
        var trace = PathTrace(maximumHops: maximumHops, timeout: .milliseconds(2000))
        var asked: [Int] = []
        var elapsed = Nanoseconds.zero
        var lossy = lossy
        while !trace.isFinished {
            var batch: [PathTrace.Question] = []
            while batch.count < width, let question = trace.next() { batch.append(question) }
            #expect(!batch.isEmpty && asked.count < 600)
            guard !batch.isEmpty, asked.count < 600 else { break }
            asked += batch.map(\.ttl)
            var longest = Nanoseconds.zero
            for question in isReversed ? batch.reversed() : batch {
                let reply = lossy.remove(question.ttl) == nil ? replies[question.ttl] : nil
                longest = max(longest, reply == nil ? question.wait : roundTrip)
                trace.record(reply, ttl: question.ttl, after: roundTrip)
            }
            elapsed.count += longest.count
        }
        return (trace.hops, asked, elapsed)
    }
}

@Suite("Which TTLs a trace asks")
struct PathTraceTests {
    private static let reached = [1: FakePath.router(1), 2: FakePath.router(2), 3: HopReply.answered(.open)]

    @Test("a path is asked hop by hop until the target answers")
    func straight() {
        let (hops, asked, _) = FakePath(replies: Self.reached).run()
        #expect(asked == [1, 2, 3])
        #expect(hops.map(\.reply) == [Self.reached[1], Self.reached[2], Self.reached[3]])
        #expect(TracedPath(hops: hops).verdict == .reached(.open, hops: 3))
    }

    @Test("several TTLs at once give the same hops, and none behind the target", arguments: 1...12, [false, true])
    func parallel(width: Int, isReversed: Bool) {
        let path = FakePath(replies: Self.reached.merging([4: .answered(.open), 5: .answered(.open)]) { $1 })
        let (hops, _, _) = path.run(width: width, isReversed: isReversed)
        #expect(hops.map(\.ttl) == [1, 2, 3])
        #expect(hops.last?.reply == .answered(.open))
    }

    @Test("silent hops are asked once more, whose first packet was lost is found")
    func silent() {
        var path = FakePath(replies: [1: FakePath.router(1), 3: FakePath.router(3), 4: FakePath.router(4), 6: .answered(.closed)])
        path.lossy = [3]
        let (hops, asked, elapsed) = path.run()
        #expect(hops.map(\.router) == [FakePath.address(1), nil, FakePath.address(3), FakePath.address(4), nil, nil])
        #expect(asked.count { $0 == 2 } == 2 && asked.count { $0 == 3 } == 2 && asked.count { $0 == 1 } == 1)
        #expect(TracedPath(hops: hops).verdict == .reached(.closed, hops: 6))
        #expect(elapsed < .milliseconds(2500))
    }

    @Test("four silent hops end a path that nothing ends", arguments: [1, 4])
    func lost(width: Int) {
        let (hops, asked, _) = FakePath(replies: [1: FakePath.router(1), 2: FakePath.router(2)]).run(width: width)
        #expect(Set(asked) == [1, 2, 3, 4, 5, 6])
        #expect(hops.count { $0.reply != nil } == 2)
        let path = TracedPath(hops: hops)
        #expect(path.verdict == .lost(after: hops[1]) && path.lostAfterTTL == 2)
    }

    @Test("a path on which nobody answers ends, and says so")
    func dark() {
        let (hops, _, elapsed) = FakePath(replies: [:]).run()
        #expect(TracedPath(hops: hops).verdict == .lost(after: nil))
        #expect(elapsed <= .milliseconds(3000))
    }

    @Test("no TTL beyond the limit is asked", arguments: [1, 2, 30, 255])
    func limit(maximumHops: Int) {
        let replies = Dictionary(uniqueKeysWithValues: (1...255).map { ($0, FakePath.router(UInt8($0))) })
        let (_, asked, _) = FakePath(replies: replies).run(maximumHops: maximumHops)
        #expect(asked == Array(1...maximumHops))
    }

    @Test("a loop is named and ends the trace early")
    func loop() {
        let replies = Dictionary(
            uniqueKeysWithValues: (1...255).map { ($0, FakePath.router($0 < 3 ? UInt8($0) : UInt8(3 + $0 % 2))) }
        )
        let (hops, asked, _) = FakePath(replies: replies).run()
        #expect(asked.count < 10)
        #expect(TracedPath(hops: hops).verdict == .loop(.init(router: FakePath.address(4), ttl: 3, nextTTL: 5)))
    }

    @Test("a loop through a silent hop is one, too")
    func silentLoop() {
        let replies = Dictionary(uniqueKeysWithValues: (1...255).map { ($0, $0 % 2 == 0 ? nil : FakePath.router($0 == 1 ? 1 : 2)) })
        let (hops, asked, _) = FakePath(replies: replies.compactMapValues(\.self)).run()
        #expect(asked.count < 14)
        #expect(TracedPath(hops: hops).verdict == .loop(.init(router: FakePath.address(2), ttl: 3, nextTTL: 5)))
    }

    @Test("a router that answers twice in a row is no loop")
    func twice() {
        let (hops, _, _) = FakePath(replies: [1: FakePath.router(1), 2: FakePath.router(1), 3: .answered(.open)]).run()
        #expect(TracedPath(hops: hops).verdict == .reached(.open, hops: 3))
        #expect(PathTrace.loop(in: hops) == nil)
    }

    @Test("a refusal ends the path, at the hop where its sender answered before")
    func refused() {
        let refusal = FakePath.refusal(by: 2)
        let (hops, asked, _) = FakePath(replies: [1: FakePath.router(1), 2: FakePath.router(2), 3: refusal]).run()
        #expect(asked == [1, 2, 3])
        #expect(TracedPath(hops: hops).verdict == .refused(FakePath.error(3, 13, from: 2), ttl: 2))
        let (unknown, _, _) = FakePath(replies: [1: FakePath.router(1), 2: refusal]).run()
        #expect(TracedPath(hops: unknown).verdict == .refused(FakePath.error(3, 13, from: 2), ttl: nil))
    }

    @Test("an error of this machine's own is the verdict")
    func local() {
        #expect(TracedPath(hops: [], failure: .networkUnreachable).verdict == .local(.networkUnreachable))
    }
}

@Suite("What an ICMP error quotes of a SYN")
struct QuotedSYNTests {
    /// MSS, SACK permitted, timestamps, NOP, window scale: what Linux sends.
    private static func header(mss: UInt16, flags: UInt8 = 0x02) -> [UInt8] {
        [0xD4, 0x31, 0x01, 0xBB, 1, 2, 3, 4, 0, 0, 0, 0, 0xA0, flags, 0xFA, 0xF0, 0, 0, 0, 0]
            + [2, 4, UInt8(mss >> 8), UInt8(mss & 0xFF), 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]
    }

    @Test("a whole header is read")
    func whole() throws {
        let quoted = try #require(QuotedSYN(quote: Self.header(mss: 1460)))
        #expect(quoted == QuotedSYN(maximumSegmentSize: 1460, windowScale: 7, isSACKPermitted: true, hasTimestamps: true))
        #expect(try #require(QuotedSYN(quote: Self.header(mss: 1460, flags: 0xC2))).asksForECN)
    }

    @Test("no prefix of a header crashes, and one without its options is too short", arguments: 0..<40)
    func prefixes(count: Int) {
        #expect(QuotedSYN(quote: Array(Self.header(mss: 1460).prefix(count))) == nil)
    }

    @Test("each part that changed is named")
    func changes() throws {
        let base = try #require(QuotedSYN(quote: Self.header(mss: 1460)))
        #expect(base.changes(since: base) == [])
        #expect(try #require(QuotedSYN(quote: Self.header(mss: 1200))).changes(since: base) == [.maximumSegmentSize])
        let bare = QuotedSYN(
            maximumSegmentSize: nil,
            windowScale: nil,
            isSACKPermitted: false,
            hasTimestamps: false,
            asksForECN: true
        )
        #expect(bare.changes(since: base) == QuotedSYN.Part.allCases)
    }

    @Test("a change lies between the two hops that quote it, silent and short ones between them passed over")
    func place() throws {
        let before = try #require(QuotedSYN(quote: Self.header(mss: 1460)))
        let after = try #require(QuotedSYN(quote: Self.header(mss: 1200)))
        let replies = [
            1: FakePath.router(1, .syn(before)), 2: FakePath.router(2), 4: FakePath.router(4, .syn(after)),
            5: HopReply.answered(.open),
        ]
        let (hops, _, _) = FakePath(replies: replies).run()
        let path = TracedPath(hops: hops)
        #expect(path.changes.map { [$0.from.ttl, $0.to.ttl] } == [[1, 4]])
        #expect(path.changes.first?.parts == [.maximumSegmentSize])
    }
}
