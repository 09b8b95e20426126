import Console
import Packets
import Tracking

/// What `-v` and `--json` add of a segment's headers: numbers relative to the start, window, TTL and options.
extension TextBuffer {
    /// `seq 0 ack 1 win 65535 ttl 64 <mss 1460, sack permitted, wscale 7>`
    mutating func append(detailsOf segment: Segment, _ annotation: Annotation) {
        append(numbersOf: segment, annotation)
        append(" win ")
        append(UInt64(segment.window))
        append(" ttl ")
        append(UInt64(segment.hopLimit))
        guard !segment.options.present.isEmpty else { return }
        append(" <")
        append(allOptions: segment.options)
        append(">")
    }

    /// `seq 0 ack 1`: relative to the numbers that both sides began with.
    mutating func append(numbersOf segment: Segment, _ annotation: Annotation) {
        append("seq ")
        append(UInt64(annotation.relativeSequence))
        guard segment.flags.contains(.ack) else { return }
        append(" ack ")
        append(UInt64(annotation.relativeAcknowledgement))
    }

    private mutating func append(allOptions options: TCPOptions) {
        let first = count
        func name(_ name: StaticString, _ text: inout TextBuffer) {
            if text.count > first { text.append(", ") }
            text.append(name)
        }
        func number(_ title: StaticString, _ value: UInt64, _ text: inout TextBuffer) {
            name(title, &text)
            text.append(value)
        }
        let present = options.present
        if present.contains(.maximumSegmentSize) { number("mss ", UInt64(options.maximumSegmentSize), &self) }
        if present.contains(.sackPermitted) { name("sack permitted", &self) }
        if present.contains(.timestamps) {
            number("timestamp ", UInt64(options.timestampValue), &self)
            append(" echo ")
            append(UInt64(options.timestampEcho))
        }
        if present.contains(.windowScale) { number("wscale ", UInt64(options.windowScale), &self) }
        for block in 0..<Int(options.sackBlockCount) {
            number("sack ", UInt64(options.sackBlocks[block].left), &self)
            append("-")
            append(UInt64(options.sackBlocks[block].right))
        }
        if present.contains(.fastOpen) { number("fast open cookie length ", UInt64(options.fastOpenCookieLength), &self) }
        if present.contains(.multipath) { name("mptcp", &self) }
        if present.contains(.md5Signature) { name("md5 signature", &self) }
        if present.contains(.authentication) { name("authentication", &self) }
        if present.contains(.userTimeout) {
            number("user timeout ", UInt64(options.userTimeoutSeconds), &self)
            append(" s")
        }
        options.forEachUnknownKind { number("kind ", UInt64($0), &self) }
        if present.contains(.cut) { name("truncated by the capture", &self) }
        if present.contains(.malformed) { name("malformed", &self) }
    }
}

extension JSONWriter {
    /// The object `options`: a member for each option that the segment carries.
    @inline(__always)
    mutating func field(options: TCPOptions) {
        beginObject("options")
        let present = options.present
        if !present.isEmpty { members(options) }
        endObject()
    }

    private mutating func members(_ options: TCPOptions) {
        let present = options.present
        if present.contains(.maximumSegmentSize) { field("mss", UInt64(options.maximumSegmentSize)) }
        if present.contains(.sackPermitted) { field("sack_permitted", true) }
        if present.contains(.timestamps) {
            field("timestamp", UInt64(options.timestampValue))
            field("echo", UInt64(options.timestampEcho))
        }
        if present.contains(.windowScale) { field("wscale", UInt64(options.windowScale)) }
        if present.contains(.sack) {
            beginArray("sack")
            for block in 0..<Int(options.sackBlockCount) {
                beginArray()
                element(Int(options.sackBlocks[block].left))
                element(Int(options.sackBlocks[block].right))
                endArray()
            }
            endArray()
        }
        if present.contains(.fastOpen) { field("fast_open", UInt64(options.fastOpenCookieLength)) }
        if present.contains(.multipath) { field("mptcp", true) }
        if present.contains(.md5Signature) { field("md5_signature", true) }
        if present.contains(.authentication) { field("authentication", true) }
        if present.contains(.userTimeout) { field("user_timeout", UInt64(options.userTimeoutSeconds)) }
        if present.contains(.unknown) {
            beginArray("unknown")
            options.forEachUnknownKind { element(Int($0)) }
            endArray()
        }
        if present.contains(.cut) { field("truncated", true) }
        if present.contains(.malformed) { field("malformed", true) }
    }
}
