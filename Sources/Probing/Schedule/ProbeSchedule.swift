import Addresses
import Dialing
import SondeSystem
import SystemPackage

/// When each probe is sent, sent again and given up: events in, commands out, with neither a clock nor a socket.
///
/// The driver asks for the next command, executes it and reports what happened as events; both name an attempt by its number. A TCP
/// probe that is sent again is a second attempt with a socket of its own, beside the first: whichever is answered first decides, so that
/// an answer slower than the retransmission timeout is still heard. Only where sockets run short does the oldest attempt that was
/// followed by another give its socket up. A UDP probe repeats its datagram from the one socket it has.
///
///     schedule.next(at: now)                        // .takePorts
///     schedule.supply(.ports(chunk), at: now)
///     schedule.next(at: now)                        // .send(0)
///     schedule.handle(.underWay, of: 0, at: now)
///     schedule.next(at: now)                        // .wait(until: now + 500 ms)
///     schedule.next(at: later)                      // .send(1)
struct ProbeSchedule {
    private let settings: Settings
    /// What the wall clock showed at `start`, seconds since the epoch, and `start`.
    private let wallStart: Double
    private let start: MonotonicTime

    private var probes = Arena<Probe>()
    private var attempts = Arena<Attempt>()
    private var chunks = Arena<ActiveChunk?>()
    private var races = Arena<AddressRace?>()
    private var current = CurrentChunk()
    private var supplyState = SupplyState.unknown
    private var commands = CommandQueue()
    /// Attempts that another one followed, from which the first socket is taken where they are short: a list through `newer`, whose ends
    /// are these.
    private var oldestSuperseded: Int32 = -1
    private var newestSuperseded: Int32 = -1
    private var timers = TimerQueue<Timer>()
    private var hasEnded = false
    /// Whether no port was left out when the run's end came.
    private(set) var isComplete = true

    private var estimator = RoundTripEstimator()
    private var losses = LossMeter()
    private var icmpLimiter = ICMPRateLimiter()
    private var congestion: CongestionWindow
    private var pacer: Pacer
    /// Falls where the system refuses more.
    private var socketLimit: Int
    /// Attempts that a packet is out for.
    private var underWay = 0

    /// Results and what the feed reported, in order. The driver takes them.
    var outbox: [ProbeEvent] = []

    private enum SupplyState { case unknown, empty, exhausted }

    private struct Timer: BitwiseCopyable {
        enum Kind: UInt8, BitwiseCopyable { case probe, race }
        let kind: Kind
        let index: Int32
        let at: MonotonicTime
    }

    /// - Parameter wallTime: seconds since the epoch at `start`; results carry the time of day.
    init(_ settings: Settings, start: MonotonicTime, wallTime: Double) {
        self.settings = settings
        self.start = start
        wallStart = wallTime
        socketLimit = max(1, settings.socketLimit)
        congestion = CongestionWindow(limit: settings.probeLimit)
        pacer = Pacer(rate: settings.rate, start: start)
    }

    // MARK: - Commands

    /// The next thing to do. Asking counts it as done: each command is given once.
    mutating func next(at now: MonotonicTime) -> Command {
        while true {
            if let command = commands.popFirst() {
                if isStale(command) { continue }
                if case .release(let attempt) = command { attempts.free(attempt) }
                return command
            }
            if let end = settings.end, now >= end, !hasEnded { endEverything(now) }
            if expireTimer(now) { continue }
            switch launch(now) {
            case .launched: continue
            case .wantsPorts: return .takePorts
            case .waits(let due):
                if !commands.isEmpty { continue }
                if probes.count == 0, supplyState == .exhausted, current.chunk < 0 { return .finished }
                return .wait(until: earliest(due, timers.next, hasEnded ? nil : settings.end))
            }
        }
    }

    /// Whether a command is for an attempt that ended after it was given. Its number is not free before its release is given.
    private func isStale(_ command: Command) -> Bool {
        switch command {
        case .send(let attempt), .sendAgain(let attempt), .readBanner(let attempt), .conclude(let attempt):
            attempts[attempt].probe < 0
        default: false
        }
    }

    private func earliest(_ moments: MonotonicTime?...) -> MonotonicTime? { moments.compactMap { $0 }.min() }

    /// What the feed has.
    mutating func supply(_ supply: Supply) {
        switch supply {
        case .ports(let chunk):
            let target = chunk.target
            let index = chunks.add(ActiveChunk(target: target, holders: 1))
            current = CurrentChunk(chunk: index, next: chunk.ports.lowerBound, end: chunk.ports.upperBound, target: target)
        case .later: supplyState = .empty
        case .changed: if supplyState == .empty { supplyState = .unknown }
        case .exhausted: supplyState = .exhausted
        }
    }

    // MARK: - Beginning probes

    private enum Launch {
        case launched
        case wantsPorts
        /// Nothing can begin before that moment; `nil` if an event must happen first.
        case waits(MonotonicTime?)
    }

    private mutating func launch(_ now: MonotonicTime) -> Launch {
        guard probes.count < min(settings.probeLimit, congestion.size) else { return .waits(nil) }
        guard current.chunk >= 0, let target = current.target else {
            return supplyState == .unknown && !hasEnded ? .wantsPorts : .waits(nil)
        }
        if settings.rate != nil {
            let due = pacer.nextDue
            guard due <= now else { return .waits(due) }
        }
        guard makeRoom() else { return .waits(nil) }
        let chunk = current.chunk
        let portIndex = Int32(current.next)
        current.next += 1
        let isLast = current.next == current.end
        if isLast { current = CurrentChunk() }
        if target.addresses.count > 1 {
            startRace(chunk, portIndex, min(target.addresses.count, AddressRace.addressLimit), now)
        } else {
            startAttempt(of: addProbe(chunk, portIndex, target, address: target.addresses.first), now)
        }
        if isLast { releaseChunk(chunk) }
        return .launched
    }

    private mutating func addProbe(
        _ chunk: Int32,
        _ portIndex: Int32,
        _ target: ProbeTarget,
        address: ResolvedAddress?,
        race: Int32 = -1
    ) -> Int32 {
        var probe = Probe()
        probe.chunk = chunk
        probe.portIndex = portIndex
        probe.port = target.ports.ports[Int(portIndex)]
        probe.address = address
        probe.race = race
        chunks[chunk]?.holders += 1
        let index = probes.nextIndex
        // An entry of the timer queue outlives the probe that it was made for.
        probe.timerAt = probes.isNew(index) ? MonotonicTime(nanoseconds: .max) : probes[index].timerAt
        return probes.add(probe)
    }

    private mutating func releaseChunk(_ index: Int32) {
        chunks[index]?.holders -= 1
        guard chunks[index]?.holders == 0 else { return }
        chunks[index] = nil
        chunks.free(index)
    }

    /// Sends a probe: for the first time, again, or after a back-off.
    private mutating func startAttempt(of probe: Int32, _ now: MonotonicTime) {
        if probes[probe].sent == 0 { probes[probe].started = now }
        let previous = probes[probe].latest
        let attempt = attempts.add(Attempt(probe: probe, previous: previous, number: probes[probe].sent, sent: now))
        if previous >= 0 { addSuperseded(previous) }
        probes[probe].latest = attempt
        probes[probe].sent += 1
        probes[probe].phase = .awaiting
        pacer.recordAttempt(now)
        commands.append(.send(attempt))
    }

    /// Makes sure that one more socket may be in use, by ending the oldest attempt that another one followed.
    private mutating func makeRoom() -> Bool {
        guard attempts.count >= socketLimit else { return true }
        guard oldestSuperseded >= 0 else { return false }
        end(oldestSuperseded)
        return true
    }

    // MARK: - Destination of an attempt

    struct Destination {
        /// `nil` for a Unix socket.
        let address: ResolvedAddress?
        let port: UInt16
        let unixPath: String?
    }

    /// Whether an answer to the attempt is still wanted. Between its end and its release its socket may have news.
    func isOpen(_ attempt: Int32) -> Bool { attempts[attempt].probe >= 0 }

    /// How long ago the attempt was sent.
    func age(of attempt: Int32, at now: MonotonicTime) -> Nanoseconds { now - attempts[attempt].sent }

    /// - Precondition: the attempt is open.
    func destination(of attempt: Int32) -> Destination {
        let probe = attempts[attempt].probe
        guard let address = probes[probe].address else {
            return Destination(address: nil, port: 0, unixPath: chunks[probes[probe].chunk]?.target.unixPath)
        }
        return Destination(address: address, port: probes[probe].port, unixPath: nil)
    }

    // MARK: - Events

    mutating func handle(_ event: Event, of attempt: Int32, at now: MonotonicTime) {
        let probe = attempts[attempt].probe
        guard probe >= 0 else { return }
        switch event {
        case .underWay:
            isUnderWay(attempt)
            scheduleRetransmission(of: probe, attempt)
        case .connected(let rtt, let retransmits):
            probes[probe].rttMicroseconds = rtt ?? 0
            probes[probe].answered = attempts[attempt].number
            probes[probe].kernelRetransmits = retransmits
            connected(probe, attempt, now)
        case .received(let bytes):
            if probes[probe].phase != .readingBanner { probes[probe].answered = attempts[attempt].number }
            finish(probe, attempt, errno: nil, banner: settings.bannerLimit == nil ? nil : bytes, now)
        case .failed(let errno, let icmp):
            if errno.isLocalExhaustion, icmp == nil { return exhausted(probe, attempt, errno, now) }
            if let offender = icmp?.offender, offender == probes[probe].address?.address {
                icmpLimiter.noteRefusal(by: offender, now)
            }
            probes[probe].answered = attempts[attempt].number
            finish(probe, attempt, errno: errno, icmp: icmp, now)
        case .metItself:
            metItself(probe, attempt, now)
        case .silent(let retransmits):
            probes[probe].kernelRetransmits &+= retransmits
            silent(probe, attempt, now)
        }
    }

    private mutating func isUnderWay(_ attempt: Int32) {
        guard !attempts[attempt].isUnderWay else { return }
        attempts[attempt].isUnderWay = true
        underWay += 1
    }

    private mutating func connected(_ probe: Int32, _ attempt: Int32, _ now: MonotonicTime) {
        guard settings.transport == .tcp, let limit = settings.bannerLimit, limit > 0 else {
            return finish(probe, attempt, errno: nil, now)
        }
        learn(from: probe, sent: attempts[attempt].sent, now)
        endAttempts(of: probe, except: attempt)
        probes[probe].phase = .readingBanner
        probes[probe].connected = now
        setTimer(of: probe, at: now + settings.policy.deadline)
        commands.append(.readBanner(attempt))
    }

    /// A connection of this machine to itself is no answer: once more, from another port.
    private mutating func metItself(_ probe: Int32, _ attempt: Int32, _ now: MonotonicTime) {
        probes[probe].selfConnects += 1
        guard probes[probe].selfConnects < Probe.selfConnectLimit else {
            return finish(probe, attempt, errno: .addressNotAvailable, now)
        }
        probes[probe].sent -= 1
        end(attempt)
        startAttempt(of: probe, now)
    }

    private mutating func silent(_ probe: Int32, _ attempt: Int32, _ now: MonotonicTime) {
        let previous = attempts[attempt].previous
        if previous >= 0 { commands.append(.conclude(previous)) } else { finish(probe, -1, errno: .timedOut, now) }
    }

    /// This machine ran out of something. Fewer sockets from now on, and the attempt again later; an error after about four seconds.
    private mutating func exhausted(_ probe: Int32, _ attempt: Int32, _ errno: Errno, _ now: MonotonicTime) {
        let isDescriptor = errno == .tooManyOpenFiles || errno == .tooManyOpenFilesInSystem
        if isDescriptor { socketLimit = max(1, min(socketLimit, attempts.count - 1)) }
        // Without a packet under way nobody holds the ports that this one wants: the machine has no such address.
        let isHopeless = errno == .addressNotAvailable && underWay == 0
        let hasOthers = attempts[attempt].previous >= 0
        guard !isHopeless, hasOthers || probes[probe].backOffs < Probe.backOffLimit else {
            return finish(probe, attempt, errno: errno, now)
        }
        probes[probe].sent -= 1
        end(attempt)
        if hasOthers, isDescriptor {
            // The oldest one's socket serves again.
            endOldest(of: probe)
            return startAttempt(of: probe, now)
        }
        if !hasOthers { probes[probe].phase = .backingOff }
        probes[probe].backOffs = min(Probe.backOffLimit, probes[probe].backOffs + 1)
        let delay = min(500, Int64(10) << Int64(probes[probe].backOffs - 1))
        setTimer(of: probe, at: now + .milliseconds(delay))
    }

    // MARK: - Time

    private mutating func scheduleRetransmission(of probe: Int32, _ attempt: Int32) {
        let wait = settings.policy.wait(
            attempt: Int(probes[probe].sent) - 1,
            elapsed: attempts[attempt].sent - probes[probe].started,
            timeout: estimator.timeout,
            isLossy: losses.isLossy
        )
        setTimer(of: probe, at: attempts[attempt].sent + wait)
    }

    /// Each probe has at most one live entry in the queue, rescheduled if it expires too early.
    private mutating func setTimer(of probe: Int32, at deadline: MonotonicTime) {
        probes[probe].deadline = deadline
        guard deadline < probes[probe].timerAt else { return }
        probes[probe].timerAt = deadline
        timers.schedule(Timer(kind: .probe, index: probe, at: deadline), at: deadline)
    }

    private mutating func expireTimer(_ now: MonotonicTime) -> Bool {
        guard let timer = timers.popDue(now) else { return false }
        switch timer.kind {
        case .race:
            if races[timer.index]?.timerAt == timer.at { advanceRace(timer.index, now) }
        case .probe:
            guard probes[timer.index].timerAt == timer.at else { return true }
            probes[timer.index].timerAt = MonotonicTime(nanoseconds: .max)
            guard probes[timer.index].phase != .idle else { return true }
            guard probes[timer.index].deadline <= now else {
                setTimer(of: timer.index, at: probes[timer.index].deadline)
                return true
            }
            expire(timer.index, now)
        }
        return true
    }

    private mutating func expire(_ probe: Int32, _ now: MonotonicTime) {
        switch probes[probe].phase {
        case .idle: break
        case .backingOff: startAttempt(of: probe, now)
        case .readingBanner: finish(probe, probes[probe].latest, errno: nil, banner: [], now)
        case .awaiting:
            guard now - probes[probe].started < settings.policy.deadline else { return conclude(probe) }
            if settings.transport == .udp { repeatDatagram(of: probe, now) } else { retransmit(probe, now) }
        }
    }

    /// The latest attempt first, then those before it.
    private mutating func conclude(_ probe: Int32) { commands.append(.conclude(probes[probe].latest)) }

    /// Once more, beside what is under way, or in the place of the latest one where sockets are short.
    private mutating func retransmit(_ probe: Int32, _ now: MonotonicTime) {
        if !makeRoom() { end(probes[probe].latest) }
        startAttempt(of: probe, now)
    }

    private mutating func repeatDatagram(of probe: Int32, _ now: MonotonicTime) {
        if !probes[probe].hasTurn, let turn = turn(of: probe, now) {
            probes[probe].hasTurn = true
            return setTimer(of: probe, at: min(turn, probes[probe].started + settings.policy.deadline))
        }
        let attempt = probes[probe].latest
        probes[probe].hasTurn = false
        attempts[attempt].number = probes[probe].sent
        attempts[attempt].sent = now
        probes[probe].sent += 1
        pacer.recordAttempt(now)
        commands.append(.sendAgain(attempt))
    }

    /// When the host may send its next ICMP error, from the second repetition on; `nil` where it refuses nothing.
    private mutating func turn(of probe: Int32, _ now: MonotonicTime) -> MonotonicTime? {
        guard probes[probe].sent > 1, let host = probes[probe].address?.address else { return nil }
        return icmpLimiter.takeTurn(of: host, now)
    }

    /// The run's own end: nothing new begins, and what is under way is concluded.
    private mutating func endEverything(_ now: MonotonicTime) {
        hasEnded = true
        isComplete = supplyState == .exhausted && current.chunk < 0
        supplyState = .exhausted
        if current.chunk >= 0 {
            let chunk = current.chunk
            current = CurrentChunk()
            releaseChunk(chunk)
        }
        for probe in probes.indices where probes[probe].phase != .idle {
            switch probes[probe].phase {
            case .awaiting where probes[probe].latest >= 0: conclude(probe)
            case .readingBanner: finish(probe, probes[probe].latest, errno: nil, banner: [], now)
            default: finish(probe, -1, errno: .timedOut, now)
            }
        }
    }

    // MARK: - Ending attempts

    /// Takes an attempt off its probe and gives its socket up.
    private mutating func end(_ attempt: Int32) {
        let probe = attempts[attempt].probe
        if probes[probe].latest == attempt {
            probes[probe].latest = attempts[attempt].previous
            if probes[probe].latest >= 0 { removeSuperseded(probes[probe].latest) }
        } else {
            var later = probes[probe].latest
            while attempts[later].previous != attempt { later = attempts[later].previous }
            attempts[later].previous = attempts[attempt].previous
        }
        drop(attempt)
    }

    private mutating func endOldest(of probe: Int32) {
        var oldest = probes[probe].latest
        while oldest >= 0, attempts[oldest].previous >= 0 { oldest = attempts[oldest].previous }
        if oldest >= 0 { end(oldest) }
    }

    private mutating func endAttempts(of probe: Int32, except kept: Int32 = -1) {
        var attempt = probes[probe].latest
        while attempt >= 0 {
            let previous = attempts[attempt].previous
            if attempt != kept { drop(attempt) }
            attempt = previous
        }
        probes[probe].latest = kept
        if kept >= 0 {
            attempts[kept].previous = -1
            removeSuperseded(kept)
        }
    }

    private mutating func drop(_ attempt: Int32) {
        if attempts[attempt].isUnderWay { underWay -= 1 }
        removeSuperseded(attempt)
        attempts[attempt].probe = -1
        attempts[attempt].isUnderWay = false
        commands.append(.release(attempt))
    }

    private mutating func addSuperseded(_ attempt: Int32) {
        attempts[attempt].isSuperseded = true
        attempts[attempt].older = newestSuperseded
        attempts[attempt].newer = -1
        if newestSuperseded >= 0 { attempts[newestSuperseded].newer = attempt } else { oldestSuperseded = attempt }
        newestSuperseded = attempt
    }

    private mutating func removeSuperseded(_ attempt: Int32) {
        guard attempts[attempt].isSuperseded else { return }
        attempts[attempt].isSuperseded = false
        let (older, newer) = (attempts[attempt].older, attempts[attempt].newer)
        if older >= 0 { attempts[older].newer = newer } else { oldestSuperseded = newer }
        if newer >= 0 { attempts[newer].older = older } else { newestSuperseded = older }
    }

    // MARK: - Results

    /// Ends a probe: `errno` is `nil` where the port answered, ETIMEDOUT where nothing did; `attempt` is the one that was answered.
    private mutating func finish(
        _ probe: Int32,
        _ attempt: Int32,
        errno: Errno?,
        icmp: QueuedError? = nil,
        banner: [UInt8]? = nil,
        _ now: MonotonicTime
    ) {
        let sent = attempt >= 0 ? attempts[attempt].sent : now
        let result = makeResult(probe, errno: errno, icmp: icmp, banner: banner, now)
        if result.answerTime != nil, probes[probe].phase == .awaiting { learn(from: probe, sent: sent, now) }
        endAttempts(of: probe)
        let race = probes[probe].race
        let chunk = probes[probe].chunk
        probes[probe].phase = .idle
        probes.free(probe)
        releaseChunk(chunk)
        if race < 0 { outbox.append(.result(result)) } else { settle(race: race, probe, result, now) }
    }

    /// Learns the path's round trip and loss from an answer. An attempt that the kernel retransmitted (first after one second)
    /// gives no time, since it is unknown which packet was answered (Karn's algorithm).
    private mutating func learn(from probe: Int32, sent: MonotonicTime, _ now: MonotonicTime) {
        let isRepeated = probes[probe].answered > 0
        let isAmbiguous = settings.transport == .udp ? isRepeated : probes[probe].kernelRetransmits > 0
        if !isAmbiguous, now - sent < Probe.firstKernelRetransmission { estimator.record(now - sent) }
        losses.record(isLate: isRepeated || probes[probe].kernelRetransmits > 0)
        congestion.adapt(isCongested: losses.isCongested, now, roundTrip: estimator.timeout)
    }

    /// Whether a packet came back. What this machine's own routes refuse was never sent.
    private static func isAnswer(_ errno: Errno?, _ icmp: QueuedError?, _ verdict: Verdict) -> Bool {
        errno == nil || verdict.state == .closed || icmp.map { $0.origin != .local } ?? false
    }

    private func makeResult(
        _ index: Int32,
        errno: Errno?,
        icmp: QueuedError?,
        banner: [UInt8]?,
        _ now: MonotonicTime
    ) -> ProbeResult {
        let probe = probes[index]
        guard let target = chunks[probe.chunk]?.target else { preconditionFailure("a probe outlived its chunk") }
        let transport: Transport = target.unixPath == nil ? settings.transport : .unix
        let verdict =
            switch transport {
            case .tcp: Verdict.tcp(errno, queued: icmp, target: probe.address?.address)
            case .udp: Verdict.udp(errno, queued: icmp, target: probe.address?.address)
            case .unix: Verdict.unix(errno)
            }
        let isAnswered = ProbeSchedule.isAnswer(errno, icmp, verdict)
        // A banner is read once the connection is made. A datagram is the answer itself.
        let end = probe.phase == .readingBanner ? probe.connected : now
        let resent = (isAnswered ? Int(probe.answered) : max(0, Int(probe.sent) - 1)) + Int(probe.kernelRetransmits)
        return ProbeResult(
            ordinal: target.ordinal,
            portIndex: Int(probe.portIndex),
            portCount: target.ports.ports.count,
            name: target.name,
            address: probe.address,
            port: probe.port,
            transport: transport,
            verdict: verdict,
            errno: errno,
            icmp: icmp,
            resolveTime: target.resolveTime,
            answerTime: isAnswered ? end - probe.started : nil,
            rttMicroseconds: errno == nil && probe.rttMicroseconds > 0 ? probe.rttMicroseconds : nil,
            retransmits: transport == .unix ? nil : resent,
            banner: banner,
            time: wallStart + (now - start).seconds
        )
    }

    // MARK: - Several addresses of one host

    private mutating func startRace(_ chunk: Int32, _ portIndex: Int32, _ addressCount: Int, _ now: MonotonicTime) {
        // The chunk stays while the race does, also between two attempts.
        chunks[chunk]?.holders += 1
        advanceRace(races.add(AddressRace(chunk: chunk, portIndex: portIndex, addressCount: addressCount)), now)
    }

    /// Begins what RFC 8305 lets begin now.
    private mutating func advanceRace(_ index: Int32, _ now: MonotonicTime) {
        while let race = races[index] {
            guard !hasEnded else { return race.probes.isEmpty ? end(race: index) : () }
            switch races[index]?.attempts.next(at: now) {
            case .start(let address)?:
                guard let target = chunks[race.chunk]?.target else { return }
                let probe = addProbe(race.chunk, race.portIndex, target, address: target.addresses[address], race: index)
                races[index]?.probes.append(probe)
                startAttempt(of: probe, now)
            case .wait(let moment)?:
                guard let moment else { return }
                races[index]?.timerAt = moment
                return timers.schedule(Timer(kind: .race, index: index, at: moment), at: moment)
            case .exhausted?, nil:
                return end(race: index)
            }
        }
    }

    /// One address has its result.
    private mutating func settle(race index: Int32, _ probe: Int32, _ result: ProbeResult, _ now: MonotonicTime) {
        races[index]?.settle(probe, result)
        if result.verdict.state == .open { end(race: index) } else { advanceRace(index, now) }
    }

    private mutating func end(race index: Int32) {
        guard let race = races[index] else { return }
        for probe in race.probes {
            endAttempts(of: probe)
            releaseChunk(probes[probe].chunk)
            probes[probe].phase = .idle
            probes.free(probe)
        }
        if let best = race.best { outbox.append(.result(best)) }
        races[index] = nil
        races.free(index)
        releaseChunk(race.chunk)
    }
}
