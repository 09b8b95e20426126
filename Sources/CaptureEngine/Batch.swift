import PacketCapture
import Packets
import Time
import Tracking

/// The decoded segments of several frames: the only data that passes from reading and decoding to tracking and reporting.
///
/// One thread or two use the same batch. Its arrays are reused, so in steady state a batch allocates nothing.
struct Batch: ~Copyable, Sendable {
    /// A frame for the capture file.
    struct WrittenFrame: Sendable {
        let header: FrameHeader
        /// Its bytes, in `bytes`.
        let place: Range<Int>
        /// The items up to here belong to this frame and those before it.
        let itemEnd: Int
    }

    /// Segments and the times between them, in order.
    var tracked = TrackedSegments()
    /// At the same places the whole segments, where they are reported or frames are written.
    var items = ItemList()
    /// Every frame, where a capture file is written.
    var frames: [WrittenFrame] = []
    var bytes: [UInt8] = []

    /// Names that clients gave their servers.
    var serverNames: [ServerName] = []
    /// Names that name servers gave addresses.
    var hostNames: [HostName] = []

    var frameCount: UInt64 = 0
    var tally = DecodeTally()
    /// Segments captured twice.
    var copies: UInt64 = 0
    /// Fragments whose datagram is not whole at the end of the source.
    var incompleteFragments: UInt64 = 0
    /// What went wrong with the source behind these frames, in order.
    var failures: [any Error] = []
    /// Link types of frames that are not decoded.
    var undecodedLinkTypes: Set<LinkType> = []
    /// Frames by the EtherType that is not decoded.
    var undecodedEtherTypes: [UInt16: UInt64] = [:]
    /// The link type in the source's header.
    var linkType: LinkType?
    /// Whether the source has nothing more for now, so that results must not wait.
    var precedesWait = false
    /// Whether the source ends as soon as every connection is closed.
    var isEnding = false
    /// Whether no batch follows.
    var isLast = false

    mutating func removeAll() {
        items.truncate(to: 0)
        frames.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        if !serverNames.isEmpty { serverNames.removeAll() }
        if !hostNames.isEmpty { hostNames.removeAll() }
        frameCount = 0
        tally = DecodeTally()
        copies = 0
        incompleteFragments = 0
        if !undecodedLinkTypes.isEmpty { undecodedLinkTypes.removeAll() }
        if !undecodedEtherTypes.isEmpty { undecodedEtherTypes.removeAll() }
        if !failures.isEmpty { failures.removeAll() }
        linkType = nil
        precedesWait = false
        isEnding = false
        isLast = false
    }
}

extension Batch {
    /// A segment with what a report needs of it; nothing where a time passes without one.
    struct Item: Sendable {
        var segment = Segment()
        /// The frame's number in the capture, from 1.
        var number: UInt64 = 0
        /// The payload captured, in `bytes`; empty for all but resets, whose text is the only one that is shown.
        var payload = 0..<0
    }

    /// Items in order. Each is written once, in its place: a segment is large, and an array's `append` copies it three times.
    struct ItemList: Sendable {
        /// Those from `count` on are free.
        var places: [Item] = []
        private(set) var count = 0

        /// - Parameter segment: `inout` though it is only read, since the compiler copies a segment whole to lend it to another module.
        mutating func append(_ segment: inout Segment, number: UInt64, payload: Range<Int>) {
            let place = count
            if place == places.count { grow() }
            var free = places.mutableSpan
            free[place].segment = segment
            free[place].number = number
            free[place].payload = payload
            count = place &+ 1
        }

        /// Leaves a place to a time that passes.
        mutating func appendTick() {
            if count == places.count { grow() }
            count += 1
        }

        @inline(never)
        private mutating func grow() {
            places.append(contentsOf: repeatElement(Item(), count: max(places.count, 64)))
        }

        mutating func truncate(to count: Int) { self.count = count }

        /// Counts the frames of the items from one on further up.
        mutating func renumber(from first: Int, by more: UInt64) {
            for at in first..<count { places[at].number &+= more }
        }
    }
}
