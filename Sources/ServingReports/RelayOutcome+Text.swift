package import Console
package import Dialing
package import SondeSystem

extension RelayOutcome {
    /// One line about a connection that has ended.
    ///
    /// - Parameters:
    ///   - connectTime: the duration of the handshake; `nil` for datagrams.
    ///   - elapsed: the duration of the session.
    package func writeSummary(
        peer: String,
        connectTime: Nanoseconds?,
        elapsed: Nanoseconds,
        into text: inout TextBuffer,
        _ palette: Palette
    ) {
        text.append(escaped: peer, .strong, palette)
        if let connectTime {
            text.append("  connected in ")
            text.append(duration: connectTime.count)
        }
        if let statistics {
            text.append("  rtt ")
            text.append(duration: Int64(statistics.rttMicroseconds) * 1000)
        }
        text.append("  sent ")
        text.append(bytes: bytesSent)
        text.append("  received ")
        text.append(bytes: bytesReceived)
        text.append("  in ")
        text.append(duration: elapsed.count)
        if let statistics {
            text.append("  ")
            text.append(count: Int(statistics.retransmits), of: "retransmit")
        }
        if connectTime != nil {
            text.append("  ")
            text.append(endWords, firstEnd == .peerReset ? .bad : .plain, palette)
        }
        text.append("\n")
    }

    private var endWords: StaticString {
        switch firstEnd {
        case .localFIN: "closed first by this side (FIN)"
        case .peerFIN: "closed first by the peer (FIN)"
        case .peerReset: "reset by the peer (RST)"
        case nil: "left open"
        }
    }
}
