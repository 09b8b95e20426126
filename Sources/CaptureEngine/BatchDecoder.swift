import PacketCapture
import Packets
import Time
import Tracking

/// The first half of a capture: decodes frames, selects them and gathers what they hold in batches.
struct BatchDecoder: ~Copyable {
    /// What the second half makes of a batch.
    struct Needs: Sendable {
        /// Whether somebody asks about each segment, or frames are written: a batch then holds whole segments.
        var segments: Bool
        /// Whether frames are written to a capture file.
        var frames: Bool
        /// Whether the names that clients give their servers are reported.
        var serverNames = false
        /// Whether names of addresses are reported.
        var hostNames = false
    }

    private var decoder: Decoder
    private var queue: SegmentQueue
    private var batch = Batch()
    private var fragments: HeldFragments?
    private var copies = CopyDetector()
    private let findsCopies: Bool
    /// Looks into frames that were refused for a checksum, as for Zeek's log, where handshakes alone are taken.
    private var lenientDecoder = Decoder(ignoringChecksums: true, fragmentMemory: 0)
    private var names = ServerNameFinder()
    private let needs: Needs
    private let capacity: Int
    private let frameLimit: UInt64
    private var framesTaken: UInt64 = 0

    /// Bytes of frames after which a batch is full.
    private static let mostBytes = 256 * 1024
    private static let control: TCPFlags = [.syn, .fin, .rst]

    /// - Parameter capacity: maximum segments per batch, unless one frame holds more.
    init(_ settings: CaptureSettings, _ needs: Needs, capacity: Int) {
        let policy = settings.policy
        decoder = Decoder(
            ignoringChecksums: policy.ignoresChecksums,
            strict: !policy.acceptsOffloadedChecksums
        )
        queue = SegmentQueue(policy)
        findsCopies = !policy.followsZeek
        fragments = settings.takesHandshakesOnly ? HeldFragments(keepsBytes: needs.frames) : nil
        self.needs = needs
        self.capacity = capacity
        frameLimit = settings.limits.frames ?? .max
    }

    /// Whether the batch should be handed over before another frame is taken.
    @inline(__always)
    var isFull: Bool {
        mutating get {
            queue.count >= capacity || (needs.frames && (batch.frames.count >= capacity || batch.bytes.count >= Self.mostBytes))
        }
    }

    /// Whether the limit of frames is reached.
    @inline(__always)
    var isDone: Bool { framesTaken >= frameLimit }

    /// Frames taken so far.
    var taken: UInt64 { framesTaken }

    /// Whether there is anything to hand over.
    var isEmpty: Bool {
        mutating get { batch.frameCount == 0 && queue.count == 0 && batch.failures.isEmpty && batch.linkType == nil }
    }

    @inline(__always)
    mutating func take(_ header: FrameHeader, _ frame: Span<UInt8>) {
        if fragments == nil {
            if !decode(header, frame).holdsSegment { pass(header.time) }
            count(header, frame)
        } else {
            takeSelected(header, frame)
        }
    }

    /// Lets time pass without a frame.
    mutating func pass(_ time: Timestamp) {
        if queue.pass(time), needs.segments { batch.items.appendTick() }
    }

    /// Records a failure of the source, after the frames taken so far.
    mutating func fail(_ error: any Error) { batch.failures.append(error) }

    mutating func note(linkType: LinkType) { batch.linkType = linkType }

    /// Notes that the source has nothing more for now.
    mutating func noteWait() { batch.precedesWait = true }

    /// Notes that the source waits only for connections that are not closed yet.
    mutating func noteEnding() { batch.isEnding = true }

    /// Notes that the source has ended.
    mutating func noteEnd() { batch.incompleteFragments = decoder.incompleteFragments }

    /// Gives the batch away for one whose storage is used again.
    mutating func exchange(_ other: inout Batch) {
        swap(&batch, &other)
        queue.exchange(&other.tracked)
        batch.removeAll()
    }

    // MARK: -

    /// What a frame holds.
    private struct Content {
        var holdsSegment = false
        /// Whether a segment has SYN, FIN or RST.
        var holdsControl = false
        /// Whether it was not decoded to its end for the sake of a checksum or length that offload leaves wrong.
        var isRefused = false
    }

    @inline(__always)
    private mutating func decode(_ header: FrameHeader, _ frame: Span<UInt8>) -> Content {
        var content = Content()
        note(
            decoder.decode(frame, linkType: header.linkType, wireLength: header.wireLength, time: header.time),
            header,
            frame,
            &content
        )
        // Nearly every frame holds one packet; an aggregate of Wi-Fi holds several.
        if decoder.holdsMore { decodeRest(header, frame, &content) }
        if decoder.isMarked, !decoder.flaws.isEmpty { batch.tally.count(decoder.flaws) }
        return content
    }

    @inline(never)
    private mutating func decodeRest(_ header: FrameHeader, _ frame: Span<UInt8>, _ content: inout Content) {
        while let outcome = decoder.next(in: frame) { note(outcome, header, frame, &content) }
    }

    @inline(__always)
    private mutating func note(_ outcome: DecodeOutcome, _ header: FrameHeader, _ frame: Span<UInt8>, _ content: inout Content) {
        batch.tally.count(outcome)
        guard outcome == .segment else { return noteOther(outcome, header, frame, &content) }
        content.holdsSegment = true
        let isControl = !decoder.segment.flags.isDisjoint(with: Self.control)
        if isControl { content.holdsControl = true }
        // Of handshakes alone the kernel's filter may show nothing else, and a live capture must judge as one from a file.
        if findsCopies, isControl || fragments == nil { markCopy(header) }
        if needs.serverNames, decoder.segment.capturedPayloadLength > 0 { noteServerName(frame) }
        queue.append(&decoder.segment)
        if needs.segments { keepSegment(header, frame) }
    }

    @inline(never)
    private mutating func noteOther(
        _ outcome: DecodeOutcome,
        _ header: FrameHeader,
        _ frame: Span<UInt8>,
        _ content: inout Content
    ) {
        if needs.hostNames, outcome == .notTCP { noteHostNames(frame) }
        if outcome == .badIPChecksum || outcome == .badUDPChecksum || outcome == .zeroLength {
            content.isRefused = true
        } else if outcome == .unknownLinkType {
            batch.undecodedLinkTypes.insert(header.linkType)
        } else if outcome == .notIP, let type = decoder.takeUndecodedEtherType(), fragments == nil {
            // Of handshakes alone such a frame is none.
            batch.undecodedEtherTypes[type, default: 0] += 1
        }
    }

    private mutating func noteHostNames(_ frame: Span<UInt8>) {
        // A capture that cuts frames has the beginning of an answer.
        guard let place = decoder.takeNameAnswer(), place.lowerBound < frame.count else { return }
        let answer = frame.extracting(place.lowerBound..<min(place.upperBound, frame.count))
        NameAnswer.forEachAddress(in: answer) { batch.hostNames.append(HostName(address: $0, name: $1)) }
    }

    @inline(__always)
    private mutating func markCopy(_ header: FrameHeader) {
        let interface = header.linkType == .linuxCooked2 ? decoder.segment.interface : UInt32(truncatingIfNeeded: header.interface)
        decoder.segment.isCopy = copies.isCopy(&decoder.segment, on: interface)
        if decoder.segment.isCopy { batch.copies &+= 1 }
    }

    @inline(__always)
    private mutating func count(_ header: FrameHeader, _ frame: Span<UInt8>) {
        framesTaken &+= 1
        batch.frameCount &+= 1
        if needs.frames { keep(header, frame) }
    }

    @inline(__always)
    private mutating func keepSegment(_ header: FrameHeader, _ frame: Span<UInt8>) {
        let isIndex = header.linkType == .linuxCooked2
        decoder.segment.interface =
            isIndex ? decoder.segment.interface | Segment.kernelIndexFlag : UInt32(truncatingIfNeeded: header.interface)
        let payload = decoder.segment.flags.contains(.rst) ? keepPayload(frame) : 0..<0
        batch.items.append(&decoder.segment, number: framesTaken &+ 1, payload: payload)
    }

    @inline(never)
    private mutating func noteServerName(_ frame: Span<UInt8>) {
        let segment = decoder.segment
        let first = min(segment.payloadOffset, frame.count)
        let payload = frame.extracting(first..<min(first + segment.capturedPayloadLength, frame.count))
        guard names.needs(payload), let found = names.take(segment, payload) else { return }
        batch.serverNames.append(found)
    }

    @inline(never)
    private mutating func keepPayload(_ frame: Span<UInt8>) -> Range<Int> {
        let start = batch.bytes.count
        let first = min(decoder.segment.payloadOffset, frame.count)
        let end = min(first + decoder.segment.capturedPayloadLength, frame.count)
        batch.bytes.append(frame.extracting(first..<end))
        return start..<batch.bytes.count
    }

    private mutating func keep(_ header: FrameHeader, _ frame: Span<UInt8>) {
        let start = batch.bytes.count
        batch.bytes.append(frame)
        batch.frames.append(
            Batch.WrittenFrame(header: header, place: start..<batch.bytes.count, itemEnd: batch.items.count)
        )
    }
}

/// Handshakes only: what a frame holds shows when it is decoded, so a frame that is not taken is taken back.
///
/// The last fragment to arrive reveals whether the segment is wanted. The earlier ones are held until then, and taken before it.
extension BatchDecoder {
    @inline(never)
    private mutating func takeSelected(_ header: FrameHeader, _ frame: Span<UInt8>) {
        let mark = queue.mark
        let (items, bytes, tally, copies) = (batch.items.count, batch.bytes.count, batch.tally, batch.copies)
        let content = decode(header, frame)
        let isSelected = content.holdsControl || (content.isRefused && wouldHoldControl(header, frame))
        let trail = decoder.fragmentTrail
        var earlier = fragments?.take(trail.completed) ?? []
        guard isSelected else {
            queue.rewind(to: mark)
            batch.items.truncate(to: items)
            batch.bytes.removeLast(batch.bytes.count - bytes)
            batch.tally = tally
            batch.copies = copies
            if let datagram = trail.held { fragments?.hold(header, frame, behind: &earlier, for: datagram) }
            return
        }
        batch.items.renumber(from: items, by: UInt64(earlier.count))
        // Their entries end where this frame's segments begin.
        for fragment in earlier { takeFragment(fragment, itemEnd: items) }
        if !content.holdsSegment { pass(header.time) }
        count(header, frame)
    }

    /// Whether a frame that was refused would hold a SYN, FIN or RST: such frames count, as they do without the selection.
    private mutating func wouldHoldControl(_ header: FrameHeader, _ frame: Span<UInt8>) -> Bool {
        lenientDecoder.decode(frame, header) == .segment && !lenientDecoder.segment.flags.isDisjoint(with: Self.control)
    }

    private mutating func takeFragment(_ fragment: HeldFragments.Fragment, itemEnd: Int) {
        framesTaken &+= 1
        batch.frameCount &+= 1
        batch.tally.count(.fragmentHeld)
        guard needs.frames else { return }
        let start = batch.bytes.count
        batch.bytes += fragment.bytes
        batch.frames.append(
            Batch.WrittenFrame(header: fragment.header, place: start..<batch.bytes.count, itemEnd: itemEnd)
        )
    }
}

extension [UInt8] {
    mutating func append(_ span: Span<UInt8>) {
        // Safe: the buffer is read within the call alone.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
