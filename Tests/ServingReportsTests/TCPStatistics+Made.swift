@testable import SondeSystem

extension TCPStatistics {
    /// An established connection's statistics: what the reports show of them, and zero for the rest.
    static func made(rttMicroseconds: UInt32, retransmits: UInt32) -> TCPStatistics {
        TCPStatistics(
            state: 1,
            rttMicroseconds: rttMicroseconds,
            rttVarianceMicroseconds: 0,
            minimumRTTMicroseconds: nil,
            retransmits: retransmits,
            pendingRetransmits: 0,
            sendMSS: 0,
            receiveMSS: 0,
            sendWindowScale: nil,
            receiveWindowScale: nil,
            usesTimestamps: false,
            usesSACK: false,
            usesECN: false,
            congestionWindow: 0,
            sendWindow: 65_535,
            bytesAcknowledged: 0,
            bytesReceived: 0
        )
    }
}
