import Addresses
import Dialing
import SondeSystem
import SystemPackage

/// One thread's share of a run: executes a schedule's commands with connect(2), recvmsg(2) and epoll(7), and reports what happened.
///
/// Results that are available at once bypass epoll. The answer of a loopback port is there when connect(2) returns. A second
/// connect(2) reads it and makes the socket ready for the next port (docs/decisions/0020-a-second-connect.md).
struct ProbeDriver: ~Copyable {
    private let configuration: ProbeConfiguration
    private let feed: TargetFeed
    private let stops: [StopToken]
    private let deliver: @Sendable ([ProbeEvent]) -> Void

    private var schedule: ProbeSchedule
    private var events: EventLoop
    private let waker: FeedWaker
    private var sockets = SocketPool()
    /// By the attempt's number.
    private var links: [Link] = []
    /// What was read so far of the connections whose banners are read, by attempt.
    private var banners: [Int32: [UInt8]] = [:]
    private var causes: LocalCauses
    private var listeners = LocalListeners()
    private let started = MonotonicTime.now
    /// When the loop last read the clock: before a command, or after a wait.
    private var clock = MonotonicTime.now
    /// When it last read what had arrived.
    private var lastLook = MonotonicTime(nanoseconds: 0)
    private let end: MonotonicTime?

    /// An attempt's socket.
    private struct Link: BitwiseCopyable {
        enum Role: UInt8, BitwiseCopyable { case idle, connecting, readingBanner, watching, awaitingDatagram }

        /// -1 where it has none.
        var descriptor: Int32 = -1
        var role = Role.idle
        /// Refused, which leaves the socket ready for another connect(2).
        var isReady = false
        var isV6 = false
        /// TCP sockets serve again; others are closed.
        var isReusable = false
    }

    private enum Token {
        static let waker = UInt64.max
        static let stop = UInt64.max - 1
    }

    private static let streamEvents: Readiness = [.readable, .writable, .edgeTriggered]
    /// Packets sent between two looks at what came back.
    private static let burst = 64
    /// Ports taken from the feed at once.
    private static let chunkSize = 128
    private static let batchSize = 512
    /// Full batches in a row before the schedule is asked again.
    private static let batchLimit = 64
    /// After this time an attempt is not given up without another look at what came back.
    private static let lookAge = Nanoseconds.milliseconds(1)
    /// Datagrams of others that one event passes over.
    private static let strangerLimit = 64
    /// Bytes of a watched connection that one event reads and discards, at most.
    private static let watchedBytes = 65_536
    /// Entries of an error queue that are read at most: more than a receive buffer holds.
    private static let queueLimit = 1024

    init(
        configuration: ProbeConfiguration,
        settings: ProbeSchedule.Settings,
        feed: TargetFeed,
        stops: [StopToken],
        deliver: @escaping @Sendable ([ProbeEvent]) -> Void
    ) throws(SystemError) {
        let events = try naming("epoll_create1") { () throws(Errno) in try EventLoop(batchSize: ProbeDriver.batchSize) }
        let waker = try naming("eventfd") { () throws(Errno) in try FeedWaker() }
        try naming("epoll_ctl") { () throws(Errno) in
            try events.add(waker.borrowed, for: .readable, token: Token.waker)
            for stop in stops { try events.add(stop.stopped, for: .readable, token: Token.stop) }
        }
        feed.register(waker)
        self.configuration = configuration
        causes = LocalCauses(source: configuration.source, interface: configuration.interface)
        self.feed = feed
        self.stops = stops
        self.deliver = deliver
        end = settings.end
        schedule = ProbeSchedule(settings, start: .now, wallTime: WallClock.seconds)
        self.events = events
        self.waker = waker
    }

    /// Runs until every port has its result, or until a token stops it; what is under way is then given up without a result.
    ///
    /// - Returns: whether every port that this driver took, or would have taken, has its result.
    mutating func run() throws(SystemError) -> Bool {
        var sent = 0
        while !isStopped {
            let now = MonotonicTime.now
            clock = now
            switch schedule.next(at: now) {
            case .takePorts: takePorts()
            case .send(let attempt):
                send(attempt)
                sent += 1
            case .sendAgain(let attempt):
                sendDatagram(attempt)
                sent += 1
            case .readBanner(let attempt): readBanner(attempt)
            case .watch(let attempt): watchConnection(attempt)
            case .conclude(let attempt): try conclude(attempt)
            case .release(let attempt): release(attempt)
            case .wait(let moment):
                flush()
                try collect(until: moment)
                sent = 0
            case .finished:
                reportEnd()
                return schedule.isComplete
            }
            guard sent == ProbeDriver.burst else { continue }
            sent = 0
            flush()
            try collect(until: MonotonicTime(nanoseconds: 0))
        }
        for attempt in schedule.stop() where schedule.isOpen(attempt) { try conclude(attempt) }
        schedule.abandon(at: .now)
        feed.abandon(events: &schedule.outbox)
        reportPace()
        return false
    }

    private mutating func reportEnd() {
        if let end, schedule.hasEnded { feed.giveUp(after: end - started, events: &schedule.outbox) }
        reportPace()
    }

    private mutating func reportPace() {
        if let rate = schedule.pace.confirmedRate {
            schedule.outbox.append(.paced(PaceReport(rate: rate, askedAgain: schedule.askedAgain)))
        }
        flush()
    }

    private var isStopped: Bool {
        for stop in stops where stop.isStopped { return true }
        return false
    }

    private mutating func flush() {
        guard !schedule.outbox.isEmpty else { return }
        deliver(schedule.outbox)
        schedule.outbox.removeAll(keepingCapacity: true)
    }

    /// Reads everything that has arrived before the schedule reads its clock. So on a busy machine an answer that is already there
    /// is not taken for a late one.
    private mutating func collect(until deadline: MonotonicTime?) throws(SystemError) {
        var deadline = deadline
        for _ in 0..<ProbeDriver.batchLimit {
            let count = try naming("epoll_wait") { () throws(Errno) in try events.wait(until: deadline) }
            clock = .now
            lastLook = clock
            for index in 0..<count { handle(events.event(index)) }
            guard count == ProbeDriver.batchSize, !isStopped else { return }
            deadline = MonotonicTime(nanoseconds: 0)
        }
    }

    private mutating func handle(_ event: EventLoop.Event) {
        switch event.token {
        case Token.waker:
            waker.drain()
            // A lookup has priority over a socket that may be of use later.
            if feed.lacksDescriptors { while sockets.closeIdle() {} }
            schedule.supply(.changed)
        case Token.stop:
            break
        default:
            let attempt = sockets.owner(of: Int32(truncatingIfNeeded: event.token))
            if attempt >= 0, schedule.isOpen(attempt) { resume(attempt, event.readiness) }
        }
    }

    private mutating func resume(_ attempt: Int32, _ readiness: Readiness) {
        switch links[Int(attempt)].role {
        case .connecting: resumeConnecting(attempt, readiness)
        case .readingBanner: readBanner(attempt)
        case .watching: watchConnection(attempt)
        case .awaitingDatagram: receiveDatagram(attempt)
        case .idle: break
        }
    }

    private mutating func takePorts() {
        switch feed.next(limit: ProbeDriver.chunkSize, events: &schedule.outbox) {
        case .chunk(let chunk): schedule.supply(.ports(chunk))
        case .later(let moment): schedule.supply(.later(until: moment))
        case .end: schedule.supply(.exhausted)
        }
    }

    private mutating func report(_ event: ProbeSchedule.Event, of attempt: Int32) { schedule.handle(event, of: attempt, at: .now) }

    // MARK: - Streams

    private mutating func send(_ attempt: Int32) {
        while links.count <= Int(attempt) { links.append(Link()) }
        let destination = schedule.destination(of: attempt)
        if configuration.transport == .udp, destination.unixPath == nil { return openDatagram(attempt, destination) }
        guard let raw = raw(destination) else { return report(.failed(.fileNameTooLong, icmp: nil), of: attempt) }
        do throws(Errno) {
            try takeSocket(attempt, destination)
        } catch {
            return fail(attempt, error, nil)
        }
        links[Int(attempt)].role = .connecting
        let socket = BorrowedDescriptor(links[Int(attempt)].descriptor)
        let outcome = socket.connect(to: raw)
        if configuration.recordsLocalEndpoints { recordLocalEndpoint(attempt, socket) }
        switch outcome {
        case nil:
            established(attempt, destination)
        case .nowInProgress, .interrupted:
            // Over loopback the answer is there already; it shows once the first call has let go of the socket.
            if isLoopback(destination), settle(attempt, socket.connect(to: raw), destination) { return }
            if watch(attempt, for: ProbeDriver.streamEvents) { report(.underWay, of: attempt) }
        case let errno?:
            fail(attempt, errno, takeICMP(attempt))
        }
    }

    private mutating func resumeConnecting(_ attempt: Int32, _ readiness: Readiness) {
        guard !connectAgain(attempt) else { return }
        // An ICMP error that came while a call used the socket waits in the queue and does not end the attempt by itself.
        guard readiness.contains(.error), let icmp = takeICMP(attempt) else { return }
        fail(attempt, icmp.errno, icmp)
    }

    private mutating func recordLocalEndpoint(_ attempt: Int32, _ socket: BorrowedDescriptor) {
        if let local = try? socket.localAddress()?.endpoint { schedule.setLocal(local, of: attempt) }
    }

    /// Asks for an attempt's outcome by connecting a second time; false while it is under way.
    private mutating func connectAgain(_ attempt: Int32) -> Bool {
        let destination = schedule.destination(of: attempt)
        guard let raw = raw(destination) else { return false }
        let socket = BorrowedDescriptor(links[Int(attempt)].descriptor)
        // connect(2) resets the count where the attempt was refused.
        let retransmits = schedule.age(of: attempt, at: .now) < Probe.firstKernelRetransmission ? 0 : kernelRetransmits(attempt)
        return settle(attempt, socket.connect(to: raw), destination, retransmits: retransmits)
    }

    private func kernelRetransmits(_ attempt: Int32) -> UInt16 {
        let statistics = try? BorrowedDescriptor(links[Int(attempt)].descriptor).tcpStatistics()
        return UInt16(truncatingIfNeeded: statistics?.retransmits ?? 0)
    }

    private mutating func settle(
        _ attempt: Int32,
        _ errno: Errno?,
        _ destination: ProbeSchedule.Destination,
        retransmits: UInt16 = 0
    ) -> Bool {
        switch errno {
        case .alreadyInProcess?, .nowInProgress?, .interrupted?: return false
        // A reset that ends an established connection: the server took it and threw it away (net/ipv4/tcp_input.c, tcp_reset; one
        // that refuses a SYN is ECONNREFUSED).
        case nil, .socketIsConnected?: established(attempt, destination)
        case .connectionReset?, .brokenPipe?: established(attempt, destination, isReset: true)
        case let errno?: fail(attempt, errno, takeICMP(attempt), retransmits: retransmits)
        }
        return true
    }

    private mutating func established(_ attempt: Int32, _ destination: ProbeSchedule.Destination, isReset: Bool = false) {
        let socket = BorrowedDescriptor(links[Int(attempt)].descriptor)
        guard let address = destination.address else {
            return report(.connected(rttMicroseconds: nil, retransmits: 0), of: attempt)
        }
        guard !socket.isConnectedToItself(at: Endpoint(address.address, port: destination.port)) else {
            // Its port is the one that would meet itself again.
            links[Int(attempt)].isReusable = false
            return report(.metItself, of: attempt)
        }
        // Only JSON says who listens on an open port.
        if configuration.recordsLocalEndpoints { lookUpListener(attempt) }
        let statistics = try? socket.tcpStatistics()
        let retransmits = UInt16(truncatingIfNeeded: statistics?.retransmits ?? 0)
        report(
            .connected(rttMicroseconds: statistics?.rttMicroseconds, retransmits: retransmits, isReset: isReset),
            of: attempt
        )
    }

    private mutating func fail(_ attempt: Int32, _ errno: Errno, _ icmp: QueuedError?, retransmits: UInt16 = 0) {
        let isReset = errno == .connectionRefused && icmp == nil
        links[Int(attempt)].isReady = isReset
        let target = schedule.destination(of: attempt).address
        if errno == .connectionRefused { lookUpListener(attempt) }
        let cause = isReset ? nil : causes.cause(of: errno, icmp, toward: target)
        report(.failed(errno, icmp: icmp, cause: cause, retransmits: retransmits), of: attempt)
    }

    /// Nothing came. A neighbour that does not answer ARP or NDP is known before the kernel gives up on it.
    private mutating func endInSilence(_ attempt: Int32, retransmits: UInt16) {
        lookUpListener(attempt)
        if let target = schedule.destination(of: attempt).address {
            if let cause = causes.detour(to: target) {
                schedule.setCause(cause, of: attempt)
            } else if let cause = causes.silence(toward: target) {
                return report(.failed(.noRouteToHost, icmp: nil, cause: cause, retransmits: retransmits), of: attempt)
            }
        }
        report(.silent(retransmits: retransmits), of: attempt)
    }

    /// Asks the kernel who has the port, where the target is this machine.
    private mutating func lookUpListener(_ attempt: Int32) {
        guard configuration.looksUpListeners else { return }
        let destination = schedule.destination(of: attempt)
        guard let address = destination.address else { return }
        schedule.setListener(listeners.listener(configuration.transport, port: destination.port, at: address, clock), of: attempt)
    }

    private mutating func conclude(_ attempt: Int32) throws(SystemError) {
        switch links[Int(attempt)].role {
        case .awaitingDatagram:
            if !receiveDatagram(attempt) { endInSilence(attempt, retransmits: 0) }
        case .readingBanner:
            report(.received(banners.removeValue(forKey: attempt) ?? []), of: attempt)
        case .watching:
            watchConnection(attempt)
            guard schedule.isOpen(attempt) else { return }
            let statistics = try? BorrowedDescriptor(links[Int(attempt)].descriptor).tcpStatistics()
            report(.held(isStalled: statistics?.sendWindow == 0), of: attempt)
        case .connecting, .idle:
            // Whatever ends an attempt is an event. One look serves the thousands whose time is up together: each would take four calls.
            if clock - lastLook > ProbeDriver.lookAge {
                try collect(until: MonotonicTime(nanoseconds: 0))
                guard schedule.isOpen(attempt) else { return }
            }
            let countsKernel = schedule.countsKernelRetransmissions(of: attempt, at: clock)
            endInSilence(attempt, retransmits: countsKernel ? kernelRetransmits(attempt) : 0)
        }
    }

    /// Reads what the server says first: up to the limit, to the end of the connection, or until it pauses.
    private mutating func readBanner(_ attempt: Int32) {
        guard let limit = configuration.bannerLimit else { return }
        links[Int(attempt)].role = .readingBanner
        guard watch(attempt, for: ProbeDriver.streamEvents) else { return }
        var banner = banners[attempt] ?? []
        let before = banner.count
        var bytes = [UInt8](repeating: 0, count: limit)
        while banner.count < limit {
            switch try? BorrowedDescriptor(links[Int(attempt)].descriptor).receive(into: &bytes) {
            case .wouldBlock:
                banners[attempt] = banner
                if banner.count > before { report(.receiving(isLine: banner.last == UInt8(ascii: "\n")), of: attempt) }
                return
            case .bytes(let count): banner += bytes.prefix(min(count, limit - banner.count))
            case .end: return endBanner(attempt, banner, .fin)
            case nil: return endBanner(attempt, banner, .reset)
            }
        }
        endBanner(attempt, banner, .data)
    }

    private mutating func endBanner(_ attempt: Int32, _ banner: [UInt8], _ aftermath: Aftermath) {
        banners[attempt] = nil
        let isReported = banner.isEmpty || aftermath == .reset
        report(.received(banner, isReported ? aftermath : .data, isEnded: aftermath != .data), of: attempt)
    }

    /// Reports what the server has done on a connection, and discards what it sent.
    private mutating func watchConnection(_ attempt: Int32) {
        links[Int(attempt)].role = .watching
        guard watch(attempt, for: ProbeDriver.streamEvents) else { return }
        var bytes = [UInt8](repeating: 0, count: 4096)
        var read = 0
        while read < ProbeDriver.watchedBytes {
            do throws(Errno) {
                switch try BorrowedDescriptor(links[Int(attempt)].descriptor).receive(into: &bytes) {
                case .wouldBlock: return
                case .end: return report(.observed(.fin), of: attempt)
                case .bytes(let count):
                    if read == 0 { report(.observed(.data), of: attempt) }
                    guard schedule.isOpen(attempt) else { return }
                    read += count
                }
            } catch {
                // An ICMP error (IP_RECVERR) ends no connection.
                return error == .connectionReset ? report(.observed(.reset), of: attempt) : ()
            }
        }
    }

    // MARK: - Datagrams

    // A connected socket, where the answer comes from the port that was asked. The kernel delivers ICMP errors to the socket that
    // they concern, connected or not (IP_RECVERR). Each attempt has a socket of its own, or a late answer of another host would be
    // taken for this one's.

    private mutating func openDatagram(_ attempt: Int32, _ destination: ProbeSchedule.Destination) {
        guard let address = destination.address else { return }
        do throws(Errno) {
            try requireReach(address)
            try makeSocket(attempt, destination, .datagram)
            let socket = BorrowedDescriptor(links[Int(attempt)].descriptor)
            if !UDPPayload.isAnsweredFromAnotherPort(destination.port), let raw = raw(destination),
                let errno = socket.connect(to: raw)
            {
                throw errno
            }
            if socket.isConnectedToItself(at: Endpoint(address.address, port: destination.port)) {
                return report(.metItself, of: attempt)
            }
        } catch {
            return failDatagram(attempt, error)
        }
        links[Int(attempt)].role = .awaitingDatagram
        if configuration.recordsLocalEndpoints { recordLocalEndpoint(attempt, BorrowedDescriptor(links[Int(attempt)].descriptor)) }
        sendDatagram(attempt)
    }

    private mutating func sendDatagram(_ attempt: Int32) {
        let destination = schedule.destination(of: attempt)
        guard let address = destination.address, let raw = raw(destination) else { return }
        let payload = UDPPayload.bytes(for: destination.port, of: address.address)
        let socket = BorrowedDescriptor(links[Int(attempt)].descriptor)
        do throws(Errno) {
            let isUnconnected = UDPPayload.isAnsweredFromAnotherPort(destination.port)
            let transfer = isUnconnected ? try socket.send(payload.span, to: raw) : try socket.send(payload)
            if transfer == .wouldBlock { throw .resourceTemporarilyUnavailable }
        } catch {
            return failDatagram(attempt, error)
        }
        // Over loopback the answer is already there.
        if isLoopback(destination), receiveDatagram(attempt) { return }
        if watch(attempt, for: [.readable, .edgeTriggered]) { report(.underWay, of: attempt) }
    }

    /// Takes the answer, datagram or error; false where there is none.
    @discardableResult
    private mutating func receiveDatagram(_ attempt: Int32) -> Bool {
        var bytes = [UInt8](repeating: 0, count: max(1, configuration.bannerLimit ?? 1))
        do throws(Errno) {
            // What of a datagram does not fit is cut off.
            switch try receive(attempt, into: &bytes) {
            case .wouldBlock: return false
            case .end: report(.received([]), of: attempt)
            case .bytes(let count): report(.received(Array(bytes.prefix(count))), of: attempt)
            }
        } catch {
            failDatagram(attempt, error)
        }
        return true
    }

    /// The next datagram from the target; what somebody else sent to a socket that anybody can send to is passed over.
    private mutating func receive(_ attempt: Int32, into bytes: inout [UInt8]) throws(Errno) -> Transfer {
        let socket = BorrowedDescriptor(links[Int(attempt)].descriptor)
        let destination = schedule.destination(of: attempt)
        guard UDPPayload.isAnsweredFromAnotherPort(destination.port) else { return try socket.receive(into: &bytes) }
        for _ in 0..<ProbeDriver.strangerLimit {
            let (transfer, sender) = try socket.receiveWithSender(into: &bytes)
            guard transfer != .wouldBlock, let target = destination.address?.address else { return transfer }
            // What is sent to the unspecified address is answered from one of this machine's.
            if target.isUnspecified || sender?.endpoint?.address == target { return transfer }
        }
        return .wouldBlock
    }

    private mutating func failDatagram(_ attempt: Int32, _ errno: Errno) {
        fail(attempt, errno, takeICMP(attempt))
    }

    // MARK: - Sockets

    private func raw(_ destination: ProbeSchedule.Destination) -> RawSocketAddress? {
        guard let address = destination.address else { return destination.unixPath.flatMap { RawSocketAddress(.unix(path: $0)) } }
        return RawSocketAddress(Endpoint(address.address, port: destination.port), zone: address.zone)
    }

    private func isLoopback(_ destination: ProbeSchedule.Destination) -> Bool { destination.address?.address.isLoopback ?? true }

    /// EINVAL, as connect(2) returns for IPv4, where the source address can't reach the target.
    private mutating func requireReach(_ target: ResolvedAddress) throws(Errno) {
        guard causes.sourceReaches(target) else { throw .invalidArgument }
    }

    /// Gives the attempt a stream socket: an idle one, or a new one.
    private mutating func takeSocket(_ attempt: Int32, _ destination: ProbeSchedule.Destination) throws(Errno) {
        guard let address = destination.address else { return try makeSocket(attempt, destination, .stream) }
        try requireReach(address)
        let isV6 = address.address.family == .v6
        guard let idle = sockets.take(isV6: isV6) else { return try makeSocket(attempt, destination, .stream) }
        sockets.setOwner(of: idle, to: attempt)
        links[Int(attempt)] = Link(descriptor: idle, isV6: isV6, isReusable: true)
    }

    /// A new socket with what the configuration asks for. Where descriptors have run out, an idle one makes room.
    private mutating func makeSocket(
        _ attempt: Int32,
        _ destination: ProbeSchedule.Destination,
        _ kind: SocketKind
    ) throws(Errno) {
        let isV6 = destination.address?.address.family == .v6
        let address = destination.address.map { SocketAddress.ip(Endpoint($0.address, port: 0), zone: 0) } ?? .unix(path: "")
        let descriptor: Descriptor
        do {
            descriptor = try Descriptor.socket(domain: address.domain, kind)
        } catch {
            guard error == .tooManyOpenFiles || error == .tooManyOpenFilesInSystem, sockets.closeIdle() else { throw error }
            descriptor = try Descriptor.socket(domain: address.domain, kind)
        }
        if destination.address != nil { try prepare(descriptor.borrowed, isV6: isV6, kind) }
        let isReusable = kind == .stream && destination.address != nil
        links[Int(attempt)] = Link(descriptor: sockets.adopt(descriptor, owner: attempt), isV6: isV6, isReusable: isReusable)
    }

    private func prepare(_ socket: BorrowedDescriptor, isV6: Bool, _ kind: SocketKind) throws(Errno) {
        try socket.set(isV6 ? .receiveErrorsV6 : .receiveErrorsV4, to: 1)
        if kind == .stream { try socket.resetOnClose() }
        if let interface = configuration.interface { try socket.bind(toInterface: interface) }
        let source = configuration.source.flatMap { ($0.address.family == .v6) == isV6 ? $0 : nil }
        guard source != nil || configuration.sourcePort != nil else { return }
        // Sockets toward different targets may share the port.
        try socket.set(configuration.sourcePort == nil ? .bindAddressNoPort : .reuseAddress, to: 1)
        let address = source?.address ?? (isV6 ? .anyV6 : .anyV4)
        try socket.bind(to: RawSocketAddress(Endpoint(address, port: configuration.sourcePort ?? 0), zone: source?.zone ?? 0))
    }

    /// Watches the attempt's socket; false where the system refuses that, which is then reported.
    private mutating func watch(_ attempt: Int32, for interest: Readiness) -> Bool {
        let number = links[Int(attempt)].descriptor
        guard !sockets.isWatched(number) else { return true }
        do {
            try events.add(BorrowedDescriptor(number), for: interest, token: UInt64(number))
            sockets.setWatched(number)
            return true
        } catch {
            report(.failed(error, icmp: nil), of: attempt)
            return false
        }
    }

    /// Takes the socket back for another attempt, or closes it.
    ///
    /// Connecting to AF_UNSPEC ends whatever state it is in, an established connection by RST, which leaves no TIME_WAIT.
    private mutating func release(_ attempt: Int32) {
        guard Int(attempt) < links.count, links[Int(attempt)].descriptor >= 0 else { return }
        let link = links[Int(attempt)]
        if link.role == .readingBanner { banners[attempt] = nil }
        links[Int(attempt)] = Link()
        let isOfUse = link.isReusable && (link.isReady ? !schedule.hasEnded : schedule.mayBegin)
        guard isOfUse, link.isReady || (try? BorrowedDescriptor(link.descriptor).disconnect()) != nil else {
            return sockets.close(link.descriptor)
        }
        sockets.giveBack(link.descriptor, isV6: link.isV6)
    }

    /// Empties the error queue and returns the last ICMP error in it that refuses something.
    private func takeICMP(_ attempt: Int32) -> QueuedError? {
        let number = links[Int(attempt)].descriptor
        guard number >= 0 else { return nil }
        var found: QueuedError?
        for _ in 0..<ProbeDriver.queueLimit {
            guard let entry = BorrowedDescriptor(number).takeQueuedError() else { break }
            if Reason(icmp: entry) != nil { found = entry }
        }
        return found
    }
}
