import Addresses
import SondeSystem

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
        settings.transport == .tcp && settings.rate == nil && !hasEnded
            && probes[probe].pacedAsks < Probe.pacedAskLimit(isLosing: pace.isLosing)
            && settings.policy.retries.map({ Int(probes[probe].sent) <= $0 }) ?? true && hasAnsweringHost(probe)
    }

    func hasAnsweringHost(_ probe: Int32) -> Bool {
        probes[probe].address.map { answeringHosts.contains($0.address) } ?? false
    }

    /// - Parameter first: before those that were not asked at this pace yet, so that a loss is soon known.
    mutating func awaitTurn(_ probe: Int32, first: Bool) {
        tickets &+= 1
        probes[probe].phase = .awaitingTurn
        probes[probe].ticket = tickets
        let turn = TurnQueue.Turn(probe: probe, ticket: tickets)
        if first, probes[probe].pacedAsks > 0 { waitingTurns.appendUrgent(turn) } else { waitingTurns.append(turn) }
    }

    /// Earlier attempts stay open: a late answer to one of them still counts.
    mutating func askAgain(_ probe: Int32, _ now: MonotonicTime) {
        if probes[probe].pacedAsks == 0 { askedAgain += 1 }
        // A port's time begins anew with its first packet at this pace, or where it waited for its turn too long.
        let isFirst = probes[probe].pacedAsks == 0 || now + Probe.leastPacedWait > deadline(of: probe)
        if isFirst { probes[probe].firstOfAsking = probes[probe].sent }
        retransmit(probe, now)
    }

    /// The pace changed from or to unlimited, or to another one.
    mutating func followPace(_ now: MonotonicTime) {
        guard settings.rate == nil, pacer.rate != pace.rate else { return }
        pacer.setRate(pace.rate, now)
    }
}
