import Addresses
import SondeSystem
import SystemPackage
import Testing

@testable import Probing

@Suite struct ProbeScheduleTests {
    typealias Host = FakeNetwork.Host
    static let server = "192.0.2.1"
    static let ports = Array(UInt16(1)...2000)

    static func settings(_ change: (inout ProbeSchedule.Settings) -> Void) -> ProbeSchedule.Settings {
        var settings = ProbeSchedule.Settings()
        change(&settings)
        return settings
    }

    static func icmp(from offender: String) -> QueuedError {
        QueuedError(errno: .connectionRefused, origin: .icmp, icmpType: 3, icmpCode: 3, offender: IPAddress(offender))
    }

    /// Runs to the end and checks what holds for every run: one result per port, no socket left, no command for a dead attempt.
    static func finish(_ network: inout FakeNetwork, results: Int) {
        network.run()
        // Apart, or a failure would print the whole network.
        let (isFinished, count, openSockets, faults) = (
            network.isFinished, network.results.count, network.openSockets, network.faults
        )
        #expect(isFinished)
        #expect(count == results)
        #expect(openSockets == 0)
        #expect(faults == [])
    }

    // MARK: - Answers and silence

    @Test func portsThatAnswerAreSentOnce() {
        var network = FakeNetwork([(Self.server, Self.ports)], hosts: [Self.server: Host()])
        Self.finish(&network, results: 2000)
        #expect(network.count(.closed) == 2000)
        #expect(network.sends.values.allSatisfy { $0.count == 1 })
        #expect(network.elapsed == 10)
    }

    @Test func silenceIsFilteredAtTheDeadline() {
        var network = FakeNetwork([(Self.server, [80])], hosts: [:])
        Self.finish(&network, results: 1)
        #expect(network.outcome(of: 80) == "filtered no-response 2")
        #expect(network.sends[80] == [0, 500, 1250])
        #expect(network.elapsed == 2000)
    }

    /// `slow`: an answer that comes after the retransmission was sent is the answer to the first packet.
    @Test(arguments: [300, 600, 700, 1300, 1700, 1900] as [Int64], [Host.Answer.open, .refuse])
    func anAnswerAfterTheRetransmissionIsHeard(milliseconds: Int64, answer: Host.Answer) {
        let slow = Host(answer: answer, roundTrip: .milliseconds(milliseconds))
        var network = FakeNetwork([(Self.server, [80])], hosts: [Self.server: slow])
        Self.finish(&network, results: 1)
        #expect(network.results.first?.verdict.state == (answer.isOpen ? .open : .closed))
        #expect(network.answerTime(of: 80) == milliseconds)
        #expect(network.results.first?.retransmits == 0)
        #expect(network.elapsed == milliseconds)
    }

    @Test(
        "whatever is sent again, the first packet's answer counts",
        arguments: [300, 600, 900, 1300, 1900] as [Int64],
        0...5
    )
    func aSlowPathAtAnyNumberOfRetries(milliseconds: Int64, retries: Int) {
        for answer in [Host.Answer.open, .refuse] {
            for (timeout, hasQuickPorts) in [(Int64(2000), false), (3000, false), (2000, true), (3000, true)] {
                let settings = Self.settings { $0.policy = RetryPolicy(deadline: .milliseconds(timeout), retries: retries) }
                let far = "198.51.100.1"
                let hosts = [
                    Self.server: Host(roundTrip: .milliseconds(1)),
                    far: Host(answer: answer, roundTrip: .milliseconds(milliseconds)),
                ]
                let quick: [(String, [UInt16])] = hasQuickPorts ? [(Self.server, Array(1...50))] : []
                var network = FakeNetwork(quick + [(far, [443])], settings, hosts: hosts)
                Self.finish(&network, results: hasQuickPorts ? 51 : 1)
                #expect(network.outcome(of: 443) == (answer.isOpen ? "open syn-ack 0" : "closed rst 0"))
                #expect(network.answerTime(of: 443) == milliseconds)
            }
        }
    }

    @Test("a slow host beside quick ones, whose answers made the timeout short")
    func aSlowHostBesideQuickOnes() {
        let far = "198.51.100.1"
        let hosts = [Self.server: Host(roundTrip: .milliseconds(1)), far: Host(answer: .open, roundTrip: .milliseconds(1900))]
        var network = FakeNetwork([(Self.server, Array(1...200)), (far, [443])], hosts: hosts)
        Self.finish(&network, results: 201)
        #expect(network.outcome(of: 443) == "open syn-ack 0")
        #expect(network.answerTime(of: 443) == 1900)
    }

    @Test(arguments: [0, 1, 2, 3, 7])
    func retriesAreWhatWasAsked(retries: Int) {
        let settings = Self.settings { $0.policy = RetryPolicy(deadline: .milliseconds(30_000), retries: retries) }
        // Loss that makes the path a lossy one changes nothing about it.
        let lossy = Host(losses: 1, lossEvery: 4)
        var network = FakeNetwork(
            [("198.51.100.1", [65000]), (Self.server, Array(1...400))],
            settings,
            hosts: [Self.server: lossy]
        )
        Self.finish(&network, results: 401)
        #expect(network.sends[65000]?.count == retries + 1)
        #expect(network.outcome(of: 65000) == "filtered no-response \(retries)")
    }

    // MARK: - Loss

    @Test("ports that lose their first packets on the way are closed, not filtered", arguments: [1, 2, 3])
    func aLossyPathIsNotCalledFiltered(losses: Int) {
        let lossy = Host(roundTrip: .milliseconds(1), losses: losses, lossEvery: 5)
        var network = FakeNetwork([(Self.server, Self.ports)], hosts: [Self.server: lossy])
        Self.finish(&network, results: 2000)
        #expect(network.count(.closed) == 2000)
        #expect(network.outcome(of: 5) == "closed rst \(losses)")
        #expect(network.outcome(of: 6) == "closed rst 0")
    }

    /// A machine that is busy hears every answer late, so that the timeout grows; a retransmission must not wait for it.
    @Test func aBusyMachineStillSendsOftenEnough() {
        let other = "198.51.100.1"
        let hosts = [
            Self.server: Host(roundTrip: .milliseconds(450), losses: 1, lossEvery: 4),
            other: Host(roundTrip: .milliseconds(450), losses: 3, lossEvery: 4),
        ]
        var network = FakeNetwork([(Self.server, Array(1...1000)), (other, Array(1...1000))], hosts: hosts)
        Self.finish(&network, results: 2000)
        #expect(network.count(.closed) == 2000)
    }

    @Test func whatGetsLostMostlyIsSentMoreSlowly() {
        let congested = Host(roundTrip: .milliseconds(1), losses: 1, lossEvery: 1)
        let settings = Self.settings { $0.probeLimit = 500 }
        var network = FakeNetwork([(Self.server, Self.ports)], settings, hosts: [Self.server: congested])
        Self.finish(&network, results: 2000)
        #expect(network.count(.closed) == 2000)
        // Four windows of 500 take 400 ms; the window was halved.
        #expect(network.elapsed > 450)
    }

    // MARK: - Limits of the packet rate

    @Test("behind a limit of packets per second no port is missed", arguments: [100, 300, 1000], [300, 2000])
    func aPathThatLimitsTheRate(rate: Int, count: Int) {
        let hosts = [Self.server: Host(roundTrip: .milliseconds(1))]
        var network = FakeNetwork([(Self.server, Array(1...UInt16(count)))], hosts: hosts)
        network.policer = FakeNetwork.Policer(rate: Double(rate))
        Self.finish(&network, results: count)
        #expect(network.count(.closed) == count)
        let least = 1000 * Double(count - 50) / Double(rate)
        #expect(Double(network.elapsed) < 1.3 * least + 3500, "\(network.elapsed) ms, at least \(least)")
        if count == 2000 {
            #expect(network.schedule.pace.confirmedRate.map { $0 > 0.5 * Double(rate) && $0 < 1.15 * Double(rate) } ?? false)
            #expect(network.schedule.askedAgain > count / 4)
        }
    }

    @Test("ports that a firewall drops behind such a limit")
    func silentPortsBehindALimit() {
        let quiet = "198.51.100.1"
        let hosts = [Self.server: Host(roundTrip: .milliseconds(1))]
        var network = FakeNetwork([(Self.server, Array(1...600)), (quiet, Array(1001...1100))], hosts: hosts)
        network.policer = FakeNetwork.Policer(rate: 300)
        Self.finish(&network, results: 700)
        #expect(network.count(.closed) == 600)
        #expect(network.count(.filtered) == 100)
    }

    enum Place: CaseIterable { case first, last, mixed }

    /// Ports in an order that has nothing to do with their numbers.
    static func mixed(_ ports: [UInt16]) -> [UInt16] { ports.sorted { ($0 &* 40_503, $0) < ($1 &* 40_503, $1) } }

    @Test(
        "ports that a firewall drops hide no limit, wherever they stand",
        arguments: [(10, 5), (50, 5), (100, 5), (100, 50), (300, 5), (1000, 5), (1000, 100), (5000, 1)],
        Place.allCases
    )
    func silentPortsHideNoLimit(limit: (rate: Double, burst: Double), place: Place) {
        let answering = Array(UInt16(9000)...9019) + Array(10_000...10_114)
        let silent = Array(UInt16(7200)...7239)
        let ports =
            switch place {
            case .first: silent + answering
            case .last: answering + silent
            case .mixed: Self.mixed(silent + answering)
            }
        let host = Host(roundTrip: .milliseconds(1), dropped: [7200...7239], open: [9000...9019])
        var network = FakeNetwork([(Self.server, ports)], hosts: [Self.server: host])
        network.policer = FakeNetwork.Policer(rate: limit.rate, burst: limit.burst)
        Self.finish(&network, results: 175)
        let (open, closed) = (network.count(.open), network.count(.closed))
        #expect(open == 20)
        // One that is asked ten times may be unlucky each time.
        #expect(closed >= 113)
        let least = 1000 * (175 - limit.burst) / limit.rate
        #expect(Double(network.elapsed) < 4 * least + 3500, "\(network.elapsed) ms, at least \(least)")
    }

    @Test("few open ports among many that a firewall drops, behind a limit", arguments: [100, 300, 1000], Place.allCases)
    func fewOpenPortsBehindALimit(rate: Double, place: Place) {
        let open = Array(UInt16(9000)...9019)
        let silent = Array(UInt16(1000)...1999)
        let ports =
            switch place {
            case .first: silent + open
            case .last: open + silent
            case .mixed: Self.mixed(silent + open)
            }
        let host = Host(roundTrip: .milliseconds(1), dropped: [1000...1999], open: [9000...9019])
        var network = FakeNetwork([(Self.server, ports)], hosts: [Self.server: host])
        network.policer = FakeNetwork.Policer(rate: rate, burst: 5)
        Self.finish(&network, results: 1020)
        #expect(network.count(.open) >= 19)
        #expect(Double(network.elapsed) < 3500 * 1020 / rate + 5500, "\(network.elapsed) ms")
    }

    @Test("two open ports, one heard at first, and the kernel sends what is open again", arguments: [100, 300], [1, 5])
    func theKernelSendsAgain(rate: Double, burst: Double) {
        let host = Host(roundTrip: .milliseconds(1), dropped: [1000...1999], open: [9000...9001])
        var network = FakeNetwork([(Self.server, [9000] + Array(1000...1999) + [9001])], hosts: [Self.server: host])
        network.policer = FakeNetwork.Policer(rate: rate, burst: burst)
        network.kernelRetransmits = true
        Self.finish(&network, results: 1002)
        #expect(network.count(.open) == 2)
        #expect(network.schedule.pace.confirmedRate.map { $0 > 0.5 * rate && $0 < 1.3 * rate } ?? false)
        #expect(Double(network.elapsed) < 3500 * 1002 / rate + 7000, "\(network.elapsed) ms")
    }

    @Test("a limit that passes none of the first packets of some hosts")
    func manyHostsBehindALimit() {
        let addresses = (1...60).map { "192.0.2.\($0)" }
        var hosts: [String: Host] = [:]
        for address in addresses { hosts[address] = Host(roundTrip: .milliseconds(1)) }
        var network = FakeNetwork(addresses.map { ($0, [80, 443]) }, hosts: hosts)
        network.policer = FakeNetwork.Policer(rate: 20, burst: 5)
        Self.finish(&network, results: 120)
        #expect(network.count(.closed) >= 118)
    }

    @Test(
        "a firewall that drops a thousand ports delays nothing, and loss beside it little",
        arguments: [(0.0, 0), (0.05, 0), (0.1, 0), (0.4, 0)]
    )
    func droppedPortsAndLoss(share: Double, extra: Int64) {
        let host = Host(roundTrip: .milliseconds(20), lossShare: share, dropped: [1000...1999], open: [9000...9019])
        let ports = Self.mixed(Array(1000...1999) + Array(9000...9019))
        var network = FakeNetwork([(Self.server, ports)], hosts: [Self.server: host])
        Self.finish(&network, results: 1020)
        #expect(network.count(.open) == 20)
        #expect(network.elapsed <= 2000 + extra, "\(network.elapsed) ms")
        #expect(network.schedule.pace.rate == nil)
    }

    @Test("loss is not taken for a limit, whichever packets it takes", arguments: [0.1, 0.2, 0.4], 1...6)
    func lossIsNoLimit(share: Double, seed: UInt64) {
        let host = Host(roundTrip: .milliseconds(20), lossShare: share, dropped: [1000...1999], open: [9000...9019])
        let ports = Self.mixed(Array(1000...1999) + Array(9000...9019))
        var network = FakeNetwork([(Self.server, ports)], hosts: [Self.server: host])
        network.random = seed &* 0x9E37_79B9_7F4A_7C15
        Self.finish(&network, results: 1020)
        #expect(network.count(.open) >= 18)
        // At the pace of a limit that is not there it would take minutes.
        #expect(network.elapsed <= 10_000, "\(network.elapsed) ms")
    }

    @Test("a control is no result, and its port is asked no more often than it takes")
    func controlsHaveNoResult() {
        let host = Host(roundTrip: .milliseconds(1), dropped: [1000...1999], open: [9000...9000])
        var network = FakeNetwork([(Self.server, [9000] + Array(1000...1999))], hosts: [Self.server: host])
        Self.finish(&network, results: 1001)
        let asked = network.sends[9000]?.count ?? 0
        #expect((2...65).contains(asked), "\(asked)")
        // Where a number of retransmissions was asked for, there is no second thought.
        let settings = Self.settings { $0.policy = RetryPolicy(deadline: .milliseconds(2000), retries: 0) }
        network = FakeNetwork([(Self.server, [9000] + Array(1000...1999))], settings, hosts: [Self.server: host])
        Self.finish(&network, results: 1001)
        #expect(network.sends.values.allSatisfy { $0.count == 1 })
    }

    @Test("loss that does not depend on the pace does not slow a run down", arguments: [0.1, 0.4])
    func lossDoesNotSlowARun(share: Double) {
        let hosts = [Self.server: Host(roundTrip: .milliseconds(20), lossShare: share)]
        var network = FakeNetwork([(Self.server, Self.ports)], hosts: hosts)
        Self.finish(&network, results: 2000)
        #expect(network.schedule.pace.confirmedRate == nil)
        #expect(network.count(.closed) >= 1995)
        #expect(network.elapsed < 4000)
    }

    @Test("a firewall that drops most ports is no limit")
    func aFirewallIsNoLimit() {
        let hosts = [Self.server: Host(roundTrip: .milliseconds(1), losses: 100, lossEvery: 1), "192.0.2.2": Host(answer: .open)]
        var network = FakeNetwork([(Self.server, Self.ports), ("192.0.2.2", Array(2001...2040))], hosts: hosts)
        Self.finish(&network, results: 2040)
        #expect(network.elapsed < 2100)
        #expect(network.schedule.pace.rate == nil && network.schedule.askedAgain == 0)
    }

    @Test("a rate that was asked for stays, and so does a number of retries")
    func whatWasAskedForStays() {
        for settings in [
            Self.settings { $0.rate = 900 }, Self.settings { $0.policy = RetryPolicy(deadline: .milliseconds(2000), retries: 0) },
        ] {
            var network = FakeNetwork(
                [(Self.server, Self.ports)],
                settings,
                hosts: [Self.server: Host(roundTrip: .milliseconds(1))]
            )
            network.policer = FakeNetwork.Policer(rate: 300)
            Self.finish(&network, results: 2000)
            #expect(network.schedule.pace.rate == nil)
        }
    }

    // MARK: - Datagrams

    @Test func closedDatagramPortsOfAHostThatLimitsItsErrors() {
        let host = Host(answer: .icmp(Self.icmp(from: Self.server)), icmpBurst: 6)
        let settings = Self.settings {
            $0.transport = .udp
            $0.policy = RetryPolicy(deadline: .milliseconds(25_000))
        }
        var network = FakeNetwork([(Self.server, Array(1...20))], settings, hosts: [Self.server: host])
        Self.finish(&network, results: 20)
        #expect(network.count(.closed) == 20)
        // Each has one socket, whatever it repeats.
        #expect(network.mostSockets == 20)
    }

    @Test func aDatagramIsRepeatedOnceBeforeTurnsBegin() {
        let host = Host(answer: .icmp(Self.icmp(from: Self.server)), icmpBurst: 1)
        let settings = Self.settings { $0.transport = .udp }
        var network = FakeNetwork([(Self.server, Array(1...20))], settings, hosts: [Self.server: host])
        Self.finish(&network, results: 20)
        #expect(network.sends.values.allSatisfy { $0.count >= 2 || $0 == [0] })
        #expect(network.sends.values.count { $0.count >= 2 } >= 18)
    }

    @Test func aSilentDatagramPortIsOpenOrFiltered() {
        var network = FakeNetwork([(Self.server, [53])], Self.settings { $0.transport = .udp }, hosts: [:])
        Self.finish(&network, results: 1)
        #expect(network.outcome(of: 53) == "open|filtered no-response 2")
    }

    @Test func anAnswerToARepeatedDatagram() {
        let settings = Self.settings { $0.transport = .udp }
        var network = FakeNetwork([(Self.server, [53])], settings, hosts: [Self.server: Host(answer: .reply, losses: 1)])
        Self.finish(&network, results: 1)
        #expect(network.outcome(of: 53) == "open udp-response 1")
        #expect(network.answerTime(of: 53) == 510)
    }

    // MARK: - Pace and ends

    @Test func theRateHoldsAndTheFirstPacketLeavesAtOnce() {
        let settings = Self.settings { $0.rate = 100 }
        var network = FakeNetwork([(Self.server, Array(1...51))], settings, hosts: [Self.server: Host()])
        Self.finish(&network, results: 51)
        #expect(network.sends[1] == [0])
        #expect(network.sends[51] == [500])
        #expect(network.elapsed == 510)
    }

    @Test func aRateDoesNotDelayTheEnd() {
        let settings = Self.settings { $0.rate = 0.5 }
        var network = FakeNetwork([(Self.server, [1])], settings, hosts: [Self.server: Host()])
        Self.finish(&network, results: 1)
        #expect(network.elapsed == 10)
    }

    @Test("no more probes are in flight than asked")
    func theProbeLimitHolds() {
        let settings = Self.settings { $0.probeLimit = 10 }
        var network = FakeNetwork([(Self.server, Array(1...100))], settings, hosts: [Self.server: Host()])
        Self.finish(&network, results: 100)
        #expect(network.mostSockets == 10)
        #expect(network.elapsed == 100)
    }

    @Test("the run's end cuts what is under way and leaves out the rest")
    func theRunEnds() {
        let settings = Self.settings {
            $0.probeLimit = 10
            $0.end = FakeNetwork.start + .milliseconds(700)
        }
        var network = FakeNetwork([(ProbeRaceTests.dual, Array(1...100))], settings, hosts: [:])
        network.run()
        #expect(network.isFinished && network.faults == [] && network.openSockets == 0)
        #expect(network.elapsed == 700)
        #expect(!network.schedule.isComplete)
        #expect(!network.results.isEmpty && network.results.allSatisfy { $0.verdict == Verdict(.filtered, .noResponse) })
    }

    @Test(
        "a machine that takes long to send gives up earlier, since it takes long to close",
        arguments: [0, 200, 1000] as [Int64]
    )
    func aSlowMachineGivesUpEarlier(microseconds: Int64) {
        let settings = Self.settings { $0.end = FakeNetwork.start + .milliseconds(1800) }
        var network = FakeNetwork([(Self.server, Array(1...500))], settings, hosts: [:])
        network.sendingTime = Nanoseconds(microseconds * 1000)
        network.run()
        // Half of that for each socket, 12 µs at least, half of the time at most.
        let sockets = Int64(network.mostSockets)
        let expected = 1800 - min(900, sockets * max(12, microseconds / 2) / 1000)
        #expect(abs(network.elapsed - expected) <= 5)
    }

    @Test func aRunThatEndsInTimeIsComplete() {
        let settings = Self.settings { $0.end = FakeNetwork.start + .milliseconds(700) }
        var network = FakeNetwork([(Self.server, Array(1...100))], settings, hosts: [Self.server: Host()])
        Self.finish(&network, results: 100)
        #expect(network.schedule.isComplete)
    }

    @Test("a run that is stopped reports what was still unanswered, one per port")
    func aRunThatIsStopped() {
        var network = FakeNetwork([(ProbeRaceTests.dual, [80, 81]), (Self.server, [82])], hosts: [:])
        network.run(for: .milliseconds(700))
        network.schedule.abandon(at: network.now)
        let ports = network.schedule.outbox.compactMap { event -> UInt16? in
            if case .abandoned(let result) = event { result.port } else { nil }
        }
        #expect(ports.sorted() == [80, 81, 82])
    }

    @Test("a feed that waits for a name is asked again at the name's deadline")
    func aFeedIsAskedAgain() {
        var schedule = ProbeSchedule(Self.settings { _ in }, start: FakeNetwork.start, wallTime: 0)
        #expect(schedule.next(at: FakeNetwork.start) == .takePorts)
        let moment = FakeNetwork.start + .milliseconds(500)
        schedule.supply(.later(until: moment))
        #expect(schedule.next(at: FakeNetwork.start) == .wait(until: moment))
        #expect(schedule.next(at: moment) == .takePorts)
        schedule.supply(.later())
        #expect(schedule.next(at: moment) == .wait(until: nil))
        schedule.supply(.changed)
        #expect(schedule.next(at: moment) == .takePorts)
    }

    @Test func resultsCarryTheTimeOfDay() {
        var network = FakeNetwork([(Self.server, [1])], hosts: [Self.server: Host(roundTrip: .milliseconds(500))])
        Self.finish(&network, results: 1)
        #expect(abs((network.results.first?.time ?? 0) - 1_000_000.5) < 1e-6)
    }

    /// Random hosts, losses, limits and delays: whatever happens, each port has one result and no socket stays open.
    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func anythingAtAll(seed: UInt64) {
        var random = Numbers(state: seed)
        let settings = Self.settings {
            $0.transport = random.below(4) == 0 ? .udp : .tcp
            $0.probeLimit = 1 + random.below(60)
            $0.socketLimit = 1 + random.below(60)
            $0.rate = random.below(4) == 0 ? 500 : nil
            $0.bannerLimit = random.below(4) == 0 ? 10 : nil
            $0.settle = random.below(4) == 0 ? Settle(.milliseconds(Int64(random.below(700)))) : nil
        }
        var targets: [(String, [UInt16])] = []
        var hosts: [String: Host] = [:]
        for index in 0..<(1 + random.below(6)) {
            let addresses = (0...random.below(3)).map { $0 % 2 == 0 ? "192.0.2.\(index * 8 + $0)" : "2001:db8::\(index * 8 + $0)" }
            targets.append((addresses.joined(separator: " "), Array(1...UInt16(1 + random.below(40)))))
            for address in addresses {
                let answers: [Host.Answer?] = [
                    .open, .refuse, .icmp(Self.icmp(from: address)), .icmp(Self.icmp(from: "192.0.2.254")), nil,
                ]
                hosts[address] = Host(
                    answer: answers[random.below(5)],
                    roundTrip: .milliseconds(Int64(random.below(2500))),
                    losses: random.below(4),
                    lossEvery: 1 + random.below(5),
                    icmpBurst: random.below(2) == 0 ? 3 : nil
                )
            }
        }
        var network = FakeNetwork(targets, settings, hosts: hosts)
        network.socketLimit = 1 + random.below(60)
        network.shortages = random.below(3)
        Self.finish(&network, results: targets.reduce(0) { $0 + $1.1.count })
    }

    private struct Numbers {
        var state: UInt64

        mutating func below(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(limit))
        }
    }
}

extension FakeNetwork.Host.Answer {
    var isOpen: Bool { if case .open = self { true } else { false } }
}
