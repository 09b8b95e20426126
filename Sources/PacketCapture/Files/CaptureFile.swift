package import Packets
package import SondeSystem

/// A capture file: pcap or pcapng, plain or compressed by gzip or zstd, from a path or, as `-`, from standard input.
package struct CaptureFile: FrameSource, ~Copyable {
    private let path: String
    private var input: InputBuffer
    private var parser: CaptureParser
    /// Whether the last call returned since a pipe holds nothing yet: the next call waits for it.
    package private(set) var isWaiting = false

    /// Opens a file. The first read detects its format.
    ///
    /// - Parameters:
    ///   - interruption: a descriptor, such as a source of signals, that ends the reading as at the end of the file once it
    ///     is readable. The next call resumes at the same position. If given, a pipe that runs empty ends a call too: see `isWaiting`.
    ///   - names: where the names of its interfaces are kept.
    package init(
        path: String,
        interruption: BorrowedDescriptor? = nil,
        names: InterfaceNames? = nil
    ) throws(CaptureError) {
        self.path = path
        parser = CaptureParser(names: names)
        input = try InputBuffer(path: path, interruption: interruption)
    }

    package var timeResolution: TimeResolution { parser.timeResolution }

    /// The link type in the header of a pcap file, once read; `nil` for pcapng, which has one per interface.
    package var linkType: LinkType? { parser.linkType }

    @discardableResult
    package mutating func readFrames(
        _ take: (FrameHeader, Span<UInt8>) -> FrameDemand
    ) throws(CaptureError) -> FrameDemand {
        isWaiting = false
        while true {
            let progress: ParseProgress
            // A copy, since the compiler takes the buffer's span for a loan of the whole file.
            var parser = self.parser
            defer { self.parser = parser }
            do throws(CaptureDamage) {
                let unparsed = input.unparsed
                progress = try parser.parse(input.bytes.span.extracting(0..<unparsed.upperBound), from: unparsed.lowerBound, take)
            } catch {
                throw damage(error.kind, at: error.offset)
            }
            input.consume(upTo: progress.offset)
            if progress.needed == 0 { return .enough }
            switch try input.fill(toHold: progress.needed) {
            case .filled: continue
            case .interrupted: return .more
            case .waiting:
                isWaiting = true
                return .more
            case .ended:
                if input.unparsed.isEmpty, input.fileOffset > 0 { return .more }
                if input.fileOffset == 0, input.unparsed.count < CaptureParser.magicSize { throw damage(.unknownMagic, at: 0) }
                throw damage(.cut(needed: progress.needed, present: input.unparsed.count), at: input.unparsed.lowerBound)
            }
        }
    }

    /// The error for damage at an offset of the buffer.
    private func damage(_ kind: CaptureDamage.Kind, at offset: Int) -> CaptureError {
        guard kind != .unknownMagic else {
            return .notACapture(path: path, firstBytes: Array(input.bytes[input.unparsed].prefix(16)))
        }
        return .damaged(path: path, CaptureDamage(kind, at: input.fileOffset + offset))
    }
}
