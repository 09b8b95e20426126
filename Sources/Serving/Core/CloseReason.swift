internal import SystemPackage

/// Why a connection ended.
package enum CloseReason: String, Sendable, CaseIterable {
    /// The client sent its FIN, and all that it was owed went out.
    case fin
    /// The client sent RST.
    case reset
    /// The client vanished: keep-alive probes or retransmissions were not answered.
    case timedOut = "timed-out"
    case idleTimeout = "idle-timeout"
    /// The quit word came.
    case quit
    /// The server was stopped.
    case shutdown
    /// The system refused to serve the connection any further.
    case failed

    /// Which side ended it first; `nil` where neither did.
    package var closedBy: Side? {
        switch self {
        case .fin, .reset: .client
        case .idleTimeout, .quit, .shutdown: .server
        case .timedOut, .failed: nil
        }
    }

    package enum Side: String, Sendable {
        case client
        case server
    }
}

extension CloseReason {
    init(_ errno: Errno) {
        switch errno {
        case .connectionReset, .brokenPipe: self = .reset
        case .timedOut, .noRouteToHost, .networkUnreachable: self = .timedOut
        default: self = .failed
        }
    }
}
