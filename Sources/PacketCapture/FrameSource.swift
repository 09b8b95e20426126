package import Packets
package import Time

/// What a source knows of a frame besides its bytes.
package struct FrameHeader: Sendable, BitwiseCopyable {
    /// When it was captured. A file's time is kept between 0 and 2^62 nanoseconds (the year 2116), whatever it claims,
    /// so that the difference of two never overflows.
    package var time: Timestamp
    /// Its length on the wire, in bytes. A file may claim less than it holds.
    package var wireLength: Int
    /// The number of bytes captured, which is the length of the span passed with the header.
    package var capturedLength: Int
    package var linkType: LinkType
    /// The number of the interface: in a pcapng file that of `InterfaceNames`, else of the section, from 0; 0 in every other source.
    package var interface: Int

    @inlinable
    package init(time: Timestamp, wireLength: Int, capturedLength: Int, linkType: LinkType, interface: Int = 0) {
        self.time = time
        self.wireLength = wireLength
        self.capturedLength = capturedLength
        self.linkType = linkType
        self.interface = interface
    }
}

/// What the taker of a frame wants next.
package enum FrameDemand: Sendable {
    case more
    /// No further frame: the source returns at once, positioned after the frame just handed over.
    case enough
}

/// Where frames come from: a file or a live interface.
package protocol FrameSource: ~Copyable {
    /// The unit of its timestamps. A file reports it with its first frame.
    var timeResolution: TimeResolution { get }

    /// Hands over frames in order until the source ends, the taker has enough, or, for a live one, none is waiting.
    ///
    /// The span is valid during the call alone.
    ///
    /// - Returns: the demand that the taker last had; `.more` where the source ended or none was waiting.
    @discardableResult
    mutating func readFrames(_ take: (FrameHeader, Span<UInt8>) -> FrameDemand) throws(CaptureError) -> FrameDemand
}

extension Decoder {
    /// Decodes a frame as its source handed it over.
    @inline(__always)
    package mutating func decode(_ frame: Span<UInt8>, _ header: FrameHeader) -> DecodeOutcome {
        decode(frame, linkType: header.linkType, wireLength: header.wireLength, time: header.time)
    }
}
