import Addresses
import SondeSystem
import SystemPackage

@testable import Probing

/// A network and a clock of its own for a `ProbeSchedule`: executes commands, and reports what hosts answer at the time they do.
///
/// It checks what every driver relies on: that an attempt is sent once, and that nothing is wanted of one that was released.
struct FakeNetwork {
    /// What a host does with the packets that reach it.
    struct Host {
        enum Answer { case open, refuse, icmp(QueuedError), reply }

        var answer: Answer? = .refuse
        /// How long an answer takes.
        var roundTrip = Nanoseconds.milliseconds(10)
        /// Packets of each port that are lost before one arrives.
        var losses = 0
        /// Each port whose number this divides loses so many packets.
        var lossEvery = 1
        /// The share of packets, there or back, that is lost at random.
        var lossShare = 0.0
        /// ICMP errors that are sent at once; further ones one per second.
        var icmpBurst: Int?
        /// Ports that a firewall drops, and ports that are open, whatever the answer of the others is.
        var dropped: [ClosedRange<UInt16>] = []
        var open: [ClosedRange<UInt16>] = []

        func answer(of port: UInt16) -> Answer? {
            if dropped.contains(where: { $0.contains(port) }) { return nil }
            return open.contains { $0.contains(port) } ? .open : answer
        }
    }

    var hosts: [IPAddress: Host] = [:]
    /// Sockets that can be open at once; beyond them EMFILE.
    var socketLimit = Int.max
    /// Addresses of this family fail with EADDRNOTAVAIL.
    var missingFamily: IPAddress.Family?
    /// Sends that fail with ENOBUFS before one goes through.
    var shortages = 0
    /// A limit of packets per second on the way to all hosts: further ones are dropped.
    var policer: Policer?

    /// Which packets are lost.
    var random: UInt64 = 1
    /// What a send takes of this machine's time.
    var sendingTime = Nanoseconds.zero

    /// Whether the SYN of each open attempt is sent again each second, as Linux does at first (tcp_syn_linear_timeouts).
    var kernelRetransmits = false
    private struct Retransmission: BitwiseCopyable { let attempt: Int32, life: Int }
    private var retransmissions = TimerQueue<Retransmission>()

    struct Policer {
        let rate: Double
        let burst: Double
        private var tokens: Double
        private var updated = FakeNetwork.start

        init(rate: Double, burst: Double = 50) {
            self.rate = rate
            self.burst = burst
            tokens = burst
        }

        mutating func passes(_ now: MonotonicTime) -> Bool {
            tokens = min(burst, tokens + (now - updated).seconds * rate)
            updated = now
            guard tokens >= 1 else { return false }
            tokens -= 1
            return true
        }
    }

    private var readers = Set<Int32>()
    private var watchers = Set<Int32>()
    var schedule: ProbeSchedule
    private(set) var now = MonotonicTime(nanoseconds: 1_000_000_000)
    private var targets: [PortChunk]
    /// What is on its way, by its place in `arrivals`, which keeps all there ever was.
    private var flights = TimerQueue<Int>()
    private var arrivals: [(attempt: Int32, life: Int, event: ProbeSchedule.Event)] = []
    /// By attempt: how often it was used, and whether it has a socket.
    private var lives: [Int32: (number: Int, isOpen: Bool)] = [:]
    private var received: [Endpoint: Int] = [:]
    private var icmpSent: [IPAddress: Int] = [:]
    private var lastICMP: [IPAddress: MonotonicTime] = [:]

    /// When each packet left: milliseconds since the start, by port.
    private(set) var sends: [UInt16: [Int64]] = [:]
    private(set) var openSockets = 0
    private(set) var mostSockets = 0
    private(set) var results: [ProbeResult] = []
    private(set) var isFinished = false
    /// Breaches of what a driver relies on.
    private(set) var faults: [String] = []

    static let start = MonotonicTime(nanoseconds: 1_000_000_000)

    init(_ targets: [(String, [UInt16])], _ settings: ProbeSchedule.Settings = ProbeSchedule.Settings(), hosts: [String: Host]) {
        schedule = ProbeSchedule(settings, start: FakeNetwork.start, wallTime: 1_000_000)
        self.targets = targets.enumerated().map { index, target in
            let addresses = target.0.split(separator: " ").compactMap { IPAddress($0).map { ResolvedAddress($0) } }
            let ports = PortList(target.1)
            let host = ProbeTarget(ordinal: index << 8, name: target.0, addresses: addresses, ports: ports)
            return PortChunk(target: host, ports: 0..<target.1.count)
        }
        for (address, host) in hosts { if let address = IPAddress(address) { self.hosts[address] = host } }
    }

    /// Runs until the schedule is finished, or for `limit` at most.
    mutating func run(for limit: Nanoseconds = .milliseconds(10_000_000)) {
        let end = now + limit
        while !isFinished, now < end, step() {}
    }

    /// Executes one command. Waiting moves the clock to the next arrival or to the wait's end; false where neither will come.
    mutating func step() -> Bool {
        let command = schedule.next(at: now)
        switch command {
        case .takePorts:
            schedule.supply(targets.isEmpty ? .exhausted : .ports(targets.removeFirst()))
        case .send(let attempt): send(attempt)
        case .sendAgain(let attempt):
            require(isOpen(attempt), "\(command) without a socket")
            deliver(attempt)
        case .conclude(let attempt):
            require(isOpen(attempt), "\(command) without a socket")
            let watched = watchers.contains(attempt)
            schedule.handle(
                watched ? .held(isStalled: false) : readers.contains(attempt) ? .received([]) : .silent(retransmits: 0),
                of: attempt,
                at: now
            )
        case .readBanner(let attempt):
            require(isOpen(attempt), "\(command) without a socket")
            readers.insert(attempt)
        case .watch(let attempt):
            require(isOpen(attempt), "\(command) without a socket")
            watchers.insert(attempt)
        case .release(let attempt):
            if isOpen(attempt) { openSockets -= 1 }
            lives[attempt]?.isOpen = false
            readers.remove(attempt)
            watchers.remove(attempt)
        case .finished: isFinished = true
        case .wait(let moment): return wait(until: moment)
        }
        takeResults()
        return true
    }

    private mutating func takeResults() {
        for case .result(let result) in schedule.outbox { results.append(result) }
        schedule.outbox.removeAll()
    }

    private mutating func wait(until moment: MonotonicTime?) -> Bool {
        if let next = retransmissions.next, moment.map({ next <= $0 }) ?? true, flights.next.map({ next <= $0 }) ?? true {
            now = max(now, next)
            while let due = retransmissions.popDue(now) {
                let attempt = due.attempt
                guard let current = lives[attempt], current.isOpen, current.number == due.life else { continue }
                travel(attempt, schedule.destination(of: attempt))
            }
            return true
        }
        if let next = flights.next, moment.map({ next <= $0 }) ?? true {
            now = max(now, next)
            // All that arrives at once is heard before the next command.
            while let index = flights.popDue(now) {
                let arrival = arrivals[index]
                // A socket that was released hears nothing; one that is about to be may.
                guard let life = lives[arrival.attempt], life.isOpen, life.number == arrival.life else { continue }
                schedule.handle(arrival.event, of: arrival.attempt, at: now)
            }
        } else if let moment {
            require(moment > now, "a wait that is over")
            now = max(moment, now + Nanoseconds(1))
        } else {
            return false
        }
        takeResults()
        return true
    }

    private mutating func send(_ attempt: Int32) {
        require(!isOpen(attempt), "attempt \(attempt) sent twice")
        lives[attempt] = ((lives[attempt]?.number ?? 0) + 1, false)
        now = now + sendingTime
        if shortages > 0 {
            shortages -= 1
            return schedule.handle(.failed(.noBufferSpace, icmp: nil), of: attempt, at: now)
        }
        let destination = schedule.destination(of: attempt)
        if let missingFamily, destination.address?.address.family == missingFamily {
            return schedule.handle(.failed(.addressNotAvailable, icmp: nil), of: attempt, at: now)
        }
        guard openSockets < socketLimit else { return schedule.handle(.failed(.tooManyOpenFiles, icmp: nil), of: attempt, at: now) }
        lives[attempt]?.isOpen = true
        openSockets += 1
        mostSockets = max(mostSockets, openSockets)
        deliver(attempt)
    }

    private mutating func deliver(_ attempt: Int32) {
        let destination = schedule.destination(of: attempt)
        sends[destination.port, default: []].append((now - FakeNetwork.start).count / 1_000_000)
        schedule.handle(.underWay, of: attempt, at: now)
        travel(attempt, destination)
    }

    private mutating func travel(_ attempt: Int32, _ destination: ProbeSchedule.Destination) {
        if kernelRetransmits {
            retransmissions.schedule(
                Retransmission(attempt: attempt, life: lives[attempt]?.number ?? 0),
                at: now + .milliseconds(1000)
            )
        }
        if policer != nil, policer?.passes(now) != true { return }
        guard let address = destination.address?.address, let host = hosts[address],
            let answer = host.answer(of: destination.port)
        else { return }
        guard !isLost(host.lossShare) else { return }
        let endpoint = Endpoint(address, port: destination.port)
        received[endpoint, default: 0] += 1
        if Int(destination.port) % host.lossEvery == 0, received[endpoint, default: 0] <= host.losses { return }
        guard let event = event(answer, host, address) else { return }
        flights.schedule(arrivals.count, at: now + host.roundTrip)
        arrivals.append((attempt, lives[attempt]?.number ?? 0, event))
    }

    /// There, or on the way back.
    private mutating func isLost(_ share: Double) -> Bool {
        guard share > 0 else { return false }
        return (0..<2).contains { _ in
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(random >> 33) / Double(1 << 31) < share
        }
    }

    private mutating func event(_ answer: Host.Answer, _ host: Host, _ address: IPAddress) -> ProbeSchedule.Event? {
        switch answer {
        case .open: return .connected(rttMicroseconds: UInt32(host.roundTrip.count / 1000), retransmits: 0)
        case .refuse: return .failed(.connectionRefused, icmp: nil)
        case .reply: return .received([])
        case .icmp(let error):
            if let burst = host.icmpBurst {
                let isLimited = icmpSent[address, default: 0] >= burst
                if isLimited, let last = lastICMP[address], now - last < .milliseconds(1000) { return nil }
                icmpSent[address, default: 0] += 1
                lastICMP[address] = now
            }
            return .failed(error.errno, icmp: error)
        }
    }

    private func isOpen(_ attempt: Int32) -> Bool { lives[attempt]?.isOpen ?? false }

    private mutating func require(_ condition: Bool, _ fault: String) { if !condition { faults.append(fault) } }

    // MARK: - What came of it

    /// `closed rst 1` for a port: its state, its reason, retransmissions.
    func outcome(of port: UInt16) -> String {
        let found = results.filter { $0.port == port }
        return found.map {
            "\($0.verdict.state.rawValue) \($0.verdict.reason?.rawValue ?? "-") \($0.retransmits ?? -1)"
        }.joined(separator: ", ")
    }

    func count(_ state: PortState) -> Int { results.count { $0.verdict.state == state } }

    /// Milliseconds from a port's first packet to its answer.
    func answerTime(of port: UInt16) -> Int64? { results.first { $0.port == port }?.answerTime.map { $0.count / 1_000_000 } }

    var elapsed: Int64 { (now - FakeNetwork.start).count / 1_000_000 }
}
