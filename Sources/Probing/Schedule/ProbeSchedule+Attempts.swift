import Addresses
import SondeSystem
import SystemPackage

/// The attempts of the probes, each with a socket: how one begins, stays open beside those that follow it, and ends.
extension ProbeSchedule {
    /// Sends a probe: for the first time, again, or after a back-off.
    mutating func startAttempt(of probe: Int32, _ now: MonotonicTime) {
        if probes[probe].sent == 0 { probes[probe].started = now }
        if probes[probe].sent == probes[probe].firstOfAsking { probes[probe].asked = now }
        if probes[probe].begun.nanoseconds == 0 { probes[probe].begun = now }
        if pace.rate != nil { probes[probe].pacedAsks &+= 1 }
        if !probes[probe].isControl { pace.recordSend(now) }
        let previous = probes[probe].latest
        let attempt = attempts.add(Attempt(probe: probe, previous: previous, number: probes[probe].sent, sent: now))
        if previous >= 0 { superseded.append(previous, in: &attempts) }
        probes[probe].latest = attempt
        probes[probe].sent += 1
        probes[probe].phase = .awaiting
        pacer.recordAttempt(now)
        followPace(now)
        commands.append(.send(attempt))
    }

    /// Makes sure that one more socket may be in use, by ending the oldest attempt that another one followed.
    mutating func makeRoom() -> Bool {
        guard attempts.count >= socketLimit else { return true }
        guard let oldest = superseded.oldest else { return false }
        end(oldest)
        return true
    }

    /// Whether an answer to the attempt is still wanted. Between its end and its release its socket may have news.
    func isOpen(_ attempt: Int32) -> Bool { attempts[attempt].probe >= 0 }

    /// The local address and port that the attempt left from.
    mutating func setLocal(_ endpoint: Endpoint, of attempt: Int32) { attempts[attempt].local = endpoint }

    /// What this machine's own sockets say of the attempt's port; before its outcome is reported.
    mutating func setListener(_ listener: LocalListener?, of attempt: Int32) {
        let probe = attempts[attempt].probe
        if probe >= 0 { probes[probe].listener = listener }
    }

    /// What on this machine may be why no answer arrives; before the silence is reported.
    mutating func setCause(_ cause: LocalCause, of attempt: Int32) {
        let probe = attempts[attempt].probe
        if probe >= 0 { probes[probe].cause = cause }
    }

    /// How long ago the attempt was sent.
    func age(of attempt: Int32, at now: MonotonicTime) -> Nanoseconds { now - attempts[attempt].sent }

    /// Whether the kernel's own retransmissions count, and there may be some: beside those of sonde they do not.
    func countsKernelRetransmissions(of attempt: Int32, at now: MonotonicTime) -> Bool {
        settings.policy.retries == 0 && age(of: attempt, at: now) >= Probe.firstKernelRetransmission
    }

    /// - Precondition: the attempt is open.
    func destination(of attempt: Int32) -> Destination {
        let probe = attempts[attempt].probe
        guard let address = probes[probe].address else {
            return Destination(address: nil, port: 0, unixPath: chunks[probes[probe].chunk]?.target.unixPath)
        }
        return Destination(address: address, port: probes[probe].port, unixPath: nil)
    }

    mutating func isUnderWay(_ attempt: Int32) {
        guard !attempts[attempt].isUnderWay else { return }
        attempts[attempt].isUnderWay = true
        underWay += 1
    }

    /// Once more, beside what is under way, or in the place of the latest one where sockets are short.
    mutating func retransmit(_ probe: Int32, _ now: MonotonicTime) {
        if !makeRoom(), probes[probe].latest >= 0 { end(probes[probe].latest) }
        startAttempt(of: probe, now)
    }

    /// A connection of this machine to itself is no answer: once more, from another port.
    mutating func metItself(_ probe: Int32, _ attempt: Int32, _ now: MonotonicTime) {
        probes[probe].selfConnects += 1
        guard probes[probe].selfConnects < Probe.selfConnectLimit else {
            return finish(probe, attempt, errno: .addressNotAvailable, now)
        }
        probes[probe].sent -= 1
        end(attempt)
        startAttempt(of: probe, now)
    }

    // MARK: - Shortages

    /// This machine ran out of something. Fewer sockets from now on, and the attempt again later; an error after about four seconds.
    mutating func exhausted(_ probe: Int32, _ attempt: Int32, _ errno: Errno, _ now: MonotonicTime) {
        let isDescriptor = errno == .tooManyOpenFiles || errno == .tooManyOpenFilesInSystem
        if isDescriptor { socketLimit = max(1, min(socketLimit, attempts.count - 1)) }
        // Without a packet under way nobody holds the ports that this one wants: the machine has no such address.
        let isHopeless = errno == .addressNotAvailable && underWay == 0 && !settings.sharesPort
        let hasOthers = attempts[attempt].previous >= 0
        // The sockets of this loop's own probes are freed in time. For other shortages the port's own deadline counts, or what the port
        // before it has waited for in vain.
        if attempts.count <= 1 { shortSince = shortSince ?? now }
        let deadline = min(shortageDeadline(of: probe), (shortSince ?? now) + settings.policy.deadline)
        let isLate = attempts.count <= 1 && now >= deadline
        guard !isHopeless, !isLate, hasOthers || probes[probe].backOffs < Probe.backOffLimit else {
            if isHopeless { probes[probe].cause = .noAddressOfFamily }
            return finish(probe, attempt, errno: errno, now)
        }
        probes[probe].shortage = errno
        probes[probe].sent -= 1
        end(attempt)
        if hasOthers, isDescriptor {
            // The oldest one's socket serves again.
            endOldest(of: probe)
            return startAttempt(of: probe, now)
        }
        if !hasOthers { probes[probe].phase = .backingOff }
        probes[probe].backOffs = min(Probe.backOffLimit, probes[probe].backOffs + 1)
        let delay = now + .milliseconds(min(500, Int64(10) << Int64(probes[probe].backOffs - 1)))
        setTimer(of: probe, at: attempts.count <= 1 && deadline > now ? min(delay, deadline) : delay)
    }

    /// When a port for which this machine lacks something is given up, whether or not a packet ever left.
    private func shortageDeadline(of probe: Int32) -> MonotonicTime {
        let race = probes[probe].race
        return (race >= 0 ? races[race]?.deadline : nil) ?? probes[probe].begun + settings.policy.deadline
    }

    // MARK: - Their end

    /// Takes an attempt off its probe and gives its socket up.
    mutating func end(_ attempt: Int32) {
        let probe = attempts[attempt].probe
        if probes[probe].latest == attempt {
            probes[probe].latest = attempts[attempt].previous
            if probes[probe].latest >= 0 { superseded.remove(probes[probe].latest, in: &attempts) }
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

    mutating func endAttempts(of probe: Int32, except kept: Int32 = -1) {
        var attempt = probes[probe].latest
        while attempt >= 0 {
            let previous = attempts[attempt].previous
            if attempt != kept { drop(attempt) }
            attempt = previous
        }
        probes[probe].latest = kept
        if kept >= 0 {
            attempts[kept].previous = -1
            superseded.remove(kept, in: &attempts)
        }
    }

    private mutating func drop(_ attempt: Int32) {
        if attempts[attempt].isUnderWay { underWay -= 1 }
        superseded.remove(attempt, in: &attempts)
        attempts[attempt].probe = -1
        attempts[attempt].isUnderWay = false
        commands.append(.release(attempt))
    }
}
