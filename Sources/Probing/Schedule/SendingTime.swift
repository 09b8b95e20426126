import SondeSystem

/// What opening a socket and sending from it takes on this machine, as busy as it is.
///
/// It is measured over stretches without a pause, so that the time in which other processes had the processor counts. A few packets
/// after a pause leave quickly on any machine.
struct SendingTime: BitwiseCopyable {
    /// The mean of the slowest stretch so far; zero before there was one.
    private(set) var mean = Nanoseconds.zero
    private var start = MonotonicTime(nanoseconds: 0)
    private var sent = 0

    /// Packets that make a stretch.
    private static let least = 256

    mutating func recordSend(_ now: MonotonicTime) {
        if sent == 0 { start = now }
        sent += 1
        guard sent > SendingTime.least, sent % 64 == 0 else { return }
        mean = max(mean, Nanoseconds((now - start).count / Int64(sent - 1)))
    }

    mutating func recordPause() { sent = 0 }
}
