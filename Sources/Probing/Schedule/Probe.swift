import Addresses
import SondeSystem

/// One port of one address that is being probed.
struct Probe {
    enum Phase: UInt8, BitwiseCopyable {
        case idle
        /// At least one attempt is out.
        case awaiting
        /// Connected; what the server says first is awaited.
        case readingBanner
        /// This machine ran out of something; an attempt begins later.
        case backingOff
    }

    var phase = Phase.idle
    /// The UDP host's turn to be asked again has been taken, and is awaited.
    var hasTurn = false
    /// Packets sent, or about to be.
    var sent: UInt8 = 0
    /// The number of the attempt that was answered, from 0.
    var answered: UInt8 = 0
    var backOffs: UInt8 = 0
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
    /// When the first packet left.
    var started = MonotonicTime(nanoseconds: 0)
    /// When the connection was made whose banner is read.
    var connected = MonotonicTime(nanoseconds: 0)
    /// When the probe is looked at next.
    var deadline = MonotonicTime(nanoseconds: .max)
    /// When its entry in the timer queue is due; later entries are stale.
    var timerAt = MonotonicTime(nanoseconds: .max)

    /// Connections to itself in a row after which a port is left as an error.
    static let selfConnectLimit: UInt8 = 16
    /// Tries after a shortage, with 10 ms to 500 ms between them: about four seconds in all.
    static let backOffLimit: UInt8 = 12
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
