/// What is odd about a segment, by the names of Wireshark's `tcp.analysis`.
package struct Findings: FlagSet {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static var retransmission: Findings { Findings(rawValue: 1 << 0) }
    package static var fastRetransmission: Findings { Findings(rawValue: 1 << 1) }
    /// What it repeats was acknowledged already.
    package static var spuriousRetransmission: Findings { Findings(rawValue: 1 << 2) }
    package static var outOfOrder: Findings { Findings(rawValue: 1 << 3) }
    package static var keepAlive: Findings { Findings(rawValue: 1 << 4) }
    package static var keepAliveAck: Findings { Findings(rawValue: 1 << 5) }
    package static var zeroWindow: Findings { Findings(rawValue: 1 << 6) }
    package static var windowUpdate: Findings { Findings(rawValue: 1 << 7) }
    package static var duplicateAck: Findings { Findings(rawValue: 1 << 8) }
    /// A segment before this one was not captured.
    package static var previousSegmentLost: Findings { Findings(rawValue: 1 << 9) }
    /// It acknowledges something that was not captured.
    package static var acknowledgesUnseen: Findings { Findings(rawValue: 1 << 10) }
    package static var zeroWindowProbe: Findings { Findings(rawValue: 1 << 11) }
    package static var zeroWindowProbeAck: Findings { Findings(rawValue: 1 << 12) }
    /// The endpoints were used before in this capture.
    package static var reusesEndpoints: Findings { Findings(rawValue: 1 << 13) }
    /// Data in the SYN (TCP Fast Open, RFC 7413).
    package static var synData: Findings { Findings(rawValue: 1 << 14) }
    /// It fills the window that the receiver offers.
    package static var windowFull: Findings { Findings(rawValue: 1 << 15) }

    /// The kinds that send something again.
    package static var anyRetransmission: Findings { Findings(rawValue: 0b111) }
}
