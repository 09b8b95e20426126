package import Packets

/// All connections of a capture: takes segments in packet time, says what each means, and hands over each connection when it has
/// ended.
///
/// Records lie in one block, found by a keyed hash, 142 bytes each with their share of the index, 166 with IPv6 addresses. Nothing is allocated for a
/// segment.
///
/// A method on the way of a segment is `mutating` even where it changes nothing: the compiler copies a noncopyable value whole, 272
/// bytes, to lend it to any other kind.
package struct ConnectionTable: ~Copyable {
    private let policy: TrackingPolicy
    private var connections: ConnectionStore
    private var vacant: UInt32 = TimerWheel.none
    private var index: ConnectionIndex
    private var wheel = TimerWheel()
    private var overflows: OverflowStore
    private var networks = NetworkTable()
    private var contests = Contests()
    private var identifiers: UInt32 = 0
    private var clock: Int64 = .min
    private var ended: [ConnectionRecord] = []

    /// The slots that the hashes of the next segments of a list lead to.
    private var likely = InlineArray<16, UInt32>(repeating: ConnectionIndex.vacant)

    /// Connections that are being tracked now.
    package private(set) var count = 0
    /// Those of them that are neither closed, to the last acknowledgement, nor reset.
    private var openCount = 0
    /// The slot of the connection that the last segment closed or reset.
    private var closed: UInt32?
    /// Connections that had to make room for others.
    package private(set) var evictions: UInt64 = 0

    private static let second: Int64 = 1_000_000_000

    /// - Parameter memory: where its connections are kept.
    package init(policy: TrackingPolicy, memory: RecordMemory) {
        self.policy = policy
        connections = ConnectionStore(capacity: policy.maximumConnections, in: memory)
        index = ConnectionIndex(hasher: policy.hasher, maximumCount: policy.maximumConnections)
        overflows = OverflowStore(maximumCount: max(policy.maximumConnections / 4, 16))
    }

    /// Takes a segment in. Connections that ended before it wait in `takeEnded` afterwards.
    package mutating func track(_ segment: Segment) -> Annotation {
        let segment = TrackedSegment(segment, hasher: index.hasher)
        return track(segment, likely: index.likelySlot(segment.hash))
    }

    /// Takes segments in, and the times between them, one after the other, where nobody asks what each means.
    ///
    /// - Parameter list: of a `SegmentQueue` of this table's policy.
    /// - Returns: how many of them had a wrong checksum.
    package mutating func track(_ list: borrowing TrackedSegments) -> Int {
        list.withSpan { segments in
            var refused = 0
            for at in segments.indices {
                if let annotation = track(at, of: segments), annotation.kind == .hasBadChecksum { refused += 1 }
            }
            return refused
        }
    }

    /// Takes in what is at a place of a list. Those before it must have been taken in.
    ///
    /// - Returns: what the segment means; `nil` for a time that passes.
    package mutating func track(_ at: Int, of list: borrowing TrackedSegments) -> Annotation? {
        list.withSpan { track(at, of: $0) }
    }

    @inline(always)
    private mutating func track(_ at: Int, of segments: Span<TrackedSegment>) -> Annotation? {
        if at == 0 { prefetchFirst(segments) }
        let slot = likely[at & 15]
        let soon = at &+ Self.recordLead
        if soon < segments.count { likely[soon & 15] = prefetchRecord(segments[soon].hash) }
        let later = soon &+ Self.indexLead
        if later < segments.count { index.prefetch(segments[later].hash) }
        guard !segments[at].isTick else {
            advance(to: segments[at].time)
            return nil
        }
        return track(segments[at], likely: slot)
    }

    @inline(never)
    private mutating func prefetchFirst(_ segments: Span<TrackedSegment>) {
        for at in 0..<min(Self.recordLead + Self.indexLead, segments.count) { index.prefetch(segments[at].hash) }
        for at in 0..<min(Self.recordLead, segments.count) { likely[at] = prefetchRecord(segments[at].hash) }
    }

    /// By how many segments a record is fetched before it is needed, and by how many more the place of the index that leads to it:
    /// enough for the memory to answer, few enough that what was fetched is still in the cache. The first is at most 16.
    private static let recordLead = 12
    private static let indexLead = 12

    /// Fetches the record that tracking a segment will need.
    ///
    /// - Returns: its slot, if it is the one.
    @inline(always)
    private mutating func prefetchRecord(_ hash: UInt32) -> UInt32 {
        let slot = index.likelySlot(hash)
        if slot != ConnectionIndex.vacant { connections.prefetch(slot) }
        return slot
    }

    /// - Parameter likely: the slot that its hash leads to, as it was a few segments ago.
    @inline(always)
    private mutating func track(_ segment: TrackedSegment, likely: UInt32) -> Annotation {
        let time = segment.time
        advance(to: time)
        let isInNetwork = segment.network != 0 || !networks.isEmpty
        var known = isInNetwork ? find(inNetwork: segment) : index.find(segment, likely: likely, in: &connections)
        var reuses = false
        var isChallenge = false
        if !contests.isEmpty, let slot = known { (known, isChallenge) = chooseOfContest(segment, slot) }
        var contested: UInt32?
        if let slot = known, hasEnded(slot, at: time) || isReuse(segment, of: slot) {
            (known, contested) = makeRoom(for: segment, in: slot, at: time)
            reuses = true
        }
        let slot = known ?? open(segment, at: time)
        if let contested { contests.begin(over: contested, by: slot) }
        if isInNetwork { noteNetwork(segment, of: slot) }
        var annotation = take(segment, in: slot, at: time)
        if isChallenge {
            annotation.kind = .challenges
            annotation.findings = .none
        }
        if !contests.isEmpty, segment.flags.hasAck { decideContest(inFavourOf: slot) }
        if reuses { annotation.findings.insert(.reusesEndpoints) }
        return annotation
    }

    /// Ends connections that a segment does not belong to. An open one stays until it is known whether the segment's SYN replaces it.
    ///
    /// - Returns: the connection that it belongs to after all, if any; the open one that stays.
    @inline(never)
    private mutating func makeRoom(for segment: TrackedSegment, in first: UInt32, at time: Int64) -> (UInt32?, contested: UInt32?) {
        var next: UInt32? = first
        while let slot = next {
            let isOver = hasEnded(slot, at: time)
            guard isOver || isReuse(segment, of: slot) else { return (slot, nil) }
            if !isOver, isContestable(slot, by: segment) { return (nil, contested: slot) }
            next = contests.other(than: slot)
            end(slot)
        }
        return (nil, nil)
    }

    @inline(never)
    private mutating func find(inNetwork segment: TrackedSegment) -> UInt32? {
        // Zeek does not ask for the network.
        guard !policy.followsZeek else { return index.find(segment, likely: index.likelySlot(segment.hash), in: &connections) }
        return index.find(segment, in: connections, best: NetworkTable.best) { slot in
            networks.fitness(of: segment, in: connections, slot: slot)
        }
    }

    @inline(never)
    private mutating func noteNetwork(_ segment: TrackedSegment, of slot: UInt32) {
        guard !policy.followsZeek, !segment.isCopy else { return }
        networks.note(segment.network, ofOriginator: connections.isOriginator(of: segment, slot), slot: slot)
    }

    /// Lets packet time pass without a segment: connections whose time is over end.
    @inline(always)
    package mutating func advance(to time: Int64) {
        clock = time
        let over = wheel.advance(to: time)
        guard !over.isEmpty else { return }
        empty(over, at: time)
    }

    /// Whether `takeEnded` has something.
    package var hasEnded: Bool { mutating get { !ended.isEmpty } }

    /// Hands over the connections that have ended since the last call, in the order of their ends.
    package mutating func takeEnded(_ body: (ConnectionRecord) -> Void) {
        for record in ended { body(record) }
        ended.removeAll(keepingCapacity: true)
    }

    /// Takes the connection that the last segment closed or reset, if it did: it stays in the table for what may follow.
    package mutating func takeClosed() -> ConnectionRecord? {
        guard let slot = closed else { return nil }
        closed = nil
        return record(slot)
    }

    private mutating func record(_ slot: UInt32) -> ConnectionRecord {
        let hasOverflow = connections[slot].shared.flags.contains(.hasOverflow)
        let overflow = hasOverflow ? overflows[slot] : nil
        return ConnectionRecord(connections[slot], between: connections.key(of: slot), overflow: overflow)
    }

    /// Ends all connections, in the order of their beginnings, as at the end of a capture.
    package mutating func endAll() {
        var records: [ConnectionRecord] = []
        endAll { records.append($0) }
        ended = records
    }

    /// Ends all connections in that order and hands over each at once, so that a million of them never wait together.
    package mutating func endAll<Failure: Error>(_ body: (ConnectionRecord) throws(Failure) -> Void) throws(Failure) {
        let waiting = ended
        ended.removeAll()
        // The table is forgotten as a whole: taking each connection out of it by itself would cost as much as half its segments.
        defer { forget() }
        for record in waiting { try body(record) }
        for slot in slotsInOrder {
            try body(record(slot))
        }
    }

    private mutating func forget() {
        connections.removeAll()
        vacant = TimerWheel.none
        index = ConnectionIndex(hasher: policy.hasher, maximumCount: policy.maximumConnections)
        wheel = TimerWheel()
        networks = NetworkTable()
        contests = Contests()
        openCount = 0
        closed = nil
        overflows = OverflowStore(maximumCount: max(policy.maximumConnections / 4, 16))
        count = 0
    }

    private var slotsInOrder: [UInt32] {
        var order: [(identifier: UInt32, slot: UInt32)] = []
        order.reserveCapacity(count)
        for slot in connections.slots {
            let identifier = connections[slot].shared.identifier
            if identifier != 0 { order.append((identifier, slot)) }
        }
        order.sort { $0.identifier < $1.identifier }
        return order.map { $0.slot }
    }

    /// Whether every connection that is still tracked has been closed, to its last acknowledgement, or reset.
    package var allAreClosed: Bool { openCount == 0 }

    // MARK: - One segment

    @inline(always)
    private mutating func take(_ segment: TrackedSegment, in slot: UInt32, at time: Int64) -> Annotation {
        if segment.isDoubtful, turnsAway(segment, from: slot) {
            let isOriginator = connections.isOriginator(of: segment, slot)
            return connections[slot].turnAway(segment, isOriginator: isOriginator, slot: slot, at: time, overflows: &overflows)
        }
        if connections[slot].shared.history.isLoneSynAck, turnsLoneSynAck(segment, of: slot) {
            flip(slot)
            connections[slot].shared.history = .flippedSynAck
        }
        // Only a FIN or RST closes anything, or what follows one.
        let mayClose = segment.flags.hasFin || segment.flags.hasRst || connections[slot].isLeaving
        let closesBefore = mayClose ? connections[slot].closes : 0
        let hadReset = mayClose && connections[slot].anyReset
        let (annotation, flips) = connections[slot].absorb(
            segment,
            isOriginator: connections.isOriginator(of: segment, slot),
            slot: slot,
            at: time,
            overflows: &overflows
        )
        if flips {
            flip(slot)
            StateMachine(slot: slot, time: time).write(.flip, true, &connections[slot].shared, &overflows)
        }
        if mayClose { noteCloses(slot, at: time, before: closesBefore, hadReset: hadReset) }
        return annotation
    }

    /// Puts a connection that closes, or is reset, where it is looked at in time, and counts it among those that are over.
    @inline(never)
    private mutating func noteCloses(_ slot: UInt32, at time: Int64, before closesBefore: Int, hadReset: Bool) {
        let closes = connections[slot].closes
        if connections[slot].shared.flags.contains(.isEnding) {
            if closes > closesBefore { rearm(slot, at: time, after: policy.timeouts.linger * Self.second) }
        } else if closes > closesBefore || closes > 0 && connections[slot].anyReset && !hadReset {
            rearm(slot, at: time, after: untilCheck(slot, at: time))
        }
        recount(slot)
        if connections[slot].shared.steps.hasDoubtfulReset, !policy.followsZeek {
            rearm(slot, at: time, after: policy.timeouts.linger * Self.second)
        }
    }

    @inline(always)
    private mutating func recount(_ slot: UInt32) {
        let isOver = connections[slot].isOver
        guard isOver != connections[slot].shared.steps.countsAsOver else { return }
        connections[slot].shared.steps.countsAsOver = isOver
        openCount += isOver ? -1 : 1
        // Both FINs of a capture of control segments alone may still be followed by what changes the verdict.
        closed = isOver && (connections[slot].shared.steps.isClosed || connections[slot].anyReset) ? slot : nil
        if !policy.followsZeek, !connections[slot].shared.flags.contains(.isEnding) {
            rearm(slot, at: clock, after: policy.timeouts.linger * Self.second)
        }
    }

    @inline(never)
    private mutating func turnsAway(_ segment: TrackedSegment, from slot: UInt32) -> Bool {
        // A copy of what no connection holds any more begins one.
        if segment.isCopy, connections[slot].shared.flags.contains(.hasSegments) { return true }
        if segment.isHeaderCut { return policy.ignoresCutHeaders }
        return !policy.ignoresChecksums && (segment.hasWrongChecksum || !policy.acceptsOffloadedChecksums)
    }

    /// Whether a segment behind a lone SYN-ACK shows that the SYN-ACK's sender is the responder: anything but a reset of the other side,
    /// which would send nothing else to a scanner. Zeek passes over FINs and RSTs.
    @inline(never)
    private mutating func turnsLoneSynAck(_ segment: TrackedSegment, of slot: UInt32) -> Bool {
        switch segment.flags.control {
        case 0: segment.payloadLength > 0 || segment.flags.hasAck
        case ControlBits.fin: !policy.followsZeek
        case ControlBits.rst: !policy.followsZeek && connections.isOriginator(of: segment, slot)
        default: false
        }
    }

    /// Zeek's `IsReuse`: whether a segment begins a new connection between the same ends.
    @inline(always)
    private mutating func isReuse(_ segment: TrackedSegment, of slot: UInt32) -> Bool {
        guard segment.flags.hasSyn else { return false }
        return isReuse(syn: segment, of: slot)
    }

    private mutating func isReuse(syn segment: TrackedSegment, of slot: UInt32) -> Bool {
        // A segment that does not count ends nothing; Zeek asks before it looks at the checksum.
        if segment.isDoubtful, !policy.followsZeek, turnsAway(segment, from: slot) { return false }
        let connection = connections[slot]
        let isSynAck = segment.flags.hasAck
        if isSynAck, connection.originator.state != .inactive { return false }
        if !policy.followsZeek, beginsLate(slot, with: segment) { return false }
        let repeatsStart = !isSynAck && segment.sequence == connection.originator.start
        if repeatsStart, !policy.followsZeek, connections.isOriginator(of: segment, slot) {
            // The SYN that it began with: captured late, or sent again by a host that does not take a RST for an answer.
            return false
        }
        guard !connection.originator.didClose, !connection.responder.didClose else { return true }
        if segment.sequence == (isSynAck ? connection.responder : connection.originator).start { return false }
        // Simultaneous opening: the responder's own SYN, or the SYN behind its SYN-ACK.
        if !isSynAck, !connections.isOriginator(of: segment, slot) {
            if connection.originator.state == .synAckSent, connection.responder.state == .inactive,
                segment.sequence == connection.responder.start
            {
                return false
            }
            if policy.joinsCrossingSyns, connection.originator.state == .synSent, connection.responder.state == .inactive {
                return false
            }
            if connection.shared.steps.opensSimultaneously, segment.sequence == connection.responder.start { return false }
        }
        return true
    }

    /// Whether a SYN is the beginning of a connection that is known already, whose originator its sender then is: only segments that do
    /// not count were captured of it, or what followed the SYN, by another queue or tap.
    private mutating func beginsLate(_ slot: UInt32, with segment: TrackedSegment) -> Bool {
        let hasSegments = connections[slot].shared.flags.contains(.hasSegments)
        // Whose answer it is cannot be told from segments that do not count.
        guard !segment.flags.hasAck else { return !hasSegments }
        guard !hasSegments || isLate(segment, of: slot) else { return false }
        if !connections.isOriginator(of: segment, slot) {
            flip(slot)
            StateMachine(slot: slot, time: segment.time).write(.flip, true, &connections[slot].shared, &overflows)
        }
        return true
    }

    /// Whether a SYN lies just before the first number of its sender that was captured, of a connection that began in mid-stream just
    /// before.
    private mutating func isLate(_ segment: TrackedSegment, of slot: UInt32) -> Bool {
        let connection = connections[slot]
        let isOriginator = connections.isOriginator(of: segment, slot)
        let sender = isOriginator ? connection.originator : connection.responder
        guard !connection.shared.flags.contains(.sawOpening), !connection.isLeaving, sender.start != 0 else { return false }
        // A SYN-ACK tells the number exactly, and its sender apart from the SYN's.
        if sender.packets == 0, connection.shared.completeness.contains(.synAck) { return false }
        return HandshakeSteps.isJustBehind(sender.start, segment.sequence) && segment.time - connection.shared.start < Self.second
    }

    // MARK: - SYNs within open connections

    /// Whether a SYN with another number leaves an open connection as it is until its receiver answers: one that still has the
    /// connection sends a challenge ACK (RFC 5961 section 4), another one a SYN-ACK or a RST.
    private mutating func isContestable(_ slot: UInt32, by segment: TrackedSegment) -> Bool {
        guard !policy.followsZeek, !segment.flags.hasAck, contests.other(than: slot) == nil else { return false }
        let connection = connections[slot]
        let isPastHandshake = !connection.originator.seen.union(connection.responder.seen).isDisjoint(with: .data | .pureAck)
        return !connection.isOver && (connection.shared.steps.isOpen || isPastHandshake)
    }

    /// The connection that a segment belongs to, of an open one and the attempt whose SYN came within it; and whether it answers that
    /// SYN all the same. The index leads to either connection.
    @inline(never)
    private mutating func chooseOfContest(_ segment: TrackedSegment, _ slot: UInt32) -> (UInt32, isChallenge: Bool) {
        guard let contest = contests.of(slot) else { return (slot, false) }
        let attempt = connections.ends(of: segment, contest.attempt)
        switch Contests.choice(segment, attempt: attempt, open: connections.ends(of: segment, contest.open)) {
        case .attempt: return (contest.attempt, false)
        case .open: return (contest.open, false)
        case .challenge:
            connections[contest.attempt].responder.noteChallenge()
            return (contest.open, true)
        }
    }

    /// Ends an open connection where an answer to the SYN within it shows that its receiver has none any more.
    @inline(never)
    private mutating func decideContest(inFavourOf slot: UInt32) {
        guard let contest = contests.of(slot), contest.attempt == slot else { return }
        end(contest.open)
    }

    // MARK: - Beginning and end

    private mutating func open(_ segment: TrackedSegment, at time: Int64) -> UInt32 {
        if count >= connections.capacity { evict() }
        identifiers = identifiers == .max ? 1 : identifiers + 1
        var flags: SharedRecord.Flags = segment.isV4 ? .isV4 : .none
        let isPureSyn = segment.flags.hasSyn && !segment.flags.hasAck
        if isPureSyn { flags.insert(.sawOpening) }
        var shared = SharedRecord(start: time, identifier: identifiers, flags: flags)
        shared.steps.seesControlOnly = policy.seesControlOnly
        shared.steps.followsZeek = policy.followsZeek
        let slot = store(shared, between: ConnectionKey(originatedBy: segment))
        if !networks.isEmpty { networks.clear(slot) }
        count += 1
        openCount += 1
        index.insert(slot, hash: segment.hash, in: connections)
        wheel.insert(slot, in: &connections, at: time, after: policy.timeouts.attempt * Self.second)
        if !isPureSyn, beginsAtServer(segment) {
            flip(slot)
            StateMachine(slot: slot, time: time).write(.flip, true, &connections[slot].shared, &overflows)
        }
        return slot
    }

    private mutating func store(_ shared: SharedRecord, between key: ConnectionKey) -> UInt32 {
        guard vacant != TimerWheel.none else { return connections.append(shared, between: key) }
        let slot = vacant
        vacant = connections[linkOf: slot].next
        connections.put(shared, between: key, in: slot)
        return slot
    }

    /// Zeek's guess where no SYN was seen: the side with a likely server port is the responder. With two such ports the lower one
    /// is, but a SYN-ACK then stays as it came, since it may be a scan.
    private mutating func beginsAtServer(_ segment: TrackedSegment) -> Bool {
        guard policy.serverPorts.contains(segment.sourcePort) else { return false }
        guard policy.serverPorts.contains(segment.destinationPort) else { return true }
        return !segment.flags.hasSyn && segment.sourcePort < segment.destinationPort
    }

    private mutating func flip(_ slot: UInt32) {
        connections.flip(slot)
        if !networks.isEmpty { networks.flip(slot) }
        if connections[slot].shared.flags.contains(.hasOverflow) { overflows.flip(slot) }
    }

    private mutating func end(_ slot: UInt32) {
        wheel.remove(slot, from: &connections)
        finish(slot)
    }

    /// Hands over a connection that is no longer in any bucket, and frees its slot.
    private mutating func finish(_ slot: UInt32) {
        index.remove(slot, in: connections)
        if !contests.isEmpty { contests.end(slot) }
        let overflow = connections[slot].shared.flags.contains(.hasOverflow) ? overflows.remove(slot) : nil
        ended.append(ConnectionRecord(connections[slot], between: connections.key(of: slot), overflow: overflow))
        connections[slot].shared.identifier = 0
        connections[linkOf: slot].next = vacant
        vacant = slot
        count -= 1
        if !connections[slot].shared.steps.countsAsOver { openCount -= 1 }
    }

    /// Ends the connection that would end first, passing over those which were active since they were put there.
    private mutating func evict() {
        for _ in 0..<64 {
            guard let slot = wheel.firstOfAll() else { return }
            let wait = remaining(slot, at: clock)
            guard wait > wheel.nanoseconds(untilTicks: connections[slot].shared.due, from: clock) + 2 * Self.second else {
                break
            }
            rearm(slot, at: clock, after: wait)
        }
        guard let slot = wheel.firstOfAll() else { return }
        evictions += 1
        end(slot)
    }

    // MARK: - Time

    private mutating func rearm(_ slot: UInt32, at time: Int64, after delay: Int64) {
        wheel.remove(slot, from: &connections)
        wheel.insert(slot, in: &connections, at: time, after: delay)
    }

    /// Nanoseconds until a connection is looked at next: Zeek looks at every one in a rhythm that its start began.
    private mutating func untilCheck(_ slot: UInt32, at time: Int64) -> Int64 {
        let timeouts = policy.timeouts
        let period = timeouts.recheck * Self.second
        let age = time - connections[slot].shared.start - timeouts.attempt * Self.second
        return min(age < 0 ? -age : period - age % period, period)
    }

    @inline(never)
    private mutating func empty(_ buckets: Range<Int64>, at time: Int64) {
        for bucket in buckets {
            var rest = wheel.takeAll(fromBucket: bucket)
            while let slot = rest {
                let next = connections[linkOf: slot].next
                rest = next == TimerWheel.none ? nil : next
                let wait = remaining(slot, at: time)
                if wait <= 0 {
                    finish(slot)
                } else {
                    wheel.insert(slot, in: &connections, at: time, after: wait)
                }
            }
        }
    }

    /// Whether a connection has expired, checked when a segment for it arrives.
    @inline(always)
    private mutating func hasEnded(_ slot: UInt32, at time: Int64) -> Bool {
        // A due time is rounded up to the next tick.
        guard TimerWheel.hasPassed(connections[slot].shared.due &- 2, at: wheel.ticks(at: time)) else { return false }
        return remaining(slot, at: time) <= 0
    }

    /// Nanoseconds until a connection has to be looked at again; 0 or less where it is over.
    private mutating func remaining(_ slot: UInt32, at time: Int64) -> Int64 {
        let connection = connections[slot]
        let timeouts = policy.timeouts
        let lastTime = connection.lastTime
        let idle = time - lastTime
        if connection.shared.flags.contains(.isEnding) {
            return wheel.nanoseconds(untilTicks: connection.shared.due, from: time)
        }
        let originator = connection.originator
        let responder = connection.responder
        let inactivity = inactivityTimeout(of: connection) * Self.second
        let isAttempt = originator.state == .synSent || originator.state == .synAckSent
        if !policy.followsZeek, connection.isOver || connection.shared.steps.hasDoubtfulReset {
            return policy.timeouts.linger * Self.second - idle
        }
        // One that acknowledges has an answer, which the capture lacks.
        let isAnswered = !policy.followsZeek && !originator.seen.isDisjoint(with: .data | .pureAck)
        if responder.state == .inactive, isAttempt, !isAnswered, !connection.shared.flags.contains(.isPastHandshake) {
            let attempt = connection.shared.start + timeouts.attempt * Self.second - time
            return min(attempt, inactivity - idle)
        }
        guard idle < inactivity else { return 0 }
        let anySilent = originator.state == .inactive || responder.state == .inactive
        // Zeek forgets a connection without a segment that counts sooner.
        let bothSilent =
            originator.state == .inactive && responder.state == .inactive
            && (policy.followsZeek || connection.shared.flags.contains(.hasSegments))
        // A reset of an open connection that could not close yet, for data that is missing, leaves it to the inactivity alone.
        let isLeft = originator.resetWhileOpen || responder.resetWhileOpen
        guard !isLeft, (connection.closes > 0 && (connection.anyReset || anySilent)) || bothSilent else { return inactivity - idle }
        if idle > timeouts.linger * Self.second { return 0 }
        return min(timeouts.recheck * Self.second, inactivity - idle)
    }

    private mutating func inactivityTimeout(of connection: Connection) -> Int64 {
        let isOpened = connection.originator.seen.union(connection.responder.seen).contains(.opened)
        if isOpened, TrackingPolicy.patientPorts.contains(connection.key.responderPort) { return policy.timeouts.patientPort }
        // Where one direction alone was captured, data or an acknowledgement shows it.
        let isPast = !connection.originator.seen.isDisjoint(with: .data | .pureAck) || connection.wrongChecksums > 3
        let isOpen = isPast && !policy.followsZeek || connection.shared.flags.contains(.isPastHandshake)
        return isOpen ? policy.timeouts.established : policy.timeouts.handshake
    }
}
