import Addresses
import SondeSystem
import SystemPackage

/// What a schedule and its driver exchange, in plain values. Attempts are named by number.
extension ProbeSchedule {
    enum Command: Hashable, BitwiseCopyable {
        /// Ask the feed for a chunk of ports; reported by `supply`.
        case takePorts
        /// Give the attempt a socket and send: connect it, or send a datagram.
        case send(Int32)
        /// Send the datagram once more from the attempt's socket.
        case sendAgain(Int32)
        /// Read what the server says first on the attempt's connection.
        case readBanner(Int32)
        /// Watch the attempt's connection for what the server does.
        case watch(Int32)
        /// The attempt's time is up: look once more for an answer, and report it or `.silent`; or what was read of a connection.
        case conclude(Int32)
        /// Nothing more is wanted of the attempt; its number may be used again at once.
        case release(Int32)
        /// Nothing to do before this moment, or before an event where it is `nil`.
        case wait(until: MonotonicTime?)
        /// Every port has its result.
        case finished
    }

    enum Event {
        /// The packet is on its way and not answered yet.
        case underWay
        /// A stream is connected; the kernel's figures where it has them. `isReset`: the server has reset it already.
        case connected(rttMicroseconds: UInt32?, retransmits: UInt16, isReset: Bool = false)
        /// A datagram came back, or all that is read of a connection; `aftermath` is what ended that.
        case received([UInt8], Aftermath? = nil, isEnded: Bool = false)
        /// The server did something on a connection that is watched.
        case observed(Aftermath)
        /// A connection that was watched to its time's end is open; `isStalled` if the server's receive window is still zero.
        case held(isStalled: Bool)
        /// The first bytes on a connection, up to the end of a line or not; more may follow.
        case receiving(isLine: Bool)
        /// connect(2) or send(2) failed; `icmp` is the ICMP error that caused it, if one did; `cause` what on this machine did.
        case failed(Errno, icmp: QueuedError?, cause: LocalCause? = nil, retransmits: UInt16 = 0)
        /// The socket is connected to itself.
        case metItself
        /// Nothing came; reported for `.conclude` only. The kernel's own retransmissions.
        case silent(retransmits: UInt16)
    }

    /// The destination of an attempt.
    struct Destination {
        /// `nil` for a Unix socket.
        let address: ResolvedAddress?
        let port: UInt16
        let unixPath: String?
    }

    enum Supply {
        case ports(PortChunk)
        /// None now; `.changed` says when it is worth asking again, or this moment does.
        case later(until: MonotonicTime? = nil)
        case changed
        case exhausted
    }

    /// What the schedule needs to know of a run.
    struct Settings {
        var transport = Transport.tcp
        var policy = RetryPolicy(deadline: .milliseconds(2000))
        /// Attempts per second, at most; `nil` for no limit.
        var rate: Double?
        /// Bytes of a banner; `nil` where none is wanted.
        var bannerLimit: Int?
        /// How long accepted connections are watched; `nil` where they are not.
        var settle: Settle?
        /// Probes and sockets in use at once, at most.
        var probeLimit = 10_000
        var socketLimit = 20_000
        /// Whether every socket has the same port, so that one whose endpoints are in use says nothing of the machine's addresses.
        var sharesPort = false
        /// When the whole run ends, whatever is under way; `nil` where each probe's own deadline suffices.
        var end: MonotonicTime?

        /// When what is under way is given up: thousands of sockets take time to close, which is part of the run.
        ///
        /// - Parameter sendingTime: what opening a socket and sending from it takes on this machine, as busy as it is; closing it and
        ///   reporting its port take about half of that.
        func end(whileOpen sockets: Int, sendingTime: Nanoseconds, start: MonotonicTime) -> MonotonicTime? {
            guard let end, sockets >= Settings.manySockets else { return end }
            let perSocket = max(Settings.nanosecondsPerClosedSocket, sendingTime.count / 2)
            let reserve = min(Int64(sockets) * perSocket, (end - start).count / 2)
            return MonotonicTime(nanoseconds: end.nanoseconds - reserve)
        }

        private static let manySockets = 256
        private static let nanosecondsPerClosedSocket: Int64 = 12_000
    }
}
