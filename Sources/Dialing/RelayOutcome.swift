package import SondeSystem
package import SystemPackage

/// What a relayed connection did.
package struct RelayOutcome: Sendable {
    package var bytesSent: UInt64 = 0
    package var bytesReceived: UInt64 = 0
    /// Who ended first, and how; `nil` where nobody had when it was over.
    package var firstEnd: End?
    /// Why a direction ended before its time.
    package var sendError: Errno?
    package var receiveError: Errno?
    package var inputError: Errno?
    package var outputError: Errno?
    /// The signal that ended it.
    package var signal: Int32?
    /// The kernel's view at the end; of TCP alone.
    package var statistics: TCPStatistics?

    package enum End: String, Sendable, CaseIterable {
        case localFIN = "local FIN"
        case peerFIN = "peer FIN"
        case peerReset = "peer RST"
    }

    /// Whether the peer did nothing worse than close its own half.
    var peerMayListen: Bool { sendError == nil && receiveError == nil && outputError == nil }

    mutating func end(_ end: End) { firstEnd = firstEnd ?? end }
}
