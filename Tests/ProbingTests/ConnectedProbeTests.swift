import Addresses
import SondeSystem
import SystemPackage
import Testing

@testable import Probing

/// Connections whose banner is read, or that are watched.
@Suite struct ConnectedProbeTests {
    @Test(
        "a banner ends where the server pauses, sooner after the end of a line",
        arguments: [(true, 100), (false, 500)] as [(Bool, Int64)]
    )
    func bannersEndWithAPause(isLine: Bool, pause: Int64) {
        var schedule = ProbeSchedule(ProbeScheduleTests.settings { $0.bannerLimit = 100 }, start: FakeNetwork.start, wallTime: 0)
        let now = FakeNetwork.start
        _ = schedule.next(at: now)
        let target = ProbeTarget(ordinal: 0, name: nil, addresses: [ResolvedAddress(.loopbackV4)], ports: PortList([22]))
        schedule.supply(.ports(PortChunk(target: target, ports: 0..<1)))
        #expect(schedule.next(at: now) == .send(0))
        schedule.handle(.connected(rttMicroseconds: nil, retransmits: 0), of: 0, at: now)
        #expect(schedule.next(at: now) == .readBanner(0))
        let spoken = now + .milliseconds(40)
        schedule.handle(.receiving(isLine: false), of: 0, at: now + .milliseconds(20))
        schedule.handle(.receiving(isLine: isLine), of: 0, at: spoken)
        schedule.supply(.exhausted)
        #expect(schedule.next(at: spoken + .milliseconds(pause - 1)) == .wait(until: spoken + .milliseconds(pause)))
        #expect(schedule.next(at: spoken + .milliseconds(pause)) == .conclude(0))
        schedule.handle(.received(Array("hi".utf8)), of: 0, at: spoken + .milliseconds(pause))
        guard case .result(let result) = schedule.outbox.first else { return #expect(Bool(false), "no result") }
        #expect(result.banner == Array("hi".utf8) && result.aftermath == .data)
        #expect(result.aftermathTime == .milliseconds(20) && result.answerTime == .zero)
    }

    /// A schedule with one port that is connected 30 ms after its packet left.
    private static func connected(_ settle: Settle, _ change: (inout ProbeSchedule.Settings) -> Void = { _ in }) -> ProbeSchedule {
        var schedule = ProbeSchedule(
            ProbeScheduleTests.settings {
                $0.settle = settle
                change(&$0)
            },
            start: FakeNetwork.start,
            wallTime: 0
        )
        _ = schedule.next(at: FakeNetwork.start)
        let target = ProbeTarget(ordinal: 0, name: nil, addresses: [ResolvedAddress(.loopbackV4)], ports: PortList([22]))
        schedule.supply(.ports(PortChunk(target: target, ports: 0..<1)))
        #expect(schedule.next(at: FakeNetwork.start) == .send(0))
        schedule.supply(.exhausted)
        schedule.handle(.underWay, of: 0, at: FakeNetwork.start)
        schedule.handle(.connected(rttMicroseconds: nil, retransmits: 0), of: 0, at: FakeNetwork.start + .milliseconds(30))
        #expect(schedule.next(at: FakeNetwork.start + .milliseconds(30)) == .watch(0))
        return schedule
    }

    private static func result(_ schedule: ProbeSchedule) -> ProbeResult? {
        guard case .result(let result) = schedule.outbox.first else { return nil }
        return result
    }

    @Test(
        "a connection is watched for the time asked for, or for 100 ms and its round trip",
        arguments: [
            (Settle(.milliseconds(40)), 70, false), (.usual, 160, false), (.usual, 160, true),
        ] as [(Settle, Int64, Bool)]
    )
    func settling(settle: Settle, end: Int64, isStalled: Bool) {
        var schedule = Self.connected(settle)
        let end = FakeNetwork.start + .milliseconds(end)
        #expect(schedule.next(at: FakeNetwork.start + .milliseconds(30)) == .wait(until: end))
        #expect(schedule.next(at: end) == .conclude(0))
        schedule.handle(.held(isStalled: isStalled), of: 0, at: end)
        let result = Self.result(schedule)
        #expect(result?.fate == (isStalled ? .stalled : .held) && result?.aftermath == nil)
        // The answer is the connection, not the end of the watch.
        #expect(result?.answerTime == .milliseconds(30))
    }

    @Test("what a server does ends the watch, and data alone does not where it is thorough", arguments: [false, true])
    func aftermaths(isThorough: Bool) {
        for event in [Aftermath.fin, .reset, .data] {
            var settle = Settle(.milliseconds(500))
            settle.isThorough = isThorough
            var schedule = Self.connected(settle)
            schedule.handle(.observed(event), of: 0, at: FakeNetwork.start + .milliseconds(50))
            guard event == .data, isThorough else {
                let result = Self.result(schedule)
                #expect(result?.aftermath == event && result?.aftermathTime == .milliseconds(20))
                #expect(result?.fate == (event == .data ? .held : .ended))
                continue
            }
            #expect(schedule.outbox.isEmpty)
            schedule.handle(.observed(.reset), of: 0, at: FakeNetwork.start + .milliseconds(90))
            let result = Self.result(schedule)
            #expect(result?.aftermath == .reset && result?.aftermathTime == .milliseconds(60) && result?.fate == .ended)
        }
    }

    @Test("a run that ends cuts the watch short")
    func cutShort() {
        let end = FakeNetwork.start + .milliseconds(60)
        var schedule = Self.connected(Settle(.milliseconds(500))) { $0.end = end }
        #expect(schedule.next(at: end) == .conclude(0))
        schedule.handle(.held(isStalled: false), of: 0, at: end)
        #expect(Self.result(schedule)?.fate == .unknown)
    }

    @Test("an address that connected is watched, and no other of the name is tried")
    func decidedRace() {
        var schedule = ProbeSchedule(
            ProbeScheduleTests.settings { $0.settle = Settle(.milliseconds(600)) },
            start: FakeNetwork.start,
            wallTime: 0
        )
        let now = FakeNetwork.start
        _ = schedule.next(at: now)
        let addresses = ["2001:db8::1", "192.0.2.1", "192.0.2.2"].compactMap { IPAddress($0).map { ResolvedAddress($0) } }
        let target = ProbeTarget(ordinal: 0, name: "both", addresses: addresses, ports: PortList([22]))
        schedule.supply(.ports(PortChunk(target: target, ports: 0..<1)))
        #expect(schedule.next(at: now) == .send(0))
        schedule.handle(.underWay, of: 0, at: now)
        schedule.supply(.exhausted)
        let second = now + .milliseconds(250)
        #expect(schedule.next(at: second) == .send(1))
        schedule.handle(.underWay, of: 1, at: second)
        schedule.handle(.connected(rttMicroseconds: nil, retransmits: 0), of: 1, at: second)
        #expect(schedule.next(at: second) == .release(0))
        #expect(schedule.next(at: second) == .watch(1))
        let end = second + .milliseconds(600)
        #expect(schedule.next(at: second + .milliseconds(500)) == .wait(until: end))
        #expect(schedule.next(at: end) == .conclude(1))
        schedule.handle(.held(isStalled: false), of: 1, at: end)
        let result = Self.result(schedule)
        #expect(result?.address == addresses[1] && result?.others.map(\.address) == [addresses[0]])
        #expect(result?.others.first?.elapsed == .milliseconds(250))
        #expect(schedule.next(at: end) == .release(1) && schedule.next(at: end) == .finished)
    }

    @Test("a reset that came with the connection is reported without a watch")
    func resetAtOnce() {
        var schedule = ProbeSchedule(ProbeScheduleTests.settings { _ in }, start: FakeNetwork.start, wallTime: 0)
        let now = FakeNetwork.start
        _ = schedule.next(at: now)
        let target = ProbeTarget(ordinal: 0, name: nil, addresses: [ResolvedAddress(.loopbackV4)], ports: PortList([22]))
        schedule.supply(.ports(PortChunk(target: target, ports: 0..<1)))
        _ = schedule.next(at: now)
        schedule.handle(.connected(rttMicroseconds: nil, retransmits: 0, isReset: true), of: 0, at: now)
        let result = Self.result(schedule)
        #expect(result?.aftermath == .reset && result?.fate == .ended && result?.verdict.state == .open)
    }

    @Test("a run that is stopped keeps the open ports whose server is still watched", arguments: [true, false])
    func aStoppedRunKeepsOpenPorts(isConcluded: Bool) {
        var schedule = Self.connected(Settle(.milliseconds(500)))
        let now = FakeNetwork.start + .milliseconds(60)
        for attempt in schedule.stop() where isConcluded { schedule.handle(.held(isStalled: false), of: attempt, at: now) }
        schedule.abandon(at: now)
        let result = Self.result(schedule)
        #expect(schedule.outbox.count == 1)
        #expect(result?.verdict.state == .open && result?.fate == .unknown)
    }

    @Test("a reset counts also after data")
    func aResetAfterData() {
        var schedule = Self.connected(Settle(.milliseconds(500)))
        schedule.handle(.observed(.data), of: 0, at: FakeNetwork.start + .milliseconds(50))
        schedule.handle(.observed(.reset), of: 0, at: FakeNetwork.start + .milliseconds(90))
        let result = Self.result(schedule)
        #expect(result?.aftermath == .reset && result?.fate == .ended)
        #expect(result?.aftermathTime == .milliseconds(60))
    }
}
