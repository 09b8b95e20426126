import Addresses
import Dialing
import Probing
import SondeSystem
import SystemPackage

/// One address that is tried, and its socket.
final class Attempt {
    let address: ResolvedAddress
    let localPort: UInt16
    private(set) var started: MonotonicTime?
    private(set) var ended: MonotonicTime?
    private(set) var isConnected = false
    /// Whether the connection was reset before it was looked at.
    private(set) var isReset = false
    /// Why it failed; `.timedOut` also where it was given up.
    private(set) var errno: Errno?
    /// Whether nothing came until it was given up.
    private(set) var isUnanswered = true
    private(set) var errors: [QueuedError] = []
    private(set) var local: Endpoint?
    /// Of the moment when it ended.
    private(set) var lastStatistics: TCPStatistics?
    private var reported = 0
    private let descriptor: Descriptor
    private let failure: Errno?

    /// Entries of an error queue that are read at once, at most.
    private static let queueLimit = 64

    /// Binds a socket to a port that the kernel chooses.
    init(to address: ResolvedAddress, port: UInt16) throws(SystemError) {
        self.address = address
        let family = address.address.family
        var descriptor = try Self.socket(family)
        var (local, failure) = Self.bind(descriptor.borrowed, family)
        // The kernel may choose the very port of the target, and the socket would then meet itself.
        if local?.port == port {
            let second = try Self.socket(family)
            (local, failure) = Self.bind(second.borrowed, family)
            descriptor = second
        }
        self.descriptor = descriptor
        self.failure = failure
        localPort = local?.port ?? 0
    }

    private static func socket(_ family: IPAddress.Family) throws(SystemError) -> Descriptor {
        try naming("socket") { () throws(Errno) in
            let descriptor = try Descriptor.socket(family, .stream)
            try descriptor.borrowed.set(family == .v4 ? .receiveErrorsV4 : .receiveErrorsV6, to: 1)
            try descriptor.borrowed.set(.noDelay, to: 1)
            return descriptor
        }
    }

    private static func bind(_ socket: BorrowedDescriptor, _ family: IPAddress.Family) -> (Endpoint?, Errno?) {
        do throws(Errno) {
            try socket.bind(to: RawSocketAddress(Endpoint(family == .v4 ? .anyV4 : .anyV6, port: 0)))
            return (try socket.localAddress()?.endpoint, nil)
        } catch {
            return (nil, error)
        }
    }

    var socket: BorrowedDescriptor { descriptor.borrowed }
    /// The other end as packets have it: IPv4-mapped addresses are IPv4 there, and the unspecified address is this machine.
    var wireAddress: IPAddress {
        guard address.address.isUnspecified else { return address.address.unmapped }
        return address.address.family == .v4 ? .loopbackV4 : .loopbackV6
    }
    var isPending: Bool { started != nil && !isConnected && errno == nil }
    var elapsed: Nanoseconds? { started.map { (ended ?? .now) - $0 } }
    var statistics: TCPStatistics? { try? socket.tcpStatistics() }

    /// The path MTU that the kernel knows, once connected.
    var pathMTU: Int? {
        let isV4 = address.address.unmapped.family == .v4 && address.address.family == .v4
        return (try? socket.value(of: isV4 ? .pathMTUv4 : .pathMTUv6)).map { Int($0) }
    }

    func start(toward port: UInt16) {
        started = .now
        if let failure { return fail(failure) }
        let outcome = socket.connect(to: RawSocketAddress(Endpoint(address.address, port: port), zone: address.zone))
        local = (try? socket.localAddress())?.endpoint
        switch outcome {
        case nil: succeed(toward: port)
        case .nowInProgress?, .interrupted?: break
        case let errno?: fail(errno)
        }
    }

    /// Takes the outcome of an attempt that is ready.
    func finish(toward port: UInt16) {
        // The queue is read first: taking the pending error does not empty it.
        takeErrors()
        lastStatistics = statistics
        switch (try? socket.pendingError()) ?? nil {
        case nil where errors.isEmpty: succeed(toward: port)
        case nil: fail(errors.last?.errno ?? .connectionRefused)
        // It was established, and is gone already (net/ipv4/tcp_input.c, tcp_reset).
        case .connectionReset?, .brokenPipe?:
            succeed(toward: port)
            isReset = true
        case let errno?: fail(errno)
        }
    }

    /// Ends an attempt that had no answer.
    func giveUp() {
        takeErrors()
        lastStatistics = statistics
        ended = .now
        errno = .timedOut
    }

    private func succeed(toward port: UInt16) {
        ended = .now
        isUnanswered = false
        lastStatistics = statistics
        guard !socket.isConnectedToItself(at: Endpoint(address.address, port: port)) else { return fail(.connectionRefused) }
        isConnected = true
        local = (try? socket.localAddress())?.endpoint ?? local
    }

    private func fail(_ errno: Errno) {
        takeErrors()
        ended = .now
        // The kernel gave up by itself: there was no answer either.
        isUnanswered = errno == .timedOut
        self.errno = errno
    }

    private func takeErrors() {
        for _ in 0..<Self.queueLimit {
            guard let error = socket.takeQueuedError() else { return }
            errors.append(error)
        }
    }

    /// Those received since the last call.
    func newErrors() -> [QueuedError] {
        if isConnected { takeErrors() }
        defer { reported = errors.count }
        return Array(errors[min(reported, errors.count)...])
    }
}
