import Addresses
package import SondeSystem
package import SystemPackage

/// What one probe found: facts alone, in the units they were measured in.
package struct ProbeResult: Sendable {
    /// The target's number in the order of the targets, from 0, and the port's place in its list: what a sorted report sorts by.
    package let ordinal: Int
    package let portIndex: Int
    /// How many ports the target has.
    package let portCount: Int
    /// The host as it was named; `nil` where it was named by the address.
    package let name: String?
    /// `nil` for a Unix socket.
    package let address: ResolvedAddress?
    package let port: UInt16
    package let transport: Transport
    package let verdict: Verdict
    /// What connect(2) left, as `connect_ex` returns it; `nil` for success.
    package let errno: Errno?
    /// The ICMP error that decided, if one did.
    package let icmp: QueuedError?
    /// How long the name took to resolve; `nil` for an address given as a number.
    package let resolveTime: Nanoseconds?
    /// From the first attempt to the answer; `nil` where none came.
    package let answerTime: Nanoseconds?
    /// The kernel's own measure of the handshake (TCP_INFO), microseconds.
    package let rttMicroseconds: UInt32?
    /// SYNs, or datagrams, sent again, by the kernel and by us.
    package let retransmits: Int?
    /// What the server said first, where it was asked to.
    package let banner: [UInt8]?
    /// When the result was known, seconds since the epoch.
    package let time: Double

    /// The target as a person named it: the host's name, the path, or the address.
    package var target: String { name ?? address?.description ?? "" }
}

extension ResolvedAddress: CustomStringConvertible {
    /// The address, with its zone's number where it has one.
    package var description: String { zone == 0 ? address.description : "\(address)%\(zone)" }
}

/// A target none of whose ports could be probed, because its name does not resolve.
package struct UnresolvedTarget: Sendable {
    package let ordinal: Int
    package let error: ResolutionError
}

/// The events that the engine delivers as they occur.
package enum ProbeEvent: Sendable {
    case result(ProbeResult)
    case unresolved(UnresolvedTarget)
    /// A line of a list of targets that can't be read; the number counts from 1.
    case badLine(number: Int, file: String, error: TargetError)
    /// A list of targets could not be read to its end.
    case unreadable(file: String, errno: Errno)
    /// The system refused what the feed needs, so that its targets are not all probed.
    case refused(SystemError)
}
