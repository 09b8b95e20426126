import Addresses
import Glibc
import SondeSystem
import SystemPackage

/// Probing UDP ports: a datagram that the port's protocol answers, from a connected socket where the answer comes from the same
/// port. The kernel hands ICMP errors to the socket that they concern, connected or not (IP_RECVERR). Each probe has a socket of
/// its own, or a late answer of another host would be taken for this one's.
extension ProbeLoop {
    mutating func sendDatagram(_ slot: Int32) {
        guard let destination = destination(of: slot) else { return }
        do throws(Errno) {
            if slots[Int(slot)].descriptor < 0 {
                slots[Int(slot)].descriptor = try makeSocket(slot, domain: destination.domain, .datagram)
                let socket = BorrowedDescriptor(slots[Int(slot)].descriptor)
                if !isUnconnected(slot), let errno = socket.connect(to: destination.raw) { throw errno }
                if isConnectedToItself(slot, socket) { return retrySelfConnect(slot) }
            }
            slots[Int(slot)].phase = .awaitingDatagram
            try send(slot, destination)
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

    /// A connected socket would not hear an answer from another port.
    private func isUnconnected(_ slot: Int32) -> Bool { UDPPayload.isAnsweredFromAnotherPort(port(of: slot)) }

    private func send(_ slot: Int32, _ destination: Destination) throws(Errno) {
        guard let host = address(of: slot)?.address else { return }
        let payload = UDPPayload.bytes(for: port(of: slot), of: host)
        let socket = BorrowedDescriptor(slots[Int(slot)].descriptor)
        let transfer = isUnconnected(slot) ? try socket.send(payload.span, to: destination.raw) : try socket.send(payload)
        if transfer == .wouldBlock { throw .resourceTemporarilyUnavailable }
    }

    mutating func resumeDatagram(_ slot: Int32) {
        let socket = BorrowedDescriptor(slots[Int(slot)].descriptor)
        var bytes = [UInt8](repeating: 0, count: max(1, configuration.bannerLimit ?? 1))
        do throws(Errno) {
            // What of a datagram does not fit is cut off.
            switch try receive(slot, socket, into: &bytes) {
            case .wouldBlock: return
            case .end: finish(slot, errno: nil, banner: bannerIfAsked([]))
            case .bytes(let count): finish(slot, errno: nil, banner: bannerIfAsked(Array(bytes.prefix(count))))
            }
        } catch {
            failDatagram(slot, error)
        }
    }

    /// The next datagram; what somebody else sent to a socket that anybody can write to is passed over.
    private func receive(_ slot: Int32, _ socket: BorrowedDescriptor, into bytes: inout [UInt8]) throws(Errno) -> Transfer {
        guard isUnconnected(slot) else { return try socket.receive(into: &bytes) }
        for _ in 0..<ProbeLoop.strangerLimit {
            let (transfer, sender) = try socket.receiveWithSender(into: &bytes)
            if transfer == .wouldBlock || isTarget(sender, slot) { return transfer }
        }
        return .wouldBlock
    }

    /// What is sent to the unspecified address is answered from one of this machine's.
    private func isTarget(_ sender: SocketAddress?, _ slot: Int32) -> Bool {
        guard let target = address(of: slot)?.address, let sender = sender?.endpoint?.address else { return false }
        return target == sender || target.isUnspecified
    }

    /// Datagrams of others that one turn passes over.
    private static let strangerLimit = 64

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
