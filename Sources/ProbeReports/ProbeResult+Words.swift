import Addresses
import Probing
import SondeSystem
import SystemPackage

/// A result in words.
extension ProbeResult {
    /// The name with the address that it stands for, or the address alone.
    var host: String {
        guard let name, let address else { return target }
        return "\(name) (\(address))"
    }

    /// `0`, or number and name: `111 ECONNREFUSED`.
    var connectEx: String { errno.map { "\($0.rawValue) \($0.name)" } ?? "0" }

    /// Why the port is in its state, in a few words.
    var sentence: String {
        guard let reason = verdict.reason else { return "this machine failed: \(failure)" }
        return words(reason)
    }

    private var failure: String {
        guard errno == .invalidArgument, let address = address?.address, address.needsZone else { return errno?.explained ?? "" }
        return "the address needs its interface: \(address)%eth0"
    }

    private var noRoute: String {
        errno == .invalidArgument ? "a blackhole route of this machine discards it" : "this machine has no route there"
    }

    private var offender: String { icmp?.offender.map { $0 == address?.address ? "the host" : "\($0)" } ?? "this machine" }

    private func words(_ reason: Reason) -> String {
        switch reason {
        case .synAck: "takes connections"
        case .reset: "nothing listens"
        case .noResponse:
            transport == .udp ? "no answer: silent, or dropped on the way" : "no answer: dropped on the way, or no such host"
        case .portUnreachable: verdict.state == .closed ? "nothing listens" : "\(offender) refuses it: a firewall"
        case .hostUnreachable: icmp?.offender == nil ? "this machine has no way to the host" : "\(offender) finds no such host"
        case .networkUnreachable: icmp?.offender == nil ? noRoute : "\(offender) has no route there"
        case .administrativelyProhibited:
            icmp?.offender == nil ? "a route or firewall rule of this machine forbids it" : "\(offender) forbids it: a firewall"
        case .protocolUnreachable: "\(offender) does not speak the protocol"
        case .udpResponse: "answers"
        case .accepted: "takes connections"
        case .noListener: errno == .noSuchFileOrDirectory ? "there is no such path" : "nothing listens"
        }
    }
}
