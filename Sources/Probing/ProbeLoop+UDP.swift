import Addresses
import Glibc
import Sockets
import SystemPackage

/// Probing UDP ports: a datagram that the port's protocol answers, from a connected socket, so that the kernel hands ICMP errors to
/// it. Each probe has a socket of its own, or a late answer of another host would be taken for this one's.
extension ProbeLoop {
    mutating func sendDatagram(_ slot: Int32) {
        guard let destination = destination(of: slot) else { return }
        do throws(Errno) {
            if slots[Int(slot)].descriptor < 0 {
                slots[Int(slot)].descriptor = try makeSocket(slot, domain: destination.domain, .datagram)
                if let errno = BorrowedDescriptor(slots[Int(slot)].descriptor).connect(to: destination.raw) { throw errno }
                if isConnectedToItself(slot, BorrowedDescriptor(slots[Int(slot)].descriptor)) { return retrySelfConnect(slot) }
            }
            slots[Int(slot)].phase = .awaitingDatagram
            try send(slot)
        } catch {
            return failDatagram(slot, error)
        }
        // Over loopback what comes back has come already.
        if destination.isLoopback {
            resumeDatagram(slot)
            guard slots[Int(slot)].phase == .awaitingDatagram else { return }
        }
        watchSocket(slot, for: [.readable, .edgeTriggered])
        if slots[Int(slot)].phase == .awaitingDatagram { scheduleAttempt(slot) }
    }

    private func send(_ slot: Int32) throws(Errno) {
        let payload = UDPPayload.bytes(for: port(of: slot))
        let socket = BorrowedDescriptor(slots[Int(slot)].descriptor)
        if try socket.send(payload) == .wouldBlock { throw .resourceTemporarilyUnavailable }
    }

    mutating func resumeDatagram(_ slot: Int32) {
        let socket = BorrowedDescriptor(slots[Int(slot)].descriptor)
        var bytes = [UInt8](repeating: 0, count: max(1, configuration.bannerLimit ?? 1))
        do throws(Errno) {
            // What of a datagram does not fit is cut off.
            switch try socket.receive(into: &bytes) {
            case .wouldBlock: return
            case .end: finish(slot, errno: nil, banner: bannerIfAsked([]))
            case .bytes(let count): finish(slot, errno: nil, banner: bannerIfAsked(Array(bytes.prefix(count))))
            }
        } catch {
            failDatagram(slot, error)
        }
    }

    private func bannerIfAsked(_ bytes: [UInt8]) -> [UInt8]? { configuration.bannerLimit == nil ? nil : bytes }

    mutating func expireDatagram(_ slot: Int32, _ now: MonotonicTime) {
        guard now - slots[Int(slot)].started < configuration.policy.deadline else { return finish(slot, errno: .timedOut) }
        if !slots[Int(slot)].awaitsTurn, awaitTurn(slot, now) { return }
        slots[Int(slot)].awaitsTurn = false
        slots[Int(slot)].attempt += 1
        slots[Int(slot)].sent = now
        pacer.recordAttempt(now)
        sendDatagram(slot)
    }

    /// Puts the next attempt off until the host may send another ICMP error, or to the deadline; false where it refuses nothing.
    private mutating func awaitTurn(_ slot: Int32, _ now: MonotonicTime) -> Bool {
        guard let host = address(of: slot)?.address, let turn = refusals.take(for: host, now) else { return false }
        slots[Int(slot)].awaitsTurn = true
        schedule(slot, at: min(turn, slots[Int(slot)].started + configuration.policy.deadline))
        return true
    }

    private mutating func failDatagram(_ slot: Int32, _ errno: Errno) {
        let descriptor = slots[Int(slot)].descriptor
        let icmp = descriptor < 0 ? nil : takeICMP(BorrowedDescriptor(descriptor))
        if let offender = icmp?.offender, offender == address(of: slot)?.address { refusals.noteRefusal(by: offender, .now) }
        guard errno.isLocalExhaustion, icmp == nil, backOff(slot, errno) else { return finish(slot, errno: errno, icmp: icmp) }
    }
}
