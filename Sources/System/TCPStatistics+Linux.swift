import CNetwork
package import SystemPackage

/// What the kernel knows of a TCP connection (TCP_INFO, include/uapi/linux/tcp.h).
package struct TCPStatistics: Hashable, Sendable {
    /// The number of tcp_states.h: 1 ESTABLISHED, 2 SYN_SENT, 8 CLOSE_WAIT, …
    package let state: UInt8
    /// Smoothed round-trip time, microseconds; 0 before the first sample.
    package let rttMicroseconds: UInt32
    package let rttVarianceMicroseconds: UInt32
    /// The least round-trip time seen, microseconds.
    package let minimumRTTMicroseconds: UInt32?
    /// Segments sent again over the connection's life, SYNs included.
    package let retransmits: UInt32
    /// How many times the segment that now waits for its ACK (the SYN, in SYN_SENT) was sent again.
    package let pendingRetransmits: UInt8
    package let sendMSS: UInt32
    package let receiveMSS: UInt32
    /// The shifts of both sides' windows; `nil` where the option was not agreed on.
    package let sendWindowScale: UInt8?
    package let receiveWindowScale: UInt8?
    package let usesTimestamps: Bool
    package let usesSACK: Bool
    package let usesECN: Bool
    package let congestionWindow: UInt32
    /// The peer's receive window as it last advertised it, bytes; `nil` on a kernel older than 5.4.
    package let sendWindow: UInt32?
    package let bytesAcknowledged: UInt64
    package let bytesReceived: UInt64
}

extension BorrowedDescriptor {
    /// getsockopt(TCP_INFO) of a TCP socket in any state.
    package func tcpStatistics() throws(Errno) -> TCPStatistics {
        var raw = cnet_tcp_statistics()
        // Safe: the function fills the structure that it is lent.
        _ = try systemCall { unsafe cnet_tcp_statistics(number, &raw) }
        let hasWindowScale = raw.options & 4 != 0
        return TCPStatistics(
            state: raw.state,
            rttMicroseconds: raw.rtt_us,
            rttVarianceMicroseconds: raw.rtt_variance_us,
            minimumRTTMicroseconds: raw.min_rtt_us == .max ? nil : raw.min_rtt_us,
            retransmits: raw.total_retransmits,
            pendingRetransmits: raw.retransmits,
            sendMSS: raw.send_mss,
            receiveMSS: raw.receive_mss,
            sendWindowScale: hasWindowScale ? raw.send_window_scale : nil,
            receiveWindowScale: hasWindowScale ? raw.receive_window_scale : nil,
            usesTimestamps: raw.options & 1 != 0,
            usesSACK: raw.options & 2 != 0,
            usesECN: raw.options & 8 != 0,
            congestionWindow: raw.congestion_window,
            sendWindow: raw.send_window == .max ? nil : raw.send_window,
            bytesAcknowledged: raw.bytes_acked,
            bytesReceived: raw.bytes_received
        )
    }
}
