package import Addresses
import Interfaces
package import SondeSystem
package import SystemPackage

/// An attempt to connect that was made outside of a run. It is judged as a probe's attempt is.
package struct LoneAttempt: Sendable {
    /// The host as it was named; `nil` where it was named by the address.
    package var name: String?
    package var address: ResolvedAddress
    package var port: UInt16
    /// What connect(2) left; `nil` for success, `.timedOut` where the deadline passed.
    package var errno: Errno?
    /// The ICMP error that ended it, if one did.
    package var icmp: QueuedError?
    package var resolveTime: Nanoseconds?
    /// From the SYN to the answer; `nil` where none came.
    package var answerTime: Nanoseconds?
    package var statistics: TCPStatistics?
    package var local: Endpoint?
    /// What the server did after it accepted, and how long after that.
    package var aftermath: Aftermath?
    package var aftermathTime: Nanoseconds?
    package var fate: ConnectionFate?

    package init(to address: ResolvedAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// The state and the reason. Asks the kernel's routes, neighbours and sockets where this machine may be the cause.
    ///
    /// - Parameter others: what became of the name's other addresses.
    package func result(beside others: [AddressOutcome] = []) -> ProbeResult {
        var causes = LocalCauses()
        var listeners = LocalListeners()
        var errno = errno
        var cause: LocalCause?
        var listener: LocalListener?
        if errno == .connectionRefused || errno == .timedOut {
            listener = listeners.listener(.tcp, port: port, at: address, .now)
        }
        switch errno {
        case nil: break
        case .timedOut? where icmp == nil:
            cause = causes.silence(toward: address)
            if cause != nil { errno = .noRouteToHost }
        case .connectionRefused? where icmp == nil: break
        case .addressNotAvailable?: cause = Self.lacksAddress(of: address.address.family) ? .noAddressOfFamily : nil
        case let failure?: cause = causes.cause(of: failure, icmp, toward: address)
        }
        let result = ProbeResult(
            ordinal: 0,
            round: 1,
            portIndex: 0,
            portCount: 1,
            name: name,
            address: address,
            port: port,
            transport: .tcp,
            verdict: Verdict.tcp(errno, queued: icmp, target: address.address, cause),
            errno: errno,
            icmp: icmp,
            cause: cause,
            listener: listener,
            resolveTime: resolveTime,
            answerTime: answerTime,
            rttMicroseconds: errno == nil ? statistics?.rttMicroseconds : nil,
            retransmits: statistics.map { Int($0.retransmits) },
            banner: nil,
            aftermath: aftermath,
            aftermathTime: aftermathTime,
            fate: fate,
            local: local,
            time: WallClock.seconds
        )
        return result.beside(others)
    }

    private static func lacksAddress(of family: IPAddress.Family) -> Bool {
        guard let interfaces = try? Interface.all() else { return false }
        return !interfaces.contains { $0.addresses.contains { $0.address.family == family && !$0.address.isLoopback } }
    }
}
