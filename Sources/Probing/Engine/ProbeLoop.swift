import Addresses
import Glibc
import SondeSystem
import SystemPackage

/// One thread's share of a run: takes stretches of ports from the feed, keeps as many probes under way as it may, and hands on what
/// comes of them.
///
/// What is known at once never goes through epoll: the answer of a loopback port is there when connect(2) returns, and a second
/// connect(2) tells it and makes the socket ready for the next port.
struct ProbeLoop: ~Copyable {
    let configuration: ProbeConfiguration
    let feed: TargetFeed
    let control: RunControl
    let deliver: @Sendable ([ProbeEvent]) -> Void
    /// Each loop hears it, since any of them may be the last one that has work.
    let stop: StopToken?

    var events: EventLoop
    let waker: LoopWaker
    var sockets = SocketPool()
    var slots: [ProbeSlot] = []
    var freeSlots: [Int32] = []
    /// How many probes may be under way: less than the budget after the system refused more.
    var slotLimit: Int
    var units: [ActiveUnit?] = []
    var freeUnits: [Int32] = []
    var races: [AddressRace?] = []
    var freeRaces: [Int32] = []
    var timers = TimerQueue<Timer>()
    var estimator = RoundTripEstimator()
    var losses = LossMeter()
    var refusals = ICMPRateLimiter()
    var congestion: CongestionWindow
    var pacer: Pacer
    var outbox: [ProbeEvent] = []
    private var current: Int32 = -1
    private var currentPort = 0

    struct Timer: BitwiseCopyable {
        enum Kind: UInt8, BitwiseCopyable { case slot, race }
        let kind: Kind
        let index: Int32
        let at: MonotonicTime
    }

    /// A stretch of ports some of which are under way.
    struct ActiveUnit {
        let unit: WorkUnit
        var outstanding: Int
    }

    private enum Token {
        static let waker = UInt64.max
        static let signals = UInt64.max - 1
    }

    /// Launches between two looks at what has come back.
    private static let burst = 64
    /// Ports taken from the feed at once.
    private static let stretch = 128

    init(
        configuration: ProbeConfiguration,
        feed: TargetFeed,
        control: RunControl,
        slotLimit: Int,
        stop: StopToken?,
        deliver: @escaping @Sendable ([ProbeEvent]) -> Void
    ) throws(SystemError) {
        let events = try naming("epoll_create1") { () throws(Errno) in try EventLoop(batchSize: 512) }
        let waker = try naming("eventfd") { () throws(Errno) in try LoopWaker() }
        try naming("epoll_ctl") { () throws(Errno) in
            try events.add(waker.borrowed, for: .readable, token: Token.waker)
            if let stop { try events.add(stop.stopped, for: .readable, token: Token.signals) }
        }
        feed.register(waker)
        control.register(waker)
        self.configuration = configuration
        self.feed = feed
        self.control = control
        self.slotLimit = slotLimit
        self.stop = stop
        self.deliver = deliver
        pacer = Pacer(rate: configuration.rate, start: .now)
        congestion = CongestionWindow(limit: slotLimit)
        self.events = events
        self.waker = waker
    }

    var activeCount: Int { slots.count - freeSlots.count }

    /// Runs until the feed is at its end and every probe has a result, or until the run is stopped.
    mutating func run() throws(SystemError) {
        while !control.isStopped {
            let supply = launchBurst()
            expireTimers()
            if case .exhausted = supply, activeCount == 0 { break }
            flush()
            let deadline = nextTurn(supply)
            let count = try naming("epoll_wait") { () throws(Errno) in try events.wait(until: deadline) }
            for index in 0..<count { handle(events.event(index)) }
        }
        flush()
    }

    private func nextTurn(_ supply: Supply) -> MonotonicTime? {
        switch supply {
        case .more: return MonotonicTime(nanoseconds: 0)
        case .due(let time): return min(time, timers.next ?? time)
        case .full, .later, .exhausted: return timers.next
        }
    }

    private mutating func handle(_ event: EventLoop.Event) {
        switch event.token {
        case Token.waker:
            waker.drain()
        case Token.signals:
            control.stop()
        default:
            let slot = sockets.owner(of: Int32(truncatingIfNeeded: event.token))
            if slot >= 0 { resume(slot, event.readiness) }
        }
    }

    private mutating func resume(_ slot: Int32, _ readiness: Readiness) {
        switch slots[Int(slot)].phase {
        case .connecting: resumeConnecting(slot, readiness)
        case .readingBanner: readBanner(slot)
        case .awaitingDatagram: resumeDatagram(slot)
        case .idle, .backingOff: break
        }
    }

    private mutating func flush() {
        guard !outbox.isEmpty else { return }
        deliver(outbox)
        outbox.removeAll(keepingCapacity: true)
    }

    // MARK: - Taking work

    private enum Supply {
        /// More can be launched at once.
        case more
        /// No slot is free.
        case full
        /// The rate allows the next attempt at that time.
        case due(MonotonicTime)
        /// The feed has nothing now.
        case later
        case exhausted
    }

    private mutating func launchBurst() -> Supply {
        for _ in 0..<ProbeLoop.burst {
            guard activeCount < min(slotLimit, congestion.size) else { return .full }
            if configuration.rate != nil {
                let due = pacer.nextDue
                guard due <= .now else { return .due(due) }
            }
            if current < 0 {
                switch feed.next(limit: ProbeLoop.stretch, events: &outbox) {
                case .unit(let unit): adopt(unit)
                case .later: return .later
                case .end: return .exhausted
                }
            }
            launchNextPort()
        }
        return .more
    }

    private mutating func adopt(_ unit: WorkUnit) {
        let active = ActiveUnit(unit: unit, outstanding: 1)
        if let index = freeUnits.popLast() {
            units[Int(index)] = active
            current = index
        } else {
            current = Int32(units.count)
            units.append(active)
        }
        currentPort = unit.ports.lowerBound
    }

    private mutating func launchNextPort() {
        guard let unit = units[Int(current)]?.unit else { return }
        let slot = takeSlot(unit: current, portIndex: Int32(currentPort))
        currentPort += 1
        if unit.target.addresses.count > 1 { slots[Int(slot)].race = makeRace(unit.target, slot) }
        let finished = currentPort == unit.ports.upperBound ? current : -1
        if finished >= 0 { current = -1 }
        launch(slot)
        if finished >= 0 { releaseUnit(finished) }
    }

    mutating func releaseUnit(_ index: Int32) {
        units[Int(index)]?.outstanding -= 1
        guard units[Int(index)]?.outstanding == 0 else { return }
        units[Int(index)] = nil
        freeUnits.append(index)
    }

    // MARK: - Slots

    mutating func takeSlot(unit: Int32, portIndex: Int32) -> Int32 {
        let index: Int32
        if let free = freeSlots.popLast() {
            index = free
        } else {
            index = Int32(slots.count)
            slots.append(ProbeSlot())
        }
        let timerAt = slots[Int(index)].timerAt
        slots[Int(index)] = ProbeSlot()
        slots[Int(index)].timerAt = timerAt
        slots[Int(index)].unit = unit
        slots[Int(index)].portIndex = portIndex
        units[Int(unit)]?.outstanding += 1
        return index
    }

    mutating func freeSlot(_ slot: Int32) {
        let unit = slots[Int(slot)].unit
        slots[Int(slot)].phase = .idle
        slots[Int(slot)].unit = -1
        freeSlots.append(slot)
        releaseUnit(unit)
    }

    func unit(of slot: Int32) -> WorkUnit {
        guard let unit = units[Int(slots[Int(slot)].unit)]?.unit else { preconditionFailure("a slot outlived its unit") }
        return unit
    }

    func port(of slot: Int32) -> UInt16 { unit(of: slot).target.ports.ports[Int(slots[Int(slot)].portIndex)] }

    func address(of slot: Int32) -> ResolvedAddress? {
        let addresses = unit(of: slot).target.addresses
        return addresses.isEmpty ? nil : addresses[Int(slots[Int(slot)].addressIndex)]
    }

    /// Begins the first attempt, or the one after a back-off.
    mutating func launch(_ slot: Int32) {
        let now = MonotonicTime.now
        if slots[Int(slot)].started.nanoseconds == 0 { slots[Int(slot)].started = now }
        slots[Int(slot)].sent = now
        pacer.recordAttempt(now)
        switch configuration.transport {
        case .udp where unit(of: slot).target.unixPath == nil: sendDatagram(slot)
        default: connect(slot)
        }
    }

    // MARK: - Time

    /// Sets when the slot is looked at next; it has one live entry in the queue at most, moved on when it comes up too early.
    mutating func schedule(_ slot: Int32, at deadline: MonotonicTime) {
        slots[Int(slot)].deadline = deadline
        guard deadline < slots[Int(slot)].timerAt else { return }
        slots[Int(slot)].timerAt = deadline
        timers.schedule(Timer(kind: .slot, index: slot, at: deadline), at: deadline)
    }

    /// The deadline of the attempt that has just begun.
    mutating func scheduleAttempt(_ slot: Int32) {
        let probe = slots[Int(slot)]
        let wait = configuration.policy.wait(
            attempt: Int(probe.attempt),
            elapsed: probe.sent - probe.started,
            timeout: estimator.timeout,
            isLossy: losses.isLossy
        )
        schedule(slot, at: probe.sent + wait)
    }

    private mutating func expireTimers() {
        guard !timers.isEmpty else { return }
        let now = MonotonicTime.now
        while let timer = timers.popDue(now) {
            switch timer.kind {
            case .slot: expire(timer, now)
            case .race: startNextAddress(race: timer.index, at: timer.at)
            }
        }
    }

    private mutating func expire(_ timer: Timer, _ now: MonotonicTime) {
        let index = Int(timer.index)
        guard slots[index].timerAt == timer.at else { return }
        slots[index].timerAt = MonotonicTime(nanoseconds: .max)
        guard slots[index].phase != .idle else { return }
        guard slots[index].deadline <= now else { return schedule(timer.index, at: slots[index].deadline) }
        switch slots[index].phase {
        case .connecting: expireConnecting(timer.index, now)
        case .awaitingDatagram: expireDatagram(timer.index, now)
        case .readingBanner: finishBanner(timer.index, [])
        case .backingOff: launch(timer.index)
        case .idle: break
        }
    }
}
