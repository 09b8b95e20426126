package import Addresses
package import SondeSystem
package import SystemPackage

/// What one probe found: facts alone, in the units they were measured in.
package struct ProbeResult: Sendable {
    /// The target's number in the order of the targets, from 0, and the port's place in its list: what a sorted report sorts by.
    package let ordinal: Int
    /// The round that it belongs to, from 1.
    package let round: Int
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
    /// What on this machine decided, where something did.
    package let cause: LocalCause?
    /// What this machine's own sockets say of the port, where the target is this machine.
    package let listener: LocalListener?
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
    /// What the server did after it accepted the connection, and how long after that, where it was watched.
    package let aftermath: Aftermath?
    package let aftermathTime: Nanoseconds?
    /// What became of the accepted connection; `nil` where none was watched.
    package let fate: ConnectionFate?
    /// Where the probe left from, where that is recorded.
    package let local: Endpoint?
    /// Of a name with several addresses: what became of the others that were tried.
    package private(set) var others: [AddressOutcome] = []
    /// When the result was known, seconds since the epoch.
    package let time: Double

    /// The target as a person named it: the host's name, the path, or the address.
    package var target: String { name ?? address?.description ?? "" }

    /// Whether the host itself answered, as opposed to a router or this machine.
    package var isAnsweredByHost: Bool {
        switch verdict.state {
        case .open, .closed: true
        case .filtered, .openOrFiltered, .error: cause == nil && icmp?.offender != nil && icmp?.offender == address?.address
        }
    }

    /// Whether a client is served there: the port is open, and its connection was not found to be ended or stalled.
    package var isServing: Bool { verdict.state == .open && fate != .ended && fate != .stalled }

    func beside(_ others: [AddressOutcome]) -> ProbeResult {
        var result = self
        result.others = others
        return result
    }
}

/// What on this machine or its links decided a port's state.
package enum LocalCause: Hashable, Sendable, BitwiseCopyable {
    /// The ICMP error came from this machine itself, although the target is another.
    case ownFirewall
    /// Nobody answered ARP or NDP for this address: the target itself, or the gateway toward it.
    case silentNeighbour(IPAddress)
    /// The address that was asked for as a source can't reach the target.
    case source
    /// Probes had to leave through one interface, and the route to the target leads through another; their indices.
    case interface(UInt32, route: UInt32)
    /// The target is a broadcast or multicast address.
    case groupAddress(isMulticast: Bool)
    /// The machine has no address of the target's family.
    case noAddressOfFamily
}

/// What a server did after it accepted a connection.
package enum Aftermath: String, Hashable, Sendable, CaseIterable, BitwiseCopyable {
    case data
    case fin
    case reset = "rst"
}

/// What became of an accepted connection while it was watched.
package enum ConnectionFate: String, Hashable, Sendable, CaseIterable, BitwiseCopyable {
    /// It was open to the end.
    case held
    /// The server closed or reset it.
    case ended
    /// It was open, but the server's receive window was zero from the SYN-ACK on: a SYN proxy that has no connection to the server
    /// (net/netfilter/nf_synproxy_core.c, synproxy_send_client_synack).
    case stalled
    /// The run ended before the time was over.
    case unknown
}

/// One of several addresses of a host.
package struct AddressOutcome: Hashable, Sendable {
    package let address: ResolvedAddress
    /// `nil` where it had not answered yet.
    package let verdict: Verdict?
    /// How long it was given, where it had not answered.
    package let elapsed: Nanoseconds?

    package init(address: ResolvedAddress, verdict: Verdict?, elapsed: Nanoseconds?) {
        self.address = address
        self.verdict = verdict
        self.elapsed = elapsed
    }
}

extension ResolvedAddress: CustomStringConvertible {
    /// The address, with its zone by name or number where it has one.
    package var description: String {
        zone == 0 ? address.description : "\(address)%\(NetworkDatabase.interfaceName(zone) ?? "\(zone)")"
    }
}

/// A target none of whose ports could be probed, because its name does not resolve.
package struct UnresolvedTarget: Sendable {
    package let ordinal: Int
    /// The round that it belongs to, from 1.
    package let round: Int
    /// The ports that were not probed for it.
    package let ports: PortList
    package let transport: Transport
    /// When that was known, seconds since the epoch.
    package let time: Double
    package let error: ResolutionError

    package init(
        ordinal: Int,
        round: Int = 1,
        ports: PortList,
        transport: Transport = .tcp,
        time: Double = 0,
        error: ResolutionError
    ) {
        self.ordinal = ordinal
        self.round = round
        self.ports = ports
        self.transport = transport
        self.time = time
        self.error = error
    }
}

/// How a run adapted to a path that drops what is sent too fast.
package struct PaceReport: Hashable, Sendable {
    /// Packets per second.
    package let rate: Double
    /// Ports that were asked again at that pace.
    package let askedAgain: Int

    package init(rate: Double, askedAgain: Int) {
        self.rate = rate
        self.askedAgain = askedAgain
    }
}

/// The events that the engine delivers as they occur.
package enum ProbeEvent: Sendable {
    case result(ProbeResult)
    case unresolved(UnresolvedTarget)
    /// A port that was still unanswered when the run was stopped.
    case abandoned(ProbeResult)
    /// A target some of whose ports were not begun when the run was stopped.
    case unreached(ordinal: Int, ports: Int)
    case paced(PaceReport)
    /// A line of a list of targets that can't be read; the number counts from 1.
    case badLine(number: Int, file: String, error: TargetError)
    /// A list of targets could not be read to its end.
    case unreadable(file: String, errno: Errno)
    /// The system refused what the feed needs, so that its targets are not all probed.
    case refused(SystemError)
}
