import Addresses
import SondeSystem
import SystemPackage

/// From an outcome to a result.
extension ProbeLoop {
    /// Ends a slot's probe: `errno` is `nil` where the port answered, ETIMEDOUT where nothing did.
    mutating func finish(_ slot: Int32, errno: Errno?, icmp: QueuedError? = nil, banner: [UInt8]? = nil) {
        let result = makeResult(slot, errno: errno, icmp: icmp, banner: banner)
        if result.answerTime != nil { learn(from: result, sent: slots[Int(slot)].sent) }
        returnSocket(slot, afterRefusal: errno == .connectionRefused && icmp == nil)
        let race = slots[Int(slot)].race
        freeSlot(slot)
        if race < 0 { outbox.append(.result(result)) } else { settle(race: race, slot, result) }
    }

    /// What an answer tells of the path.
    private mutating func learn(from result: ProbeResult, sent: MonotonicTime) {
        let isLate = (result.retransmits ?? 0) > 0
        let now = MonotonicTime.now
        if !isLate { estimator.record(now - sent) }
        losses.record(isLate: isLate)
        congestion.adapt(isCongested: losses.isCongested, now, roundTrip: estimator.timeout)
    }

    private func makeResult(_ slot: Int32, errno: Errno?, icmp: QueuedError?, banner: [UInt8]?) -> ProbeResult {
        let probe = slots[Int(slot)]
        let target = unit(of: slot).target
        let transport: Transport = target.unixPath == nil ? configuration.transport : .unix
        let peer = address(of: slot)?.address
        let verdict =
            switch transport {
            case .tcp: Verdict.tcp(errno, queued: icmp, target: peer)
            case .udp: Verdict.udp(errno, queued: icmp, target: peer)
            case .unix: Verdict.unix(errno)
            }
        let isAnswered = errno != .timedOut && verdict.state != .error
        var rtt: UInt32?
        var resent = Int(probe.attempt) + Int(probe.kernelRetransmits)
        if errno == nil, transport == .tcp, let statistics = try? BorrowedDescriptor(probe.descriptor).tcpStatistics() {
            rtt = statistics.rttMicroseconds == 0 ? nil : statistics.rttMicroseconds
            resent += Int(statistics.retransmits)
        }
        // A banner is read after the connection stands, and `sent` then says when it did. A datagram is the answer itself.
        let end = banner == nil || transport == .udp ? MonotonicTime.now : probe.sent
        return ProbeResult(
            ordinal: target.ordinal,
            portIndex: Int(probe.portIndex),
            portCount: target.ports.ports.count,
            name: target.name,
            address: address(of: slot),
            port: target.ports.ports[Int(probe.portIndex)],
            transport: transport,
            verdict: verdict,
            errno: errno,
            icmp: icmp,
            resolveTime: target.resolveTime,
            answerTime: isAnswered ? end - probe.started : nil,
            rttMicroseconds: rtt,
            retransmits: transport == .unix ? nil : resent,
            banner: banner,
            time: WallClock.seconds
        )
    }
}
