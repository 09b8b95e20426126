package import Addresses
import Probing
package import SondeSystem
import SystemPackage

/// Traces a path with connections of rising TTL. It needs no privilege: the kernel puts each ICMP error into the error queue of the
/// socket whose packet it quotes (ip(7), IP_RECVERR; ipv6(7), IPV6_RECVERR).
package struct PathTracer: Sendable {
    package var address: ResolvedAddress
    package var port: UInt16
    package var transport = Transport.tcp
    package var timeout = Nanoseconds.milliseconds(2000)
    package var maximumHops = 30
    /// Whether several TTLs are asked at once, each from a source port of its own: faster, but routers that balance by flow may send
    /// them along different ways.
    package var isParallel = false
    package var source: ResolvedAddress?
    package var sourcePort: UInt16?
    package var interface: String?
    /// A port of the target that is known to answer.
    package var controlPort: UInt16?
    /// The round-trip time of an earlier packet to the target, and of one to its control port.
    package var roundTrip: Nanoseconds?
    package var controlRoundTrip: Nanoseconds?

    package init(to address: ResolvedAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    private static let mostParallel = 10

    private var manner: PathTrace.Manner { isParallel ? .manyFlows : sourcePort == nil ? .oneFlow : .onePort }

    /// - Parameter onChange: called after each answer with the hops so far, for progress.
    /// - Throws: what the system refuses besides the sending itself, such as descriptors or the source port.
    package func trace(stop: StopToken, onChange: ([Hop]) -> Void = { _ in }) throws(SystemError) -> TracedPath {
        var flow = Flow(sourcePort: sourcePort)
        let (hops, obstacle) = try trace(port, from: 1, &flow, roundTrip, stop: stop, onChange)
        let path = TracedPath(hops: hops, obstacle: obstacle)
        guard case .lost(let last) = path.verdict, let controlPort, controlPort != port, !stop.isStopped else { return path }
        var controlFlow = Flow(sourcePort: nil)
        let firstTTL = (last?.ttl ?? 0) + 1
        let (behind, controlObstacle) = try trace(controlPort, from: firstTTL, &controlFlow, controlRoundTrip, stop: stop) {
            onChange(hops + $0)
        }
        if controlObstacle == .signal { return TracedPath(hops: hops, obstacle: .signal) }
        return TracedPath(hops: hops, control: TracedPath.Control(port: controlPort, hops: behind))
    }

    /// The source port that all packets of a trace share, once the first has one.
    private struct Flow {
        var sourcePort: UInt16?
    }

    private func trace(
        _ port: UInt16,
        from firstTTL: Int,
        _ flow: inout Flow,
        _ roundTrip: Nanoseconds?,
        stop: StopToken,
        _ onChange: ([Hop]) -> Void
    ) throws(SystemError) -> (hops: [Hop], obstacle: TracedPath.Obstacle?) {
        var trace = PathTrace(manner, firstTTL: firstTTL, maximumHops: maximumHops, timeout: timeout, roundTrip: roundTrip)
        var attempts: [HopAttempt] = []
        while !trace.isFinished {
            while attempts.count < Self.mostParallel, let packet = trace.next(at: .now) {
                switch try begin(packet, port, &flow) {
                case .failure(let errno): return (trace.hops, .local(errno))
                case .success(let attempt, let sent):
                    trace.depart(packet, at: sent)
                    attempts.append(attempt)
                }
            }
            switch try wait(for: &attempts, &trace, stop) {
            case .goesOn: onChange(trace.hops)
            case .stopped: return (trace.hops, .signal)
            case .blind: return (trace.hops, .noErrorQueue)
            }
        }
        return (trace.hops, nil)
    }

    private enum Progress {
        case goesOn
        case stopped
        /// The kernel keeps the ICMP errors of connections to itself.
        case blind
    }

    /// Waits for answers or for the first deadline.
    private func wait(
        for attempts: inout [HopAttempt],
        _ trace: inout PathTrace,
        _ stop: StopToken
    ) throws(SystemError) -> Progress {
        let outcome = try naming("poll") { () throws(Errno) in
            try waitForFirst(
                of: attempts.map { ($0.descriptor.borrowed, transport == .udp ? .readable : .writable) },
                until: trace.wakeup,
                stop: stop
            )
        }
        if case .stopped = outcome { return .stopped }
        let now = MonotonicTime.now
        var isBlind = false
        attempts.removeAll { attempt in
            switch attempt.takeNews(target: address.address, transport) {
            case .reply(let reply): trace.record(reply, to: attempt.packet, at: now)
            case .unquotedError: isBlind = true
            case nil: return false
            }
            return true
        }
        let over = Set(trace.giveUp(at: now))
        attempts.removeAll { over.contains($0.packet) }
        return isBlind ? .blind : .goesOn
    }

    private enum Beginning {
        case success(HopAttempt, sent: MonotonicTime)
        case failure(Errno)
    }

    private func begin(_ packet: PathTrace.Packet, _ port: UInt16, _ flow: inout Flow) throws(SystemError) -> Beginning {
        let descriptor = try naming("socket") { () throws(Errno) in
            try Descriptor.socket(address.address.family, transport == .udp ? .datagram : .stream)
        }
        let socket = descriptor.borrowed
        try naming("setsockopt") { () throws(Errno) in
            let isV4 = address.address.family == .v4
            try socket.set(isV4 ? .receiveErrorsV4 : .receiveErrorsV6, to: 1)
            try socket.set(isV4 ? .timeToLive : .unicastHops, to: Int32(packet.ttl))
            // Each packet may come from the port of the one before.
            try socket.set(.reuseAddress, to: 1)
            if transport == .tcp { try socket.resetOnClose() }
            if let interface { try socket.bind(toInterface: interface) }
        }
        try bind(socket, packet.isScout ? Flow(sourcePort: nil) : flow)
        let sent = MonotonicTime.now
        let target = RawSocketAddress(Endpoint(address.address, port: port), zone: address.zone)
        if let errno = socket.connect(to: target), errno != .nowInProgress { return .failure(errno) }
        if transport == .udp {
            let payload = UDPPayload.bytes(for: port, of: address.address)
            let sending = unsafe payload.withUnsafeBytes { bytes in
                Result { () throws(Errno) in try unsafe socket.send(bytes) }
            }
            if case .failure(let errno) = sending { return .failure(errno) }
        }
        if !isParallel, !packet.isScout, flow.sourcePort == nil { flow.sourcePort = (try? socket.localAddress())?.endpoint?.port }
        return .success(HopAttempt(descriptor, packet), sent: sent)
    }

    private func bind(_ socket: BorrowedDescriptor, _ flow: Flow) throws(SystemError) {
        guard source != nil || flow.sourcePort != nil else { return }
        let any = address.address.family == .v4 ? IPAddress.anyV4 : .anyV6
        let endpoint = Endpoint(source?.address ?? any, port: flow.sourcePort ?? 0)
        try naming("bind", on: "\(endpoint)") { () throws(Errno) in
            try socket.bind(to: RawSocketAddress(endpoint, zone: source?.zone ?? 0))
        }
    }
}

/// A packet under way, and the socket that hears its answer.
private final class HopAttempt {
    let descriptor: Descriptor
    let packet: PathTrace.Packet

    init(_ descriptor: consuming Descriptor, _ packet: PathTrace.Packet) {
        self.descriptor = descriptor
        self.packet = packet
    }

    enum News {
        case reply(HopReply)
        /// An ICMP error ended the connection, and the error queue lacks it: Linux queues those of connections since 5.8.
        case unquotedError
    }

    /// `nil` while there is no answer.
    func takeNews(target: IPAddress, _ transport: Transport) -> News? {
        if let reply = takeQueuedReply(target: target, transport) { return .reply(reply) }
        let socket = descriptor.borrowed
        switch transport {
        case .tcp:
            guard (try? socket.wait(for: .writable, until: .now)) == true else { return nil }
            switch (try? socket.pendingError()) ?? nil {
            case nil: return .reply(.answered(.open))
            case .connectionRefused: return .reply(.answered(.closed))
            case .noRouteToHost, .networkUnreachable, .hostIsDown:
                // The queue is filled before the connection ends.
                return takeQueuedReply(target: target, transport).map { .reply($0) } ?? .unquotedError
            default: return nil
            }
        case .udp:
            var byte: UInt8 = 0
            let transfer = unsafe withUnsafeMutableBytes(of: &byte) { try? unsafe socket.receive(into: $0) }
            guard let transfer, transfer != .wouldBlock else { return nil }
            return .reply(.answered(.open))
        case .unix, .unixDatagram: return nil
        }
    }

    private func takeQueuedReply(target: IPAddress, _ transport: Transport) -> HopReply? {
        descriptor.borrowed.takeQueuedErrorWithQuote().flatMap { HopReply($0.error, $0.quote, target: target, transport) }
    }
}

extension HopReply {
    fileprivate init?(_ error: QueuedError, _ quote: [UInt8], target: IPAddress, _ transport: Transport) {
        switch Reason(icmp: error) {
        case .timeToLiveExceeded:
            self = .timeExceeded(error, transport == .tcp ? QuotedSYN(quote: quote).map { .syn($0) } ?? .short : .short)
        case .portUnreachable where transport == .udp && error.offender == target: self = .answered(.closed)
        case .some: self = .refused(error)
        case nil where error.origin == .local: self = .refused(error)
        // Source quench, redirects and packets too big refuse nothing.
        case nil: return nil
        }
    }
}
