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
    /// TTLs at which scouts are answered, or not, unlike the flow.
    var scoutReplies: [Int: Bool] = [:]
    var roundTrip = Nanoseconds.milliseconds(10)
    /// Round trips that differ, by TTL.
    var delays: [Int: Nanoseconds] = [:]

    static func router(_ number: UInt8, _ quote: HopReply.Quote = .short) -> HopReply {
        .timeExceeded(error(11, 0, from: number), quote)
    }

    static func refusal(by number: UInt8, code: UInt8 = 13) -> HopReply { .refused(error(3, code, from: number)) }

    static func error(_ type: UInt8, _ code: UInt8, from number: UInt8) -> QueuedError {
        QueuedError(errno: .noRouteToHost, origin: .icmp, icmpType: type, icmpCode: code, offender: address(number))
    }

    static func address(_ number: UInt8) -> IPAddress { IPAddress(v4: 0xC000_0200 | UInt32(number)) }

    /// What a trace did.
    struct Outcome {
        var hops: [Hop] = []
        /// Every TTL in the order asked: those of the flow, and those of scouts.
        var asked: [Int] = []
        var scouted: [Int] = []
        var elapsed = Nanoseconds.zero
        /// The most packets of the flow in flight at once.
        var widest = 0
    }

    /// Runs a trace to its end.
    ///
    /// - Parameters:
    ///   - width: packets in flight at once.
    ///   - isReversed: answers that arrive at once are recorded from the highest TTL down.
    func run(
        _ manner: PathTrace.Manner = .oneFlow,
        maximumHops: Int = 30,
        width: Int = 10,
        isReversed: Bool = false,
        knows known: Nanoseconds? = nil
    ) -> Outcome {
        var trace = PathTrace(manner, maximumHops: maximumHops, timeout: .milliseconds(2000), roundTrip: known)
        var outcome = Outcome()
        let start = MonotonicTime(nanoseconds: 1_000_000_000)
        var now = start
        var flights: [PathTrace.Packet: MonotonicTime] = [:]
        var lossy = lossy
        while !trace.isFinished {
            while flights.count < width, let packet = trace.next(at: now) {
                if packet.isScout { outcome.scouted.append(packet.ttl) } else { outcome.asked.append(packet.ttl) }
                let answers = replies[packet.ttl] != nil
                let isAnswered = packet.isScout ? scoutReplies[packet.ttl] ?? answers : answers
                let isLost = !packet.isScout && lossy.remove(packet.ttl) != nil
                flights[packet] = isAnswered && !isLost ? now + (delays[packet.ttl] ?? roundTrip) : MonotonicTime(nanoseconds: .max)
                outcome.widest = max(outcome.widest, flights.keys.count { !$0.isScout })
            }
            #expect(outcome.asked.count < 600)
            let moments = flights.values.filter { $0.nanoseconds != .max } + [trace.wakeup].compactMap(\.self)
            guard let moment = moments.min(), outcome.asked.count < 600 else { return outcome }
            now = max(now, moment)
            let arrived = flights.filter { $0.value <= now }.keys.sorted { isReversed ? $0.ttl > $1.ttl : $0.ttl < $1.ttl }
            for packet in arrived {
                flights[packet] = nil
                trace.record(replies[packet.ttl] ?? .answered(.open), to: packet, at: now)
            }
            for packet in trace.giveUp(at: now) { flights[packet] = nil }
        }
        outcome.hops = trace.hops
        outcome.elapsed = now - start
        return outcome
    }
}

@Suite("Which TTLs a trace asks")
struct PathTraceTests {
    private static let reached = [1: FakePath.router(1), 2: FakePath.router(2), 3: HopReply.answered(.open)]

    @Test("a path is asked hop by hop until the target answers, one packet at a time and without scouts")
    func straight() {
        let outcome = FakePath(replies: Self.reached).run(knows: .milliseconds(10))
        #expect(outcome.asked == [1, 2, 3] && outcome.scouted.isEmpty && outcome.widest == 1)
        #expect(outcome.hops.map(\.reply) == [Self.reached[1], Self.reached[2], Self.reached[3]])
        #expect(TracedPath(hops: outcome.hops).verdict == .reached(.open, hops: 3))
        #expect(outcome.elapsed == .milliseconds(30))
    }

    @Test("several TTLs at once give the same hops, and none behind the target", arguments: 1...12, [false, true])
    func parallel(width: Int, isReversed: Bool) {
        let path = FakePath(replies: Self.reached.merging([4: .answered(.open), 5: .answered(.open)]) { $1 })
        let outcome = path.run(.manyFlows, width: width, isReversed: isReversed)
        #expect(outcome.hops.map(\.ttl) == [1, 2, 3] && outcome.scouted.isEmpty)
        #expect(outcome.hops.last?.reply == .answered(.open))
    }

    private static let holed = [1: FakePath.router(1), 3: FakePath.router(3), 4: FakePath.router(4), 6: .answered(.closed)]

    @Test(
        "silent hops get a second packet, and one whose first packet was lost is found",
        arguments: [PathTrace.Manner.oneFlow, .onePort, .manyFlows]
    )
    func silent(manner: PathTrace.Manner) {
        var path = FakePath(replies: Self.holed)
        path.lossy = [3]
        let outcome = path.run(manner)
        #expect(outcome.hops.map(\.router) == [FakePath.address(1), nil, FakePath.address(3), FakePath.address(4), nil, nil])
        for ttl in [2, 5] { #expect((outcome.asked + outcome.scouted).count { $0 == ttl } == 2, "\(outcome)") }
        #expect(outcome.asked.count { $0 == 3 } == 2 && outcome.asked.count { $0 == 1 } == 1)
        #expect(TracedPath(hops: outcome.hops).verdict == .reached(.closed, hops: 6))
        #expect(outcome.elapsed < .milliseconds(1000), "\(outcome.elapsed)")
    }

    @Test("scouts look ahead of a silent hop, so that it is not waited for in vain")
    func scouts() {
        var path = FakePath(replies: [1: FakePath.router(1), 2: FakePath.router(2), 5: FakePath.router(5), 6: .answered(.open)])
        path.roundTrip = Nanoseconds(150_000)
        let outcome = path.run(knows: path.roundTrip)
        #expect(outcome.asked == [1, 2, 3, 4, 5, 6] && outcome.scouted == [3, 4, 5, 6] && outcome.widest == 1)
        #expect(outcome.hops.map { $0.reply != nil } == [true, true, false, false, true, true])
        #expect(outcome.elapsed < .milliseconds(8), "\(outcome.elapsed)")
    }

    @Test("a hop that answers scouts only is asked again, and not reported from theirs")
    func contradiction() {
        var path = FakePath(replies: [1: FakePath.router(1), 3: FakePath.router(3), 4: .answered(.open)])
        path.scoutReplies = [2: true]
        let outcome = path.run(knows: path.roundTrip)
        #expect(outcome.asked.count { $0 == 2 } == 2)
        #expect(outcome.hops[1].reply == nil && outcome.hops.count == 4)
    }

    @Test("a hop slower than the hops before it is waited for", arguments: [15, 60, 150, 600] as [Int64])
    func slower(milliseconds: Int64) {
        var path = FakePath(replies: Self.reached)
        path.roundTrip = Nanoseconds(150_000)
        path.delays = [2: .milliseconds(milliseconds), 3: .milliseconds(milliseconds)]
        let outcome = path.run()
        #expect(outcome.hops.map { $0.reply != nil } == [true, true, true], "\(outcome)")
    }

    @Test("four silent hops end a path that nothing ends", arguments: [PathTrace.Manner.oneFlow, .onePort, .manyFlows])
    func lost(manner: PathTrace.Manner) {
        let outcome = FakePath(replies: [1: FakePath.router(1), 2: FakePath.router(2)]).run(manner)
        #expect(Set(outcome.asked) == [1, 2, 3, 4, 5, 6] && outcome.scouted.allSatisfy { $0 <= 6 })
        #expect((outcome.asked + outcome.scouted).count { $0 == 3 } == 2)
        #expect(outcome.hops.count { $0.reply != nil } == 2)
        let path = TracedPath(hops: outcome.hops)
        #expect(path.verdict == .lost(after: outcome.hops[1]) && path.lostAfterTTL == 2)
        #expect(outcome.elapsed < .milliseconds(2000), "\(outcome.elapsed)")
    }

    @Test("a path on which nobody answers ends, and says so")
    func dark() {
        let outcome = FakePath(replies: [:]).run()
        #expect(TracedPath(hops: outcome.hops).verdict == .lost(after: nil))
        #expect(outcome.elapsed <= .milliseconds(3000))
    }

    @Test("no TTL beyond the limit is asked", arguments: [1, 2, 30, 255])
    func limit(maximumHops: Int) {
        let replies = Dictionary(uniqueKeysWithValues: (1...255).map { ($0, FakePath.router(UInt8($0))) })
        let asked = FakePath(replies: replies).run(maximumHops: maximumHops).asked
        #expect(asked == Array(1...maximumHops))
    }

    @Test("a loop is named and ends the trace early")
    func loop() {
        let replies = Dictionary(
            uniqueKeysWithValues: (1...255).map { ($0, FakePath.router($0 < 3 ? UInt8($0) : UInt8(3 + $0 % 2))) }
        )
        let outcome = FakePath(replies: replies).run()
        #expect(outcome.asked.count < 10)
        #expect(TracedPath(hops: outcome.hops).verdict == .loop(.init(router: FakePath.address(4), ttl: 3, nextTTL: 5)))
    }

    @Test("a loop through a silent hop is one, too")
    func silentLoop() {
        let replies = Dictionary(uniqueKeysWithValues: (1...255).map { ($0, $0 % 2 == 0 ? nil : FakePath.router($0 == 1 ? 1 : 2)) })
        let outcome = FakePath(replies: replies.compactMapValues(\.self)).run()
        #expect(outcome.asked.count < 14)
        #expect(TracedPath(hops: outcome.hops).verdict == .loop(.init(router: FakePath.address(2), ttl: 3, nextTTL: 5)))
    }

    @Test("a router that answers twice in a row is no loop")
    func twice() {
        let hops = FakePath(replies: [1: FakePath.router(1), 2: FakePath.router(1), 3: .answered(.open)]).run().hops
        #expect(TracedPath(hops: hops).verdict == .reached(.open, hops: 3))
        #expect(PathTrace.loop(in: hops) == nil)
    }

    @Test("a refusal ends the path, at the hop where its sender answered before")
    func refused() {
        let refusal = FakePath.refusal(by: 2)
        let outcome = FakePath(replies: [1: FakePath.router(1), 2: FakePath.router(2), 3: refusal]).run()
        #expect(outcome.asked == [1, 2, 3])
        #expect(TracedPath(hops: outcome.hops).verdict == .refused(FakePath.error(3, 13, from: 2), ttl: 2))
        let unknown = FakePath(replies: [1: FakePath.router(1), 2: refusal]).run().hops
        #expect(TracedPath(hops: unknown).verdict == .refused(FakePath.error(3, 13, from: 2), ttl: nil))
    }

    @Test("an error of this machine's own is the verdict")
    func local() {
        #expect(TracedPath(hops: [], obstacle: .local(.networkUnreachable)).verdict == .local(.networkUnreachable))
        #expect(TracedPath(hops: [Hop(ttl: 1)], obstacle: .noErrorQueue).verdict == .noErrorQueue)
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
        let hops = FakePath(replies: replies).run().hops
        let path = TracedPath(hops: hops)
        #expect(path.changes.map { [$0.from.ttl, $0.to.ttl] } == [[1, 4]])
        #expect(path.changes.first?.parts == [.maximumSegmentSize])
    }
}
