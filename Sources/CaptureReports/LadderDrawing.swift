import Addresses
package import Console
package import Packets
package import Time
package import Tracking

/// The ladder of one connection while its segments arrive.
package struct LadderDrawing {
    package private(set) var ladder: Ladder
    private let start: Timestamp
    /// When the segment before was captured.
    private var previous: Timestamp
    /// The left side.
    private let source: IPAddress
    private let sourcePort: UInt16

    /// The latest rows that may be folded: segments of a run, without those that stay before the fold.
    private var run: [LadderFold] = []
    /// Rows of the run that stay.
    private var leading = 0
    /// The fold of the run, once it is long.
    private var fold: LadderFold?

    /// Rows of a run that stay before its fold.
    private static let leadingRows = 2
    /// A run of more rows than these is folded.
    private static let shownRows = 6
    /// Beyond these rows only steps and resets have rows of their own, beyond the maximum nothing.
    private static let detailedRows = 200
    private static let mostRows = 1000

    /// - Parameter names: in place of addresses and ports.
    package init(from segment: Segment, _ zone: TimeZone, _ names: EndpointNames? = nil) {
        var left = TextBuffer()
        left.append(endpoint: segment.source, segment.sourcePort, names)
        var right = TextBuffer()
        right.append(endpoint: segment.destination, segment.destinationPort, names)
        ladder = Ladder(left: left.string, right: right.string, timeUnit: "ms")
        var title = TextBuffer()
        title.append(dateAndTime: segment.time, in: zone)
        ladder.title = title.string
        start = segment.time
        previous = segment.time
        source = segment.source
        sourcePort = segment.sourcePort
    }

    /// Draws a segment.
    ///
    /// - Parameter hasRoom: whether all ladders together may have another row.
    /// - Returns: how many rows it added.
    @discardableResult
    package mutating func add(_ segment: Segment, _ annotation: Annotation, payload: Span<UInt8>, hasRoom: Bool = true) -> Int {
        let before = ladder.rows.count
        let isRightward = segment.source == source && segment.sourcePort == sourcePort
        let isSaturated = !hasRoom || before >= Self.mostRows || (before >= Self.detailedRows && annotation.isDetail)
        defer { previous = segment.time }
        if isSaturated || annotation.isOrdinary {
            let part = LadderFold(segment, annotation, isRightward: isRightward, at: Self.milliseconds(segment.time, since: start))
            if fold != nil {
                fold?.take(part)
                return 0
            }
            if isSaturated || leading + run.count >= Self.shownRows {
                ladder.removeLast(run.count)
                fold = run.reduce(into: nil) { LadderFold.join(&$0, $1) }
                LadderFold.join(&fold, part)
                run = []
                return ladder.rows.count - before
            }
            if leading < Self.leadingRows { leading += 1 } else { run.append(part) }
        } else {
            endRun()
        }
        if annotation.findings.contains(.previousSegmentLost) { ladder.add(gap: "not captured") }
        ladder.add(rung(segment, annotation, payload: payload, isRightward: isRightward))
        return ladder.rows.count - before
    }

    /// Ends the run of rows that may be folded.
    private mutating func endRun() {
        if let fold { ladder.add(fold.row) }
        fold = nil
        run = []
        leading = 0
    }

    /// Draws a message to the left side from somebody who is neither side, such as a router's ICMP error.
    package mutating func add(from sender: String, at time: Timestamp, label: String, note: String) {
        endRun()
        var rung = Ladder.Rung(
            time: Self.milliseconds(time, since: start),
            direction: .leftward,
            label: label,
            note: note,
            style: .bad
        )
        if !ladder.rows.isEmpty {
            let delta = Self.milliseconds(time, since: previous)
            rung.delta = delta.hasPrefix("-") ? delta : "+\(delta)"
        }
        rung.sender = sender
        ladder.add(rung)
        previous = time
    }

    /// Adds the verdict.
    ///
    /// - Returns: how many rows it added.
    @discardableResult
    package mutating func end(_ record: ConnectionRecord) -> Int {
        let before = ladder.rows.count
        endRun()
        ladder.isLeftOriginator = record.originator.address == source && record.originator.port == sourcePort
        ladder.verdict = record.summary
        return ladder.rows.count - before
    }

    private func rung(_ segment: Segment, _ annotation: Annotation, payload: Span<UInt8>, isRightward: Bool) -> Ladder.Rung {
        var label = TextBuffer()
        label.append(flags: segment.flags)
        if segment.payloadLength > 0 {
            label.append(", ")
            label.append(segment.payloadLength)
            label.append(" B")
        }
        var numbers = TextBuffer()
        numbers.append(numbersOf: segment, annotation)
        var step = TextBuffer()
        step.append(step: annotation.step)
        var note = TextBuffer()
        // The label has the bytes already.
        if !annotation.isPlainData { note.append(noteOf: annotation, segment, payload: payload) }
        var rung = Ladder.Rung(
            time: Self.milliseconds(segment.time, since: start),
            direction: isRightward ? .rightward : .leftward,
            label: label.string,
            note: note.string,
            style: annotation.style
        )
        if !ladder.rows.isEmpty {
            let delta = Self.milliseconds(segment.time, since: previous)
            rung.delta = delta.hasPrefix("-") ? delta : "+\(delta)"
        }
        rung.numbers = numbers.string
        rung.step = step.string
        rung.mark = annotation.mark
        rung.ending = annotation.ending(segment.flags)
        return rung
    }

    private static func milliseconds(_ time: Timestamp, since start: Timestamp) -> String {
        var text = TextBuffer()
        text.append((time.nanoseconds - start.nanoseconds) / 1000, fractionDigits: 3)
        return text.string
    }
}

extension Annotation {
    /// Whether it is one of many like it: data, an acknowledgement, and what keeps a connection alive.
    fileprivate var isOrdinary: Bool {
        let ordinary: Findings = [.duplicateAck, .windowUpdate, .keepAlive, .keepAliveAck]
        return step.isNone && (kind == .sendsData || kind == .sendsDataHalfClosed || kind == .acknowledges)
            && reportedFindings.subtracting(ordinary).isEmpty
    }

    /// Whether a long ladder can do without it.
    fileprivate var isDetail: Bool { step.isNone && ending([]) == .none && mark != .reset }

    /// Whether its note would say nothing but its bytes.
    fileprivate var isPlainData: Bool { kind == .sendsData && reportedFindings.isEmpty }

    fileprivate var mark: Ladder.Mark {
        switch kind {
        case .repeatsSYN: .repeated
        case .refuses, .abandons, .withdraws, .aborts, .abortsAfterFIN, .abortsAfterFINForData, .abortsAfterPeerFIN,
            .abortsBeforeLastAcknowledgement, .resetsAfterClose, .resetsUnseen, .resetsNoSYN, .resetsWrongNumber,
            .rejectsAcknowledgement:
            .reset
        default: isRetransmission ? .repeated : .none
        }
    }

    /// Which sides send nothing more, by the segment's event. A RST that its receiver ignores ends nothing.
    fileprivate func ending(_ flags: TCPFlags) -> Ladder.Ending {
        switch kind {
        case .refuses, .abandons, .withdraws, .aborts, .abortsAfterFIN, .abortsAfterFINForData, .abortsAfterPeerFIN,
            .abortsBeforeLastAcknowledgement, .resetsAfterClose, .resetsUnseen:
            .both
        case .closesFirst, .closesToo, .closesSecond, .closesSimultaneously: .sender
        default: flags.contains(.fin) && isRetransmission ? .sender : .none
        }
    }
}
