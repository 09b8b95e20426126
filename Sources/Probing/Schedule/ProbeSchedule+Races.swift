import Addresses
import Dialing
import SondeSystem

/// Several addresses of one host: which is tried when, and what becomes of the others.
extension ProbeSchedule {
    mutating func startRace(_ chunk: Int32, _ portIndex: Int32, _ addressCount: Int, _ now: MonotonicTime) {
        // The chunk stays while the race does, also between two attempts.
        chunks[chunk]?.holders += 1
        let limit = settings.policy.deadline
        let race = AddressRace(chunk: chunk, portIndex: portIndex, addressCount: addressCount, start: now, limit: limit)
        advanceRace(races.add(race), now)
    }

    /// One address is connected: no other is tried any more.
    mutating func decide(race index: Int32, for winner: Int32, _ now: MonotonicTime) {
        races[index]?.isDecided = true
        for probe in races[index]?.probes ?? [] where probe != winner { leave(probe, race: index, now) }
        races[index]?.probes = [winner]
    }

    /// Ends a probe of a race that another address has won.
    private mutating func leave(_ probe: Int32, race index: Int32, _ now: MonotonicTime) {
        if let address = probes[probe].address, probes[probe].sent > 0 {
            races[index]?.outcomes.append(AddressOutcome(address: address, verdict: nil, elapsed: now - probes[probe].started))
        }
        endAttempts(of: probe)
        releaseChunk(probes[probe].chunk)
        probes[probe].phase = .idle
        probes.free(probe)
    }

    /// Begins what RFC 8305 lets begin now.
    mutating func advanceRace(_ index: Int32, _ now: MonotonicTime) {
        while let race = races[index], !race.isDecided {
            guard !hasEnded, now < race.deadline else { return race.probes.isEmpty ? end(race: index, now) : () }
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
                return end(race: index, now)
            }
        }
    }

    /// One address has its result.
    mutating func settle(race index: Int32, _ probe: Int32, _ result: ProbeResult, _ now: MonotonicTime) {
        races[index]?.settle(probe, result)
        if result.verdict.state == .open { end(race: index, now) } else { advanceRace(index, now) }
    }

    private mutating func end(race index: Int32, _ now: MonotonicTime) {
        for probe in races[index]?.probes ?? [] { leave(probe, race: index, now) }
        guard let race = races[index] else { return }
        if let best = race.best { outbox.append(.result(best.beside(race.outcomes))) }
        races[index] = nil
        races.free(index)
        releaseChunk(race.chunk)
    }
}
