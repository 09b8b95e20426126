/// The filter expression by which the kernel spares sonde most of the frames that `--handshakes` leaves out.
///
/// It passes every frame that the decoder may find a SYN, FIN or RST in: plain segments by their flags, and whatever it can't look into
/// (fragments, extension headers, tags and tunnels) as it is. What it passes is decoded and selected like the frames of a file, so a live
/// capture takes the same frames as one from a file of the same traffic.
package enum HandshakePrefilter {
    private static let parts = [
        // Plain segments of IPv4 and IPv6.
        "ip proto 6 and tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0",
        "ip6[6] = 6 and ip6[53] & 7 != 0",
        // Fragments of IPv4.
        "ip[6:2] & 0x3fff != 0",
        // Tunnels over UDP: by their ports, or by how their payload begins (AYIYA, Teredo).
        "ip proto 17 and (\(tunnelPorts) or udp[9] = 0x52 or udp[8] & 0xf0 = 0x60 or (udp[8] = 0 and udp[9] <= 1))",
        // Other protocols of IPv4: tunnels, AH. ICMP and IGMP carry none.
        "ip and not (ip proto 6 or ip proto 17 or ip proto 1 or ip proto 2)",
        // Extension headers and tunnels of IPv6; UDP as a whole.
        "ip6 and not (ip6[6] = 6 or ip6[6] = 58)",
        // Tags, labels, PPPoE.
        "not (ip or ip6 or arp)",
    ]

    private static let tunnelPorts = [1701, 2123, 2152, 3544, 4754, 4789, 4790, 5072, 6081, 6635, 8472].map { "udp port \($0)" }
        .joined(separator: " or ")

    /// The expression, with the user's own where there is one.
    package static func expression(and other: String) -> String {
        let whole = parts.map { "(\($0))" }.joined(separator: " or ")
        return other.isEmpty ? whole : "(\(whole)) and (\(other))"
    }
}
