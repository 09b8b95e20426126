import Addresses
import Glibc
import SondeSystem
import SystemPackage

/// Probing TCP ports and Unix stream sockets by connecting to them.
extension ProbeLoop {
    /// Self-connections in a row after which a port is left as `error`.
    private static let selfConnectLimit = 16

    /// Begins an attempt: SYN out, and what is known at once dealt with at once.
    mutating func connect(_ slot: Int32) {
        guard let destination = destination(of: slot) else { return fail(slot, .fileNameTooLong) }
        do throws(Errno) {
            try takeSocket(slot, domain: destination.domain)
        } catch {
            return fail(slot, error)
        }
        slots[Int(slot)].phase = .connecting
        let socket = BorrowedDescriptor(slots[Int(slot)].descriptor)
        switch socket.connect(to: destination.raw) {
        case nil:
            established(slot)
        case .nowInProgress, .interrupted:
            // Over loopback the answer has come already; it shows once the first call has let go of the socket.
            if destination.isLoopback, settle(slot, socket.connect(to: destination.raw)) { return }
            wait(slot)
        case let errno?:
            fail(slot, errno)
        }
    }

    /// The loop says that something happened.
    mutating func resumeConnecting(_ slot: Int32, _ readiness: Readiness) {
        guard let destination = destination(of: slot) else { return }
        let socket = BorrowedDescriptor(slots[Int(slot)].descriptor)
        if settle(slot, socket.connect(to: destination.raw)) { return }
        // An ICMP error that came while the socket was in use by a call waits in the queue and does not end the attempt by itself.
        guard readiness.contains(.error), let icmp = takeICMP(socket) else { return }
        finish(slot, errno: icmp.errno, icmp: icmp)
    }

    /// Deals with what a second connect(2) says; false while the attempt is still under way.
    private mutating func settle(_ slot: Int32, _ errno: Errno?) -> Bool {
        switch errno {
        case .alreadyInProcess?, .nowInProgress?, .interrupted?: return false
        // A reset that ends an established connection: the server took it and threw it away (net/ipv4/tcp_input.c, tcp_reset; one
        // that refuses a SYN is ECONNREFUSED).
        case nil, .socketIsConnected?, .connectionReset?, .brokenPipe?: established(slot)
        case let errno?: fail(slot, errno)
        }
        return true
    }

    private mutating func wait(_ slot: Int32) {
        watchSocket(slot, for: [.readable, .writable, .edgeTriggered])
        if slots[Int(slot)].phase == .connecting { scheduleAttempt(slot) }
    }

    /// The attempt's time is up: once more, or no response.
    mutating func expireConnecting(_ slot: Int32, _ now: MonotonicTime) {
        guard let destination = destination(of: slot) else { return }
        let socket = BorrowedDescriptor(slots[Int(slot)].descriptor)
        if settle(slot, socket.connect(to: destination.raw)) { return }
        let resent = (try? socket.tcpStatistics())?.retransmits ?? 0
        slots[Int(slot)].kernelRetransmits &+= UInt16(truncatingIfNeeded: resent)
        if let icmp = takeICMP(socket) { return finish(slot, errno: icmp.errno, icmp: icmp) }
        guard now - slots[Int(slot)].started < configuration.policy.deadline, (try? socket.disconnect()) != nil else {
            return finish(slot, errno: .timedOut)
        }
        slots[Int(slot)].attempt += 1
        slots[Int(slot)].sent = now
        pacer.recordAttempt(now)
        connect(slot)
    }

    // MARK: - Outcomes

    private mutating func established(_ slot: Int32) {
        let socket = BorrowedDescriptor(slots[Int(slot)].descriptor)
        if isConnectedToItself(slot, socket) { return retrySelfConnect(slot) }
        guard let limit = configuration.bannerLimit, limit > 0 else { return finish(slot, errno: nil) }
        slots[Int(slot)].phase = .readingBanner
        slots[Int(slot)].sent = .now
        watchSocket(slot, for: [.readable, .writable, .edgeTriggered])
        guard slots[Int(slot)].phase == .readingBanner else { return }
        schedule(slot, at: .now + configuration.policy.deadline)
        readBanner(slot)
    }

    /// A connection to a port of the ephemeral range of this machine may have got that very port as its own: both SYNs cross and
    /// the socket is connected to itself (simultaneous open, RFC 9293 section 3.5); a datagram would come back likewise. Nobody
    /// listens there.
    func isConnectedToItself(_ slot: Int32, _ socket: BorrowedDescriptor) -> Bool {
        guard let address = address(of: slot)?.address, let local = try? socket.localAddress()?.endpoint else { return false }
        return local == Endpoint(address, port: port(of: slot))
    }

    mutating func retrySelfConnect(_ slot: Int32) {
        discardSocket(slot)
        slots[Int(slot)].selfConnects += 1
        guard slots[Int(slot)].selfConnects < ProbeLoop.selfConnectLimit else {
            return finish(slot, errno: .addressNotAvailable)
        }
        launch(slot)
    }

    /// The attempt failed with `errno`: an answer, or this machine's own shortage, which waiting may mend.
    private mutating func fail(_ slot: Int32, _ errno: Errno) {
        let descriptor = slots[Int(slot)].descriptor
        let icmp = descriptor < 0 ? nil : takeICMP(BorrowedDescriptor(descriptor))
        guard errno.isLocalExhaustion, icmp == nil, backOff(slot, errno) else { return finish(slot, errno: errno, icmp: icmp) }
    }

    // MARK: - Banners

    /// Takes what the server says first, up to the limit, as far as it has come.
    mutating func readBanner(_ slot: Int32) {
        guard let limit = configuration.bannerLimit else { return }
        let socket = BorrowedDescriptor(slots[Int(slot)].descriptor)
        var bytes = [UInt8](repeating: 0, count: limit)
        // Read once: a banner is one write of the server's.
        switch try? socket.receive(into: &bytes) {
        case .wouldBlock: return
        case .bytes(let count): finishBanner(slot, Array(bytes.prefix(count)))
        // Accepted, and closed or reset without a word: open all the same.
        case .end, nil: finishBanner(slot, [])
        }
    }

    mutating func finishBanner(_ slot: Int32, _ bytes: [UInt8]) {
        finish(slot, errno: nil, banner: bytes)
    }
}
