import SondeSystem

/// One probe under way. A slot is plain and is used again and again; its socket comes from the pool.
struct ProbeSlot: BitwiseCopyable {
    enum Phase: UInt8, BitwiseCopyable {
        case idle
        /// A SYN is out.
        case connecting
        /// Connected; what the server says first is awaited.
        case readingBanner
        /// A datagram is out.
        case awaitingDatagram
        /// This machine ran out of something; the attempt begins again later.
        case backingOff
    }

    var phase = Phase.idle
    /// -1 where it has none.
    var descriptor: Int32 = -1
    /// Place in the loop's table of units.
    var unit: Int32 = -1
    /// Place in the loop's table of races; -1 where the host has one address.
    var race: Int32 = -1
    var portIndex: Int32 = 0
    var addressIndex: UInt8 = 0
    /// How many times it was sent before.
    var attempt: UInt8 = 0
    var backOffs: UInt8 = 0
    var selfConnects: UInt8 = 0
    /// The host's turn to be asked again has been taken, and is awaited.
    var awaitsTurn = false
    /// SYNs that the kernel sent again in attempts which were given up.
    var kernelRetransmits: UInt16 = 0
    var started = MonotonicTime(nanoseconds: 0)
    var sent = MonotonicTime(nanoseconds: 0)
    var deadline = MonotonicTime(nanoseconds: .max)
    /// When the slot's entry in the timer queue is due; later entries are stale.
    var timerAt = MonotonicTime(nanoseconds: .max)
}
