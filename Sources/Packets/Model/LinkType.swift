/// What a frame of a capture begins with: a LINKTYPE_ value as pcap and pcapng files hold it (tcpdump.org/linktypes.html).
///
/// A value without a case of its own is kept unchanged, so that it can be reported by number.
@usableFromInline
package struct LinkType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    @usableFromInline package let rawValue: UInt16

    @inlinable
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// BSD loopback: the address family in the byte order of the capturing machine.
    package static let null = LinkType(rawValue: 0)
    package static let ethernet = LinkType(rawValue: 1)
    /// PPP with or without its HDLC-like address and control bytes (RFC 1661, RFC 1662).
    package static let ppp = LinkType(rawValue: 9)
    package static let fddi = LinkType(rawValue: 10)
    /// PPP in HDLC-like framing (RFC 1662), or Cisco HDLC.
    package static let pppSerial = LinkType(rawValue: 50)
    /// A PPPoE session header, then PPP (RFC 2516).
    package static let pppEthernet = LinkType(rawValue: 51)
    /// An IPv4 or IPv6 header first; which of them, its version says.
    package static let raw = LinkType(rawValue: 101)
    /// Cisco HDLC, in which an EtherType follows address and control.
    package static let ciscoHDLC = LinkType(rawValue: 104)
    /// Multiprotocol encapsulation over ATM (RFC 2684): LLC first.
    package static let atm = LinkType(rawValue: 100)
    /// Frame Relay (RFC 2427).
    package static let frameRelay = LinkType(rawValue: 107)
    /// OpenBSD's enc(4): address family, SPI and flags before a packet that IPsec opened.
    package static let securityEncapsulation = LinkType(rawValue: 109)
    /// OpenBSD's pflog(4): what its packet filter did with a packet.
    package static let packetFilterLog = LinkType(rawValue: 117)
    /// IEEE 802.11 without any radio header.
    package static let wifi = LinkType(rawValue: 105)
    /// OpenBSD loopback: the address family in network order.
    package static let loop = LinkType(rawValue: 108)
    /// Linux cooked capture, which the device "any" gives.
    package static let linuxCooked = LinkType(rawValue: 113)
    /// IEEE 802.11 behind a Prism header.
    package static let wifiPrism = LinkType(rawValue: 119)
    /// IEEE 802.11 behind a radiotap header.
    package static let wifiRadiotap = LinkType(rawValue: 127)
    /// IEEE 802.11 behind an AVS header.
    package static let wifiAVS = LinkType(rawValue: 163)
    /// Per-Packet Information: a header that names another link type.
    package static let perPacketInformation = LinkType(rawValue: 192)
    /// Endace ERF records.
    package static let endaceRecord = LinkType(rawValue: 197)
    /// Cisco HDLC and Frame Relay behind one byte of direction.
    package static let ciscoHDLCWithDirection = LinkType(rawValue: 205)
    package static let frameRelayWithDirection = LinkType(rawValue: 206)
    /// PPP behind one byte of direction.
    package static let pppWithDirection = LinkType(rawValue: 204)
    package static let ipv4 = LinkType(rawValue: 228)
    package static let ipv6 = LinkType(rawValue: 229)
    /// What Netfilter's log (NFLOG) hands to user space.
    package static let netfilterLog = LinkType(rawValue: 239)
    /// Linux cooked capture, version 2.
    ///
    /// Computed, since other modules compare each frame's with it and would call an accessor for a stored one.
    @inlinable package static var linuxCooked2: LinkType { LinkType(rawValue: 276) }

    /// The raw IP values that some systems wrote to files in place of 101 (their own DLT_RAW).
    package static let rawBSD = LinkType(rawValue: 12)
    package static let rawOpenBSD = LinkType(rawValue: 14)
}
