import Addresses

/// The capture filter of a trace (pcap-filter(7)): the segments of its connections, and the ICMP errors that quote them.
enum TraceFilter {
    /// - Parameter anyLocalPort: whether connections will be made whose ports are not known yet.
    static func expression(_ flows: [(localPort: UInt16, remote: Endpoint)], anyLocalPort: Bool) -> String {
        flows.map { flow in
            // The unspecified address is this machine, which answers from another.
            let host = flow.remote.address.isUnspecified ? "" : "host \(flow.remote.address) and "
            let local = anyLocalPort ? "" : " and tcp port \(flow.localPort)"
            let segments = "(\(host)tcp port \(flow.remote.port)\(local))"
            return "\(segments) or \(errors(flow, anyLocalPort))"
        }.joined(separator: " or ")
    }

    /// An ICMP error quotes the packet from its IP header on: 20 bytes without options, and 40 of IPv6.
    private static func errors(_ flow: (localPort: UInt16, remote: Endpoint), _ anyLocalPort: Bool) -> String {
        if flow.remote.address.family == .v4 {
            let local = anyLocalPort ? "" : " and icmp[28:2] = \(flow.localPort)"
            return "(icmp and (icmp[0] = 3 or icmp[0] = 11 or icmp[0] = 12) and icmp[30:2] = \(flow.remote.port)\(local))"
        }
        let local = anyLocalPort ? "" : " and ip6[88:2] = \(flow.localPort)"
        return "(ip6 and ip6[6] = 58 and ip6[40] < 128 and ip6[90:2] = \(flow.remote.port)\(local))"
    }
}
