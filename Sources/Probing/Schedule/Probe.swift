import Addresses
import SondeSystem
import SystemPackage

/// One port of one address that is being probed.
struct Probe {
    enum Phase: UInt8, BitwiseCopyable {
        case idle
        /// At least one attempt is out.
        case awaiting
        /// Connected; what the server says first is awaited.
        case readingBanner
        /// Connected; what the server does is watched.
        case settling
        /// This machine ran out of something; an attempt begins later.
        case backingOff
        /// Asked again once the path takes another packet.
        case awaitingTurn
    }

    var phase = Phase.idle
    /// It measures the pace (`PaceController`) and has no result.
    var isControl = false
    /// The UDP host's turn to be asked again has been taken, and is awaited.
    var hasTurn = false
    /// Packets sent, or about to be.
    var sent: UInt8 = 0
    /// The number of the attempt that was answered, from 0.
    var answered: UInt8 = 0
    /// The number of the attempt that the latest asking began with: 0 for the first one.
    var firstOfAsking: UInt8 = 0
    /// Packets sent since the pace was limited.
    var pacedAsks: UInt8 = 0
    /// Nothing answered within its time before it was to be asked again.
    var hadItsTime = false
    /// How likely it is that the packets that left at a limited pace were all lost.
    var doubt: Float = 1
    /// Of its place in the queue of those to be asked again.
    var ticket: UInt32 = 0
    var backOffs: UInt8 = 0
    /// What this machine ran out of last.
    var shortage: Errno?
    var selfConnects: UInt8 = 0
    /// The kernel's own, in the attempt that was answered, or in all where none was.
    var kernelRetransmits: UInt16 = 0
    var port: UInt16 = 0
    var portIndex: Int32 = 0
    /// The latest attempt, from which those before it are linked; -1 where there is none.
    var latest: Int32 = -1
    var chunk: Int32 = -1
    /// -1 where the host has one address.
    var race: Int32 = -1
    /// 0 where the kernel has no figure.
    var rttMicroseconds: UInt32 = 0
    /// `nil` for a Unix socket.
    var address: ResolvedAddress?
    /// What on this machine decided, where something did.
    var cause: LocalCause?
    /// What this machine's own sockets say, where the target is this machine.
    var listener: LocalListener?
    /// What the server did after it accepted, and when.
    var aftermath: Aftermath?
    var aftermathAt = MonotonicTime(nanoseconds: 0)
    var fate: ConnectionFate?
    /// When the probe was begun, whether or not a packet could be sent; 0 before that.
    var begun = MonotonicTime(nanoseconds: 0)
    /// When the first packet left, and when the first one of the latest asking did.
    var started = MonotonicTime(nanoseconds: 0)
    var asked = MonotonicTime(nanoseconds: 0)
    /// When the connection was made that is read or watched.
    var connected = MonotonicTime(nanoseconds: 0)
    /// When the probe is looked at next.
    var deadline = MonotonicTime(nanoseconds: .max)
    /// When its entry in the timer queue is due; later entries are stale.
    var timerAt = MonotonicTime(nanoseconds: .max)

    /// Connections to itself in a row after which a port is left as an error.
    static let selfConnectLimit: UInt8 = 16
    /// Tries after a shortage, with 10 ms to 500 ms between them: about four seconds in all.
    static let backOffLimit: UInt8 = 12
    /// Packets sent to a port at a limited pace, at most.
    static let pacedAskLimit: UInt8 = 10
    /// The same of a host that never answered.
    static let unheardAskLimit: UInt8 = 3
    /// How likely it is at most that all of them were lost when a port counts as silent.
    static let leastDoubt: Float = 0.003
    /// At a limited pace, how long an answer takes at least before it counts as lost.
    static let leastPacedWait = Nanoseconds.milliseconds(300)
    /// How long a server that began to speak is silent before its banner counts as complete; less after the end of a line.
    static let quiet = Nanoseconds.milliseconds(500)
    static let quietAfterLine = Nanoseconds.milliseconds(100)
    /// TCP_TIMEOUT_INIT: when the kernel sends a SYN again by itself.
    static let firstKernelRetransmission = Nanoseconds.milliseconds(1000)
}

/// One packet that asks, with the socket that waits for its answer.
struct Attempt: BitwiseCopyable {
    /// -1 once it is over.
    var probe: Int32 = -1
    /// The attempt of the same probe before it that is still open; -1 where there is none.
    var previous: Int32 = -1
    /// How many packets of the probe left before it.
    var number: UInt8 = 0
    /// Counted in `underWay`.
    var isUnderWay = false
    /// Another attempt of the same probe followed it; its neighbours in the list of those, -1 at its ends.
    var isSuperseded = false
    var older: Int32 = -1
    var newer: Int32 = -1
    var sent = MonotonicTime(nanoseconds: 0)
    /// Where it left from, if that is recorded.
    var local: Endpoint?
}

extension Probe {
    /// Whether it has its answer, a connection, which is still read or watched.
    var isConnected: Bool { phase == .readingBanner || phase == .settling }

    /// A Unix socket whose accept queue is full is no shortage of this machine's.
    func isShortage(_ errno: Errno) -> Bool {
        errno.isLocalExhaustion && !(address == nil && errno == .resourceTemporarilyUnavailable)
    }

    /// The first event counts, and a reset in any case.
    mutating func note(_ event: Aftermath, _ now: MonotonicTime) {
        guard isConnected, aftermath == nil || event == .reset else { return }
        aftermath = event
        aftermathAt = now
    }

    /// What decided a probe.
    struct Outcome {
        /// `nil` where the port answered, ETIMEDOUT where nothing did.
        let errno: Errno?
        let icmp: QueuedError?
        let banner: [UInt8]?
        let local: Endpoint?
    }

    /// - Parameter wallTime: the time of day, seconds since the epoch.
    func result(
        of target: ProbeTarget,
        _ configured: Transport,
        _ outcome: Outcome,
        wallTime: Double,
        _ now: MonotonicTime
    ) -> ProbeResult {
        let transport: Transport = target.unixPath == nil ? configured : .unix
        let (errno, icmp) = (outcome.errno, outcome.icmp)
        let verdict =
            switch transport {
            case .tcp: Verdict.tcp(errno, queued: icmp, target: address?.address, cause)
            case .udp: Verdict.udp(errno, queued: icmp, target: address?.address, cause)
            case .unix, .unixDatagram: Verdict.unix(errno)
            }
        // Whether a packet came back. What this machine's own routes and firewall refuse was never sent.
        let isAnswered = errno == nil || verdict.state == .closed || icmp != nil && cause == nil && icmp?.origin != .local
        // A banner is read once the connection is made. A datagram is the answer itself.
        let end = isConnected ? connected : now
        let begin = answered >= firstOfAsking ? asked : started
        let resent = (isAnswered ? Int(answered) : max(0, Int(sent) - 1)) + Int(kernelRetransmits)
        return ProbeResult(
            ordinal: target.ordinal,
            round: target.round,
            portIndex: Int(portIndex),
            portCount: target.ports.ports.count,
            name: target.name,
            address: address,
            port: port,
            transport: transport,
            verdict: verdict,
            errno: errno,
            icmp: icmp,
            cause: cause,
            listener: listener,
            resolveTime: target.resolveTime,
            answerTime: isAnswered ? end - begin : nil,
            rttMicroseconds: errno == nil && rttMicroseconds > 0 ? rttMicroseconds : nil,
            retransmits: transport == .unix ? nil : resent,
            banner: outcome.banner,
            aftermath: aftermath,
            aftermathTime: aftermath == nil ? nil : aftermathAt - connected,
            fate: fate,
            local: outcome.local,
            time: wallTime
        )
    }
}

/// A chunk with ports that have no result yet.
struct ActiveChunk {
    let target: ProbeTarget
    /// The probes and races that need it, and the launcher until it has begun all of its ports.
    var holders: Int
}

/// The chunk whose ports begin next.
struct CurrentChunk {
    /// -1 where there is none.
    var chunk: Int32 = -1
    var next = 0
    var end = 0
    var target: ProbeTarget?
}
