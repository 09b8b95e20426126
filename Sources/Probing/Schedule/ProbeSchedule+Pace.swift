import Addresses
import SondeSystem
import SystemPackage

/// On a path that limits the rate of packets: silent ports of a host that answers are asked again, in turn, at the pace that it takes.
extension ProbeSchedule {
    /// The next probe to be asked again.
    mutating func nextTurn() -> Int32? {
        while let turn = waitingTurns.first {
            if probes[turn.probe].ticket == turn.ticket, probes[turn.probe].phase == .awaitingTurn { return turn.probe }
            waitingTurns.removeFirst()
        }
        return nil
    }

    func mayAskAgain(_ probe: Int32) -> Bool {
        guard settings.transport == .tcp, settings.rate == nil, !hasEnded,
            settings.policy.retries.map({ Int(probes[probe].sent) <= $0 }) ?? true
        else { return false }
        let asks = probes[probe].pacedAsks

        // All that was sent to a host may have been dropped. But most hosts of a block are not there.
        return hasAnsweringHost(probe)
            ? asks < Probe.pacedAskLimit && probes[probe].doubt > Probe.leastDoubt
            : asks < Probe.unheardAskLimit && unheardAsks < ProbeSchedule.unheardAskLimit && answeringHosts.control != nil
    }

    func hasAnsweringHost(_ probe: Int32) -> Bool {
        probes[probe].address.map { answeringHosts.contains($0.address) } ?? false
    }

    /// Whether a port's silence may be the path's, which is then asked at a lower pace.
    mutating func slowsDown(for probe: Int32, _ now: MonotonicTime) -> Bool {
        if pace.rate != nil { return true }
        guard !pace.isLossInherent, !pace.isFloodPassed, probes[probe].firstOfAsking == 0,
            pace.isFloodDropped || losses.leavesAnswers(after: Int(probes[probe].sent))
        else { return false }
        slowDown(now)
        return true
    }

    private mutating func slowDown(_ now: MonotonicTime) {
        let elapsed = max(resentSince.map { now - $0 } ?? .zero, .milliseconds(1)).seconds
        pace.slowDown(resentRate: Double(resent) / elapsed, now)
        followPace(now)
    }

    /// - Parameter first: before those that were not asked at this pace yet, so that a loss is soon known.
    mutating func awaitTurn(_ probe: Int32, first: Bool, _ now: MonotonicTime) {
        tickets &+= 1
        if !hasAnsweringHost(probe) { unheardAsks += 1 }
        probes[probe].phase = .awaitingTurn
        probes[probe].ticket = tickets
        let turn = TurnQueue.Turn(probe: probe, ticket: tickets)
        if first, probes[probe].pacedAsks > 0 { waitingTurns.appendUrgent(turn) } else { waitingTurns.append(turn) }
        endOldAttempts(of: probe, by: now)
    }

    /// How long an attempt stays open beside those that leave at a limited pace. A late answer to it still counts. But the kernel sends
    /// the SYN of each open attempt again, at its own times, and thousands of those would take what the path passes.
    private var openTime: Nanoseconds {
        max(
            Nanoseconds(2 * estimator.timeout.count),
            Nanoseconds(Probe.firstKernelRetransmission.count - ProbeSchedule.margin.count)
        )
    }

    private static let margin = Nanoseconds.milliseconds(50)

    /// Ends the attempts that are too old by then, and looks again when the next one will be.
    mutating func endOldAttempts(of probe: Int32, by moment: MonotonicTime) {
        var attempt = probes[probe].latest
        var oldest: MonotonicTime?
        while attempt >= 0 {
            let (previous, sent) = (attempts[attempt].previous, attempts[attempt].sent)
            if moment >= sent + openTime { end(attempt) } else { oldest = sent }
            attempt = previous
        }
        if let oldest, probes[probe].phase == .awaitingTurn { setTimer(of: probe, at: oldest + openTime) }
    }

    mutating func askAgain(_ probe: Int32, _ now: MonotonicTime) {
        guard pace.rate != nil else { return goOn(probe, now) }
        // By the next look at them, some would be too old.
        endOldAttempts(of: probe, by: now + pacedWait)
        if probes[probe].pacedAsks == 0 { askedAgain += 1 }
        // A port's time begins anew with its first packet at this pace, or where it waited for its turn too long.
        let isFirst = probes[probe].pacedAsks == 0 || now + Probe.leastPacedWait > deadline(of: probe)
        if isFirst { probes[probe].firstOfAsking = probes[probe].sent }
        retransmit(probe, now)
    }

    /// The limit was lifted while the probe waited for its turn.
    private mutating func goOn(_ probe: Int32, _ now: MonotonicTime) {
        guard !probes[probe].hadItsTime || !pace.isLossProven else { return finish(probe, -1, errno: .timedOut, now) }
        if now + Probe.leastPacedWait > deadline(of: probe) { probes[probe].firstOfAsking = probes[probe].sent }
        retransmit(probe, now)
    }

    /// A packet that left at a limited pace was not answered.
    mutating func noteSilence(of probe: Int32) {
        guard pace.rate != nil, probes[probe].pacedAsks > 0 else { return }
        probes[probe].doubt *= Float(pace.doubt)
    }

    /// How long an answer to a packet takes at a limited pace before it counts as lost.
    var pacedWait: Nanoseconds { max(estimator.timeout, Probe.leastPacedWait) }

    /// The pace changed from or to unlimited, or to another one.
    mutating func followPace(_ now: MonotonicTime) {
        guard settings.rate == nil, pacer.rate != pace.rate else { return }
        pacer.setRate(pace.rate, now)
    }

    // MARK: - Controls

    /// Asks a port once more that has answered, where the pace is to be known and most ports are silent.
    ///
    /// - Parameter probe: the one whose host is asked if it has such a port, or -1.
    mutating func startControl(beside probe: Int32, _ now: MonotonicTime) -> Bool {
        guard var (address, port) = answeringHosts.control, makeRoom() else { return false }
        if probe >= 0, let own = probes[probe].address, let answering = answeringHosts.port(of: own.address) {
            (address, port) = (own, answering)
        }
        var control = Probe()
        control.isControl = true
        control.address = address
        control.port = port
        control.ticket = pace.recordControl()
        let index = add(control)
        controls.append(index)
        startAttempt(of: index, now)
        return true
    }

    /// Without a limit, a control accompanies every 16th packet that is sent again.
    mutating func watchFlood(beside probe: Int32, _ now: MonotonicTime) {
        guard settings.transport == .tcp, settings.rate == nil, settings.policy.retries != 0, !pace.isLossInherent,
            probes.count >= ProbeSchedule.manyProbes
        else { return }
        if resent == 0 { resentSince = now }
        resent += 1
        // Where most ports answer, the pace is found without a pause.
        if pace.isFloodSurelyDropped, probes.count > 4 * answers { slowDown(now) }
        guard resent % ProbeSchedule.resentPerControl == 0, resent <= ProbeSchedule.watchedResends else { return }
        _ = startControl(beside: probe, now)
    }

    private static let resentPerControl = 16
    private static let watchedResends = 1024

    mutating func handleControl(_ event: Event, _ control: Int32, _ attempt: Int32, _ now: MonotonicTime) {
        switch event {
        case .underWay:
            isUnderWay(attempt)
            setTimer(of: control, at: now + pacedWait)
        case .connected, .failed(.connectionRefused, _, _, _): endControl(control, isAnswered: true, now)
        case .silent: endControl(control, isAnswered: false, now)
        default: endControl(control, isAnswered: nil, now)
        }
    }

    /// - Parameter isAnswered: `nil` where that is not known.
    mutating func endControl(_ control: Int32, isAnswered: Bool?, _ now: MonotonicTime) {
        endAttempts(of: control)
        probes[control].phase = .idle
        probes.free(control)
        controls.removeAll { $0 == control }
        guard let isAnswered else {
            pace.endTrial(now)
            return followPace(now)
        }
        pace.recordControl(isAnswered: isAnswered, window: probes[control].ticket, now)
        followPace(now)
    }

    /// Whether nothing but controls is under way, which are then of no more use.
    mutating func endControls(_ now: MonotonicTime) -> Bool {
        guard probes.count == controls.count else { return false }
        while let control = controls.last { endControl(control, isAnswered: nil, now) }
        return true
    }
}
