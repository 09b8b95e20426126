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
/// On a path that limits the rate of packets (`PaceController`) packets leave at the pace that it takes, and silent ports of a host
/// that answers are asked again at that pace before they count as filtered.
///
///     schedule.next(at: now)                        // .takePorts
///     schedule.supply(.ports(chunk), at: now)
///     schedule.next(at: now)                        // .send(0)
///     schedule.handle(.underWay, of: 0, at: now)
///     schedule.next(at: now)                        // .wait(until: now + 500 ms)
///     schedule.next(at: later)                      // .send(1)
struct ProbeSchedule {
    let settings: Settings
    /// What the wall clock showed at `start`, seconds since the epoch, and `start`.
    private let wallStart: Double
    private let start: MonotonicTime

    var probes = Arena<Probe>()
    var attempts = Arena<Attempt>()
    var chunks = Arena<ActiveChunk?>()
    var races = Arena<AddressRace?>()
    private var current = CurrentChunk()
    private var supplyState = SupplyState.unknown
    var commands = CommandQueue()
    /// From which the first socket is taken where they are short.
    var superseded = SupersededAttempts()
    var timers = TimerQueue<Timer>()
    var tickets: UInt32 = 0
    private(set) var hasEnded = false
    /// Whether no port was left out when the run's end came.
    private(set) var isComplete = true

    private(set) var estimator = RoundTripEstimator()
    private(set) var losses = LossMeter()
    private var icmpLimiter = ICMPRateLimiter()
    private var congestion: CongestionWindow
    var pacer: Pacer
    var pace = PaceController()
    var answeringHosts = AnsweringHosts()
    /// Probes to be asked again, with the ticket that they had then.
    var waitingTurns = TurnQueue()
    /// Ports that were asked again at a lower pace, for the end's report.
    var askedAgain = 0
    /// Times that ports of hosts that never answered were asked again so.
    var unheardAsks = 0
    static let unheardAskLimit = 1024
    /// Ports that answered.
    var answers = 0
    /// Packets sent again without a limit of the pace, and since when.
    var resent = 0
    var resentSince: MonotonicTime?
    /// Probes that only measure the pace.
    var controls: [Int32] = []
    /// Falls where the system refuses more.
    var socketLimit: Int
    /// Since when this machine has lacked what the first packet of any probe takes.
    var shortSince: MonotonicTime?
    /// Attempts that a packet is out for.
    var underWay = 0

    /// Results and what the feed reported, in order. The driver takes them.
    var outbox: [ProbeEvent] = []

    private enum SupplyState { case unknown, empty, exhausted }
    /// When the feed is to be asked again though nothing changed.
    private var supplyMoment: MonotonicTime?

    struct Timer: BitwiseCopyable {
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

    private var sendingTime = SendingTime()

    private var effectiveEnd: MonotonicTime? {
        hasEnded ? nil : settings.end(whileOpen: attempts.count, sendingTime: sendingTime.mean, start: start)
    }

    // MARK: - Commands

    /// The next thing to do. Asking counts it as done: each command is given once.
    mutating func next(at now: MonotonicTime) -> Command {
        while true {
            if let command = commands.popFirst() {
                if isStale(command) { continue }
                switch command {
                case .release(let attempt): attempts.free(attempt)
                case .send: if settings.end != nil { sendingTime.recordSend(now) }
                default: break
                }
                return command
            }
            if let end = effectiveEnd, now >= end { endEverything(now) }
            if expireTimer(now) { continue }
            if let moment = supplyMoment, now >= moment { supply(.changed) }
            switch launch(now) {
            case .launched: continue
            case .wantsPorts: return .takePorts
            case .waits(let due):
                if !commands.isEmpty { continue }
                if supplyState == .exhausted, current.chunk < 0, endControls(now) {
                    if commands.isEmpty { return .finished }
                    continue
                }
                sendingTime.recordPause()
                return .wait(until: earliest(due, timers.next, supplyMoment, effectiveEnd))
            }
        }
    }

    /// Whether a command is for an attempt that ended after it was given. Its number is not free before its release is given.
    private func isStale(_ command: Command) -> Bool {
        switch command {
        case .send(let attempt), .sendAgain(let attempt), .readBanner(let attempt), .watch(let attempt), .conclude(let attempt):
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
        case .later(let moment):
            supplyState = .empty
            supplyMoment = moment
        case .changed:
            supplyMoment = nil
            if supplyState == .empty { supplyState = .unknown }
        case .exhausted:
            supplyMoment = nil
            supplyState = .exhausted
        }
    }

    // MARK: - Beginning probes

    /// Whether ports are left that no packet was sent to, or that are to be asked again in turn.
    var mayBegin: Bool { !hasEnded && (supplyState != .exhausted || current.chunk >= 0 || !waitingTurns.isEmpty) }

    private enum Launch {
        case launched
        case wantsPorts
        /// Nothing can begin before that moment; `nil` if an event must happen first.
        case waits(MonotonicTime?)
    }

    private mutating func launch(_ now: MonotonicTime) -> Launch {
        if pace.isOnTrial {
            guard pace.wantsControl else { return .waits(nil) }
            guard pacer.nextDue <= now else { return .waits(pacer.nextDue) }
            if startControl(beside: -1, now) { return .launched }
            pace.endTrial(now)
            followPace(now)
        }
        if let probe = nextTurn() {
            guard pacer.nextDue <= now || pace.rate == nil && settings.rate == nil else { return .waits(pacer.nextDue) }
            if pace.wantsControl, startControl(beside: probe, now) { return .launched }
            guard probes[probe].latest >= 0 || makeRoom() else { return .waits(nil) }
            waitingTurns.removeFirst()
            askAgain(probe, now)
            return .launched
        }
        guard probes.count < (pace.rate == nil ? min(settings.probeLimit, congestion.size) : settings.probeLimit) else {
            return .waits(nil)
        }
        guard current.chunk >= 0, let target = current.target else {
            return supplyState == .unknown && !hasEnded ? .wantsPorts : .waits(nil)
        }
        if settings.rate != nil || pace.rate != nil {
            let due = pacer.nextDue
            guard due <= now else { return .waits(due) }
            if pace.wantsControl, startControl(beside: -1, now) { return .launched }
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

    mutating func addProbe(
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
        return add(probe)
    }

    mutating func add(_ probe: consuming Probe) -> Int32 {
        let index = probes.nextIndex
        // An entry of the timer queue outlives the probe that it was made for.
        probe.timerAt = probes.isNew(index) ? MonotonicTime(nanoseconds: .max) : probes[index].timerAt
        return probes.add(probe)
    }

    mutating func releaseChunk(_ index: Int32) {
        chunks[index]?.holders -= 1
        guard chunks[index]?.holders == 0 else { return }
        chunks[index] = nil
        chunks.free(index)
    }

    // MARK: - Events

    mutating func handle(_ event: Event, of attempt: Int32, at now: MonotonicTime) {
        let probe = attempts[attempt].probe
        guard probe >= 0 else { return }
        guard !probes[probe].isControl else { return handleControl(event, probe, attempt, now) }
        switch event {
        case .underWay:
            shortSince = nil
            isUnderWay(attempt)
            scheduleRetransmission(of: probe, attempt)
        case .connected(let rtt, let retransmits, let isReset):
            shortSince = nil
            probes[probe].rttMicroseconds = rtt ?? 0
            probes[probe].answered = attempts[attempt].number
            probes[probe].kernelRetransmits = retransmits
            connected(probe, attempt, isReset: isReset, now)
        case .received(let bytes, let aftermath, let isEnded):
            if probes[probe].phase != .readingBanner { probes[probe].answered = attempts[attempt].number }
            if let aftermath { probes[probe].note(aftermath, now) }
            if probes[probe].phase == .readingBanner {
                let isCutShort = hasEnded && now < probes[probe].deadline && aftermath == nil
                probes[probe].fate = isEnded ? .ended : isCutShort ? .unknown : .held
            }
            finish(probe, attempt, errno: nil, banner: settings.bannerLimit == nil ? nil : bytes, now)
        case .observed(let aftermath):
            probes[probe].note(aftermath, now)
            if aftermath == .data, settings.settle?.isThorough == true { return }
            probes[probe].fate = aftermath == .data ? .held : .ended
            finish(probe, attempt, errno: nil, now)
        case .held(let isStalled):
            // A run that ends early cuts the time short.
            probes[probe].fate = hasEnded && now < probes[probe].deadline ? .unknown : isStalled ? .stalled : .held
            finish(probe, attempt, errno: nil, now)
        case .receiving(let isLine):
            probes[probe].note(.data, now)
            let quiet = now + (isLine ? Probe.quietAfterLine : Probe.quiet)
            setTimer(of: probe, at: min(quiet, probes[probe].connected + settings.policy.deadline))
        case .failed(.timedOut, _, _, _) where attempt != probes[probe].latest || probes[probe].phase == .awaitingTurn:
            // The kernel gives up on one attempt of several, or on one whose port will be asked again.
            if attempt != probes[probe].latest { end(attempt) }
        case .failed(let errno, let icmp, let cause, let retransmits):
            if probes[probe].isShortage(errno), icmp == nil { return exhausted(probe, attempt, errno, now) }
            shortSince = nil
            probes[probe].cause = cause
            probes[probe].kernelRetransmits = retransmits
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

    private mutating func connected(_ probe: Int32, _ attempt: Int32, isReset: Bool, _ now: MonotonicTime) {
        let readsBanner = settings.bannerLimit.map { $0 > 0 } ?? false
        guard settings.transport == .tcp, isReset || readsBanner || settings.settle != nil else {
            return finish(probe, attempt, errno: nil, now)
        }
        let roundTrip = now - attempts[attempt].sent
        learn(from: probe, sent: attempts[attempt].sent, now)
        endAttempts(of: probe, except: attempt)
        if probes[probe].race >= 0 { decide(race: probes[probe].race, for: probe, now) }
        probes[probe].phase = readsBanner ? .readingBanner : .settling
        probes[probe].connected = now
        if isReset {
            probes[probe].note(.reset, now)
            probes[probe].fate = .ended
            finish(probe, attempt, errno: nil, banner: settings.bannerLimit == nil ? nil : [], now)
        } else if readsBanner {
            setTimer(of: probe, at: now + settings.policy.deadline)
            commands.append(.readBanner(attempt))
        } else {
            setTimer(of: probe, at: now + (settings.settle?.duration(roundTrip: roundTrip) ?? .zero))
            commands.append(.watch(attempt))
        }
    }

    private mutating func silent(_ probe: Int32, _ attempt: Int32, _ now: MonotonicTime) {
        let previous = attempts[attempt].previous
        if previous >= 0 {
            commands.append(.conclude(previous))
        } else if mayAskAgain(probe), slowsDown(for: probe, now) {
            probes[probe].hadItsTime = true
            endAttempts(of: probe)
            awaitTurn(probe, first: false, now)
        } else {
            finish(probe, -1, errno: .timedOut, now)
        }
    }

    // MARK: - Time

    /// When nobody waits for an answer any more. The addresses of a name share the time of their port.
    func deadline(of probe: Int32) -> MonotonicTime {
        let race = probes[probe].race
        if race >= 0, probes[probe].firstOfAsking == 0, let shared = races[race]?.deadline { return shared }
        return probes[probe].asked + settings.policy.deadline
    }

    private mutating func scheduleRetransmission(of probe: Int32, _ attempt: Int32) {
        let left = deadline(of: probe) - attempts[attempt].sent
        guard pace.rate == nil || probes[probe].pacedAsks == 0 || !(mayAskAgain(probe) || hasAnsweringHost(probe)) else {
            // After the last packet an answer has twice the time: those before it are still heard.
            let wait = mayAskAgain(probe) ? pacedWait : Nanoseconds(2 * pacedWait.count)
            return setTimer(of: probe, at: attempts[attempt].sent + min(wait, left))
        }
        let number = Int(probes[probe].sent - probes[probe].firstOfAsking) - 1
        let wait = settings.policy.wait(
            attempt: number,
            elapsed: Nanoseconds(settings.policy.deadline.count - left.count),
            timeout: estimator.timeout,
            isLossy: losses.isLossy || pace.isLossProven
        )
        let isSpread = settings.transport == .tcp && wait < left && probes.count >= ProbeSchedule.manyProbes
        let delay =
            isSpread
            ? settings.policy.spread(wait, attempt: number, left: left, by: probe, isFirstShortened: isUnheardFlood) : wait
        setTimer(of: probe, at: attempts[attempt].sent + delay)
    }

    /// Many ports, and not one answer: a path with a low limit passes the more of them the more evenly they leave.
    private var isUnheardFlood: Bool { answers == 0 && probes.count >= ProbeSchedule.manyUnheard }
    private static let manyUnheard = 64

    /// From this number on, probes are not sent again in one burst: a path that limits the rate would drop the same ports each time.
    static let manyProbes = 8

    /// Each probe has at most one live entry in the queue, rescheduled if it expires too early.
    mutating func setTimer(of probe: Int32, at deadline: MonotonicTime) {
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
        case .awaitingTurn: endOldAttempts(of: probe, by: now)
        case .backingOff: startAttempt(of: probe, now)
        case .readingBanner, .settling: conclude(probe)
        case .awaiting where probes[probe].isControl: endControl(probe, isAnswered: false, now)
        case .awaiting:
            noteSilence(of: probe)
            guard now < deadline(of: probe) else { return conclude(probe) }
            if settings.transport == .udp {
                repeatDatagram(of: probe, now)
            } else if pace.rate != nil, mayAskAgain(probe) {
                awaitTurn(probe, first: true, now)
            } else if pace.rate != nil, probes[probe].pacedAsks > 0 || hasAnsweringHost(probe) {
                conclude(probe)
            } else {
                retransmit(probe, now)
                if pace.rate == nil { watchFlood(beside: probe, now) }
            }
        }
    }

    /// The latest attempt first, then those before it.
    private mutating func conclude(_ probe: Int32) { commands.append(.conclude(probes[probe].latest)) }

    private mutating func repeatDatagram(of probe: Int32, _ now: MonotonicTime) {
        if !probes[probe].hasTurn, let turn = turn(of: probe, now) {
            probes[probe].hasTurn = true
            return setTimer(of: probe, at: min(turn, deadline(of: probe)))
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
        let isSmall = probes.count <= 64
        for probe in probes.indices where probes[probe].phase != .idle {
            switch probes[probe].phase {
            case _ where probes[probe].isControl: endControl(probe, isAnswered: nil, now)
            case .readingBanner, .settling: conclude(probe)
            // Each of thousands would take several system calls, and the driver has just read what was there.
            case .awaiting where probes[probe].latest >= 0 && isSmall: conclude(probe)
            case .backingOff: finish(probe, -1, errno: probes[probe].shortage ?? .timedOut, now)
            default: finish(probe, -1, errno: .timedOut, now)
            }
        }
    }

    /// The run is stopped: nothing new begins.
    ///
    /// - Returns: the attempts that have a connection, whose ports are open whatever the server would still do. The driver concludes them.
    mutating func stop() -> [Int32] {
        hasEnded = true
        isComplete = false
        supplyState = .exhausted
        if current.chunk >= 0, let target = current.target {
            outbox.append(.unreached(ordinal: target.ordinal, ports: target.ports.ports.count))
            let chunk = current.chunk
            current = CurrentChunk()
            releaseChunk(chunk)
        }
        return probes.indices.filter { probes[$0].isConnected }.map { probes[$0].latest }
    }

    /// The run was stopped: probes under way are reported as such, one per port.
    mutating func abandon(at now: MonotonicTime) {
        for probe in probes.indices where probes[probe].isConnected {
            probes[probe].fate = .unknown
            finish(probe, probes[probe].latest, errno: nil, banner: settings.bannerLimit == nil ? nil : [], now)
        }
        for probe in probes.indices
        where probes[probe].phase != .idle && probes[probe].sent > 0 && !probes[probe].isControl {
            let race = probes[probe].race
            guard race < 0 || races[race]?.probes.first == probe else { continue }
            outbox.append(.abandoned(makeResult(probe, -1, errno: .timedOut, icmp: nil, banner: nil, now)))
        }
    }

    // MARK: - Results

    /// Ends a probe: `errno` is `nil` where the port answered, ETIMEDOUT where nothing did; `attempt` is the one that was answered.
    mutating func finish(
        _ probe: Int32,
        _ attempt: Int32,
        errno: Errno?,
        icmp: QueuedError? = nil,
        banner: [UInt8]? = nil,
        _ now: MonotonicTime
    ) {
        let sent = attempt >= 0 ? attempts[attempt].sent : now
        let result = makeResult(probe, attempt, errno: errno, icmp: icmp, banner: banner, now)
        if let address = probes[probe].address, result.isAnsweredByHost {
            answeringHosts.add(address, port: probes[probe].port, isOpen: errno == nil)
        }
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
        answers += 1
        losses.record(answerTo: Int(probes[probe].answered) + Int(probes[probe].kernelRetransmits))
        congestion.adapt(isCongested: losses.isCongested, now, roundTrip: estimator.timeout)
        guard settings.transport == .tcp, settings.rate == nil, settings.policy.retries != 0 else { return }
        let asks = probes[probe].pacedAsks
        // At a limited pace an answer to what was sent before says nothing about the pace.
        guard pace.rate == nil || asks > 0 else { return }
        let wasLimited = pace.rate != nil
        let isLate = wasLimited ? asks > 1 : isRepeated
        _ = pace.recordAnswer(isLate: isLate, isCongested: losses.isCongested, now)
        followPace(now)
    }

    /// - Parameter attempt: the one that was answered, or -1.
    private func makeResult(
        _ index: Int32,
        _ attempt: Int32,
        errno: Errno?,
        icmp: QueuedError?,
        banner: [UInt8]?,
        _ now: MonotonicTime
    ) -> ProbeResult {
        guard let target = chunks[probes[index].chunk]?.target else { preconditionFailure("a probe outlived its chunk") }
        let shown = attempt >= 0 ? attempt : probes[index].latest
        return probes[index].result(
            of: target,
            settings.transport,
            Probe.Outcome(errno: errno, icmp: icmp, banner: banner, local: shown >= 0 ? attempts[shown].local : nil),
            wallTime: wallStart + (now - start).seconds,
            now
        )
    }
}
