import Dialing
import SondeSystem

/// Several addresses of one host and one port: the first that connects counts (RFC 8305).
///
/// Where none connects, the most telling result is the port's: closed before filtered, filtered with a reason before silence.
struct AddressRace {
    let chunk: Int32
    let portIndex: Int32
    /// When the port's time is up, whichever addresses are still to be tried.
    let deadline: MonotonicTime
    var attempts: ConnectionAttempts
    /// The probes in progress, one per address.
    var probes: [Int32] = []
    private(set) var best: ProbeResult?
    /// Whether an address is connected, and only its connection is still watched.
    var isDecided = false
    /// What became of the other addresses.
    var outcomes: [AddressOutcome] = []
    /// When its latest entry in the timer queue is due.
    var timerAt = MonotonicTime(nanoseconds: .max)

    /// Addresses of one host that are tried; further ones are left out.
    static let addressLimit = 255

    /// - Parameter limit: the port's time, for all of its addresses.
    init(chunk: Int32, portIndex: Int32, addressCount: Int, start: MonotonicTime, limit: Nanoseconds) {
        self.chunk = chunk
        self.portIndex = portIndex
        deadline = start + limit
        attempts = ConnectionAttempts(count: addressCount, within: limit)
    }

    /// One address has its result.
    mutating func settle(_ probe: Int32, _ result: ProbeResult) {
        probes.removeAll { $0 == probe }
        attempts.attemptFailed()
        let isBetter = best.map { result.tellingRank < $0.tellingRank } ?? true
        if let other = isBetter ? best : result, let address = other.address, other.verdict.state != .error {
            outcomes.append(AddressOutcome(address: address, verdict: other.verdict, elapsed: nil))
        }
        if isBetter { best = result }
    }
}

extension ProbeResult {
    /// Ranks results by how informative they are, the most informative first.
    fileprivate var tellingRank: Int {
        switch (verdict.state, verdict.reason) {
        case (.open, _): 0
        case (.closed, _): 1
        case (.filtered, .noResponse?): 3
        case (.filtered, _): 2
        case (.openOrFiltered, _): 4
        case (.error, _): 5
        }
    }
}
