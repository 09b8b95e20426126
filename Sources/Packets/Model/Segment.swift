package import Addresses
package import Time

/// One TCP segment as it stood in a frame: the header's fields, what its options said, and where its payload lies.
///
/// A plain value without references, so that a capture of millions is decoded without one allocation. Numbers are in host order.
package struct Segment: Sendable, BitwiseCopyable {
    /// When the frame was captured.
    package var time: Timestamp
    package var source: IPAddress
    package var destination: IPAddress
    package var sourcePort: UInt16
    package var destinationPort: UInt16
    /// SEG.SEQ and SEG.ACK (RFC 9293 section 3.1). The acknowledgement means something only where `flags` holds `.ack`.
    package var sequence: UInt32
    package var acknowledgement: UInt32
    package var flags: TCPFlags
    /// The window field of the header, unscaled.
    package var window: UInt16
    package var urgentPointer: UInt16
    /// Bytes of payload by the IP header's length, also where the capture cut them off.
    /// 0 where the IP header gives no length (TSO).
    package var payloadLength: Int
    /// Where the payload begins in the frame, and how many bytes of it were captured (at most `payloadLength`).
    package var payloadOffset: Int
    package var capturedPayloadLength: Int
    /// Whether all of the payload was captured, in this frame or in the fragments that it came in.
    package var isPayloadWhole: Bool
    package var checksum: ChecksumVerdict
    package var options: TCPOptions
    /// The IP header's time to live or hop limit.
    package var hopLimit: UInt8
    /// Whether the frame is one that was captured at another point just before.
    package var isCopy = false
    /// The virtual network that the frame belongs to.
    package var network = VirtualNetwork.none
    /// The innermost VLAN around the packet; 0 where there is none.
    package var vlan: UInt16 = 0
    /// The identification of the IPv4 header; of IPv6 it means nothing.
    package var identification: UInt16 = 0
    /// The interface that the frame was captured on: the kernel's index where the frame's header has it (LINUX_SLL2), with
    /// `kernelIndexFlag` once the capture's source is known; else the source's number of it.
    package var interface: UInt32 = 0

    /// Set in `interface` where it is the kernel's index of the interface and not the source's number of it.
    package static let kernelIndexFlag: UInt32 = 1 << 31

    /// A segment of these endpoints; every other field is zero or empty, and the checksum is unknown.
    package init(
        time: Timestamp = Timestamp(nanoseconds: 0),
        source: IPAddress = .anyV4,
        destination: IPAddress = .anyV4,
        sourcePort: UInt16 = 0,
        destinationPort: UInt16 = 0,
        sequence: UInt32 = 0,
        acknowledgement: UInt32 = 0,
        flags: TCPFlags = [],
        window: UInt16 = 0,
        payloadLength: Int = 0
    ) {
        self.time = time
        self.source = source
        self.destination = destination
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.sequence = sequence
        self.acknowledgement = acknowledgement
        self.flags = flags
        self.window = window
        self.urgentPointer = 0
        self.payloadLength = payloadLength
        self.payloadOffset = 0
        self.capturedPayloadLength = 0
        self.isPayloadWhole = true
        self.checksum = .unknown
        self.options = TCPOptions()
        self.hopLimit = 0
    }

    package enum ChecksumVerdict: UInt8, Sendable, BitwiseCopyable {
        case correct
        case wrong
        /// The field holds the pseudo-header's sum alone: the sender left the rest to its network card, behind which nobody looked.
        case offloaded
        /// The capture holds less than the whole segment, so nothing can be said.
        case unknown
    }
}
