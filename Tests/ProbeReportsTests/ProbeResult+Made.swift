import Addresses
import SystemPackage

@testable import Probing
@testable import SondeSystem

extension ProbeResult {
    /// A result as a test needs it; what it does not name is as it would be for a TCP port of 192.0.2.1 that did not answer.
    static func made(
        ordinal: Int = 0,
        round: Int = 1,
        portIndex: Int = 0,
        portCount: Int = 1,
        name: String? = nil,
        address: String? = "192.0.2.1",
        zone: UInt32 = 0,
        port: UInt16 = 443,
        transport: Transport = .tcp,
        _ state: PortState,
        _ reason: Reason?,
        errno: Errno? = nil,
        icmp: QueuedError? = nil,
        cause: LocalCause? = nil,
        listener: LocalListener? = nil,
        resolveTime: Nanoseconds? = nil,
        answerTime: Nanoseconds? = nil,
        rttMicroseconds: UInt32? = nil,
        retransmits: Int? = nil,
        banner: [UInt8]? = nil,
        aftermath: Aftermath? = nil,
        aftermathTime: Nanoseconds? = nil,
        fate: ConnectionFate? = nil,
        local: Endpoint? = nil,
        time: Double = 1_700_000_000.25
    ) -> ProbeResult {
        ProbeResult(
            ordinal: ordinal,
            round: round,
            portIndex: portIndex,
            portCount: portCount,
            name: name,
            address: address.flatMap { IPAddress($0) }.map { ResolvedAddress($0, zone: zone) },
            port: port,
            transport: transport,
            verdict: Verdict(state, reason),
            errno: errno,
            icmp: icmp,
            cause: cause,
            listener: listener,
            resolveTime: resolveTime,
            answerTime: answerTime,
            rttMicroseconds: rttMicroseconds,
            retransmits: retransmits,
            banner: banner,
            aftermath: aftermath,
            aftermathTime: aftermathTime,
            fate: fate,
            local: local,
            time: time
        )
    }
}

extension QueuedError {
    /// An ICMP error as a firewall or router sends it.
    static func from(_ offender: String?, _ origin: Origin = .icmp, type: UInt8 = 3, code: UInt8 = 13) -> QueuedError {
        QueuedError(
            errno: .noRouteToHost,
            origin: origin,
            icmpType: type,
            icmpCode: code,
            offender: offender.flatMap { IPAddress($0) }
        )
    }
}
