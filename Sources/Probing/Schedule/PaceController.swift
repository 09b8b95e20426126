import SondeSystem

/// Finds the pace that a path with a packet-rate limit takes.
///
/// Such a path (a policer in a router, a firewall's SYN limit) passes a fixed number of packets per second and drops the rest without
/// a word. It looks like loss, but loss does not depend on the pace. So the sign of a limit is that of many packets few are
/// answered, and most answers follow a retransmission. From then on packets leave at the measured pace, which grows
/// until answers get late again (additive increase, multiplicative decrease). Where the share of late answers stays the same at
/// lower paces, the path loses packets by itself, and the limit is lifted for good.
///
/// Ports that a firewall drops say nothing of the pace. Where most are silent, ports that are known to answer are asked once more
/// beside them (controls): the share of those that stay silent is what the path drops.
struct PaceController: BitwiseCopyable {
    /// Packets per second; `nil` for no limit.
    private(set) var rate: Double?
    /// The path loses packets whatever the pace.
    private(set) var isLossInherent = false
    /// A trial has shown it, before anything else was sent at a lower pace.
    private(set) var isLossProven = false
    /// The limited pace, once fewer packets were lost at it: only then is it the pace that the path takes.
    var confirmedRate: Double? { isConfirmed ? rate : nil }
    private var isConfirmed = false
    /// Whether packets got lost at the latest pace, as far as is known.
    private(set) var isLosing = false
    /// The share of packets that got lost at the latest pace, as far as is known.
    private var lossShare = 0.3
    /// The share of packets that were answered then.
    private var answeredShare = 0.0
    /// Just below the latest pace that lost packets. It rises while none are lost there, because others may have been the cause.
    private var ceiling = Double.infinity

    private var windowStart = MonotonicTime(nanoseconds: .min)
    /// Of the current window, which controls carry so that each counts for the pace that it left at.
    private(set) var window: UInt32 = 0
    private var sent = 0
    private var answered = 0
    private var late = 0
    private var controls = Controls()
    /// Those that left before there was a limit.
    private var floodControls = Controls()
    /// What came through in the window before, packets per second.
    private var passing = 0.0
    /// Whether nothing but controls leaves: what they lose then, the path loses whatever the pace.
    private(set) var isOnTrial = false
    /// Controls that it takes.
    private var trialSize = PaceController.shortTrial
    /// The pace that follows the trial.
    private var paceAfterTrial = PaceController.firstRate
    /// Windows in a row that lost much at a reduced pace, or something at one that had passed.
    private var lossyWindows = 0
    /// Late answers without a limit, and the first one.
    private var lateAnswers = 0
    private var lateSince: MonotonicTime?

    private struct Controls: BitwiseCopyable {
        var sent = 0
        var answered = 0
        var lost = 0

        var known: Int { answered + lost }
        /// Enough to say what share of packets is lost.
        var isTelling: Bool { known >= 4 }
        var lossShare: Double { Double(lost) / Double(max(1, known)) }
        /// More would only delay what they say.
        var areEnough: Bool { sent >= 8 }
    }

    private static let shortestWindow = Nanoseconds.milliseconds(100)
    private static let usualWindow = Nanoseconds.milliseconds(300)
    private static let longestWindow = Nanoseconds.milliseconds(1000)
    /// Where controls were sent whose fate is not known yet.
    private static let longestControlWindow = Nanoseconds.milliseconds(3000)
    /// Packets that must have left before a limit is assumed.
    private static let leastSent = 64
    private static let leastAnswered = 40
    static let leastRate = 5.0
    /// Where a pace that was not measured begins.
    private static let firstRate = 20.0

    mutating func recordSend(_ now: MonotonicTime) {
        sent += 1
        if rate != nil { _ = adapt(now) }
    }

    /// - Parameters:
    ///   - isLate: whether the answer came only after a retransmission; at a limited pace, of one that left at that pace.
    ///   - isCongested: whether a large share of the latest answers was late.
    /// - Returns: whether the pace has just been limited, or the limit was lifted.
    mutating func recordAnswer(isLate: Bool, isCongested: Bool, _ now: MonotonicTime) -> Bool {
        guard !isLossInherent else { return false }
        answered += 1
        if isLate { late += 1 }
        return rate == nil ? watchFlood(isLate, isCongested, now) : adapt(now)
    }

    // MARK: - Without a limit

    private mutating func watchFlood(_ isLate: Bool, _ isCongested: Bool, _ now: MonotonicTime) -> Bool {
        if isLate {
            if lateAnswers == 0 { lateSince = now }
            lateAnswers += 1
        }
        guard windowStart.nanoseconds != .min, now - windowStart < PaceController.longestWindow else {
            // The burst that the limit lets through at first is no measure: a window begins with a late answer.
            if isLate { begin(now) } else { windowStart = MonotonicTime(nanoseconds: .min) }
            return false
        }
        let elapsed = now - windowStart
        guard isCongested, elapsed >= PaceController.shortestWindow, sent >= PaceController.leastSent, answered * 4 < sent else {
            return false
        }
        isLosing = true
        rate = max(PaceController.leastRate, Double(answered) / elapsed.seconds)
        begin(now)
        return true
    }

    /// Limits the pace where too few answers came to measure one.
    ///
    /// It begins with a trial: a few controls, and nothing else, at a pace that most limits pass.
    ///
    /// - Parameter resentRate: packets per second that were sent again.
    mutating func slowDown(resentRate: Double, _ now: MonotonicTime) {
        guard rate == nil, !isLossInherent else { return }
        let elapsed = max(lateSince.map { now - $0 } ?? .zero, PaceController.longestWindow).seconds
        let passed = floodControls.isTelling ? resentRate * (1 - floodControls.lossShare) : 0
        paceAfterTrial = max(PaceController.firstRate, Double(lateAnswers) / elapsed, passed * PaceController.caution)
        rate = PaceController.trialRate
        isOnTrial = true
        trialSize = PaceController.shortTrial
        begin(now)
    }

    private static let caution = 0.75
    private static let trialRate = 40.0
    private static let shortTrial = 12
    private static let longTrial = 24

    /// No control can be sent, or the fate of one will not be known.
    mutating func endTrial(_ now: MonotonicTime) {
        guard isOnTrial else { return }
        isOnTrial = false
        rate = paceAfterTrial
        begin(now)
    }

    /// A limit loses more of a flood than of a few packets, and nearly all of it. Twelve controls may be too few to say which it is.
    ///
    /// - Returns: whether the limit was lifted.
    private mutating func judgeTrial(_ now: MonotonicTime) -> Bool {
        let (lossShare, floodShare) = (controls.lossShare, floodControls.lossShare)
        let mayBeLoss =
            lossShare > 1.0 / 8 && floodShare < PaceController.floodLoss && floodControls.known >= PaceController.certain
        let isLoss = mayBeLoss && lossShare > max(1.0 / 4, floodShare * (trialSize == PaceController.longTrial ? 0.5 : 0.75))
        if mayBeLoss, !isLoss, trialSize < PaceController.longTrial {
            trialSize += PaceController.shortTrial
            return false
        }
        endTrial(now)
        guard isLoss else { return false }
        rate = nil
        isLossInherent = true
        isLossProven = true
        return true
    }

    /// The share of a flood that a limit drops at least, as against a path that loses packets and still is of use.
    private static let floodLoss = 0.92
    /// Number of controls whose share of losses can be compared.
    private static let certain = 16

    // MARK: - With one

    /// Whether a port that is known to answer is to be asked next.
    var wantsControl: Bool {
        if isOnTrial { return controls.sent < trialSize }
        guard let rate, answered * 2 < sent, !controls.areEnough else { return false }
        // Not at equal distances, which may be in step with what the path passes.
        let spacing = rate < 40 || ceiling == .infinity ? 2 : 8
        return sent >= spacing * controls.sent + 1 + Int(window &* 5 &+ UInt32(controls.sent) &* 3) % spacing
    }

    /// How likely it is, at most, that a packet without an answer was lost. Where most ports answer, those that do not are few, and
    /// asking them more often costs little.
    var doubt: Double { min(0.9, max(lossShare, answeredShare / 2, PaceController.leastDoubt)) }

    private static let leastDoubt = 0.05

    /// Whether the controls that left without a limit say that there is one.
    var isFloodDropped: Bool { floodControls.isTelling && floodControls.lossShare > 1.0 / 3 }

    /// Whether they say that most packets pass: what several packets found silent is silent.
    var isFloodPassed: Bool { floodControls.known >= PaceController.certain && floodControls.lossShare < 1.0 / 3 }

    /// Whether they say so before the ports' time is over: most of many were lost.
    var isFloodSurelyDropped: Bool { floodControls.known >= PaceController.certain && floodControls.lossShare > 0.5 }

    /// - Returns: what the control's fate is to be recorded with.
    mutating func recordControl() -> UInt32 {
        guard rate != nil else { return PaceController.flood }
        controls.sent += 1
        return window
    }

    private static let flood = UInt32.max

    /// - Parameter window: the one in which the control left.
    mutating func recordControl(isAnswered: Bool, window: UInt32, _ now: MonotonicTime) {
        if window == PaceController.flood {
            if isAnswered { floodControls.answered += 1 } else { floodControls.lost += 1 }
            return
        }
        guard rate != nil, window == self.window else { return }
        if isAnswered { controls.answered += 1 } else { controls.lost += 1 }
        _ = adapt(now)
    }

    private mutating func adapt(_ now: MonotonicTime) -> Bool {
        guard let current = rate else { return false }
        if isOnTrial { return controls.sent >= trialSize && controls.known == controls.sent && judgeTrial(now) }
        let elapsed = now - windowStart
        guard isWindowOver(after: elapsed) else { return false }
        let seconds = max(elapsed, PaceController.shortestWindow).seconds
        let isTelling = controls.isTelling
        answeredShare = Double(answered) / Double(max(1, sent))
        lossShare = isTelling ? controls.lossShare : Double(late) / Double(max(1, answered))
        // Late answers alone may belong to packets that were lost at an earlier pace.
        isLosing =
            isTelling
            ? controls.lost * 8 > controls.known
            : late > 1 && late * 25 > answered && answered * 100 < sent * 88
        let isLosingMuch = isLosing && lossShare > 1.0 / 3 && (isTelling || answered >= PaceController.leastAnswered)
        if !isLosingMuch, isTelling || answered >= PaceController.leastAnswered { isConfirmed = true }
        // A path that loses as much at the pace that passed before does not mind the pace.
        let isAsBefore =
            isTelling && floodControls.isTelling && lossShare > floodControls.lossShare * 0.75 && current <= passing
        // What came through once, a limit passes again.
        let isBelowLimit = isTelling && isLosing && current <= passing
        if isTelling { passing = current * (1 - lossShare) }
        if isLosingMuch {
            lossyWindows += isAsBefore ? 2 : 1
        } else if isBelowLimit {
            lossyWindows += 1
        } else if isTelling || answered >= PaceController.leastAnswered {
            lossyWindows = 0
        }
        guard lossyWindows <= 4 else {
            rate = nil
            isLossInherent = true
            return true
        }
        if isLosing, isTelling {
            // What is lost has to be sent to every silent port again.
            let throughput = max(PaceController.leastRate, current * max(0.5, 1 - lossShare))
            ceiling = throughput
            rate = throughput * 0.95
        } else if isLosing {
            // What came through is what the path takes; of silent ports as much as of the others.
            let throughput = max(Double(answered), min(Double(sent), current * seconds) * (1 - lossShare)) / seconds
            // A pace a little too high costs some packets, but wastes nothing of what the path takes.
            ceiling = max(PaceController.leastRate, throughput * 1.12)
            rate = max(PaceController.leastRate, max(current * 0.5, min(current * 0.97, throughput * 1.04)))
        } else if isTelling, ceiling == .infinity {
            rate = current * 2
        } else if isTelling || late == 0 || answered * 100 > sent * 94 {
            if current >= ceiling { ceiling *= isTelling && controls.lost == 0 ? 1.05 : 1 + 0.03 * seconds }
            rate = min(ceiling, current * (1 + 0.2 * min(1, seconds)))
        }
        begin(now)
        return false
    }

    private func isWindowOver(after elapsed: Nanoseconds) -> Bool {
        let needsControls = answered * 2 < sent && controls.sent > 0
        if !needsControls, answered >= PaceController.leastAnswered, elapsed >= PaceController.usualWindow { return true }
        guard controls.sent > 0 else { return elapsed >= PaceController.longestWindow }
        // An answer is known sooner than a loss: only together they are the share.
        let isKnown = controls.known == controls.sent && controls.isTelling
        let isLong = elapsed >= (controls.areEnough ? PaceController.usualWindow : PaceController.longestWindow)
        return isKnown && isLong || elapsed >= PaceController.longestControlWindow
    }

    private mutating func begin(_ now: MonotonicTime) {
        windowStart = now
        window &+= 1
        (sent, answered, late) = (0, 0, 0)
        controls = Controls()
    }
}
