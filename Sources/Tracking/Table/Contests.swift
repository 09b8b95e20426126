/// Pairs of connections between the same ends: an open one, and an attempt whose SYN came within it and is not answered yet.
struct Contests {
    struct Contest: BitwiseCopyable {
        let open: UInt32
        let attempt: UInt32
    }

    /// By the slots of both.
    private var all: [UInt32: Contest] = [:]
    /// Asked for each segment.
    private(set) var isEmpty = true

    func of(_ slot: UInt32) -> Contest? { all[slot] }

    func other(than slot: UInt32) -> UInt32? {
        guard !isEmpty, let contest = all[slot] else { return nil }
        return slot == contest.open ? contest.attempt : contest.open
    }

    mutating func begin(over open: UInt32, by attempt: UInt32) {
        let contest = Contest(open: open, attempt: attempt)
        all[open] = contest
        all[attempt] = contest
        isEmpty = false
    }

    /// Forgets the pair of a connection that ends; nothing where it has none.
    mutating func end(_ slot: UInt32) {
        guard let contest = all[slot] else { return }
        all[contest.open] = nil
        all[contest.attempt] = nil
        isEmpty = all.isEmpty
    }
}

extension Contests {
    /// What a segment is to a pair.
    enum Choice {
        /// A segment of the attempt.
        case attempt
        /// One of the open connection.
        case open
        /// One of the open connection that answers the attempt's SYN.
        case challenge
    }

    /// Chooses by the numbers of a segment: those that it has exactly, else those that it is near.
    static func choice(_ segment: TrackedSegment, attempt: ConnectionStore.Ends, open: ConnectionStore.Ends) -> Choice {
        if belongsToAttempt(segment, attempt, openSender: open.sender) { return .attempt }
        // The side that received the SYN acknowledges what it had acknowledged before, and nothing else.
        let isChallenge =
            segment.flags.hasAck && segment.flags.control == 0 && segment.payloadLength == 0
            && segment.acknowledgement == open.receiver.ack && !attempt.isFromOriginator && attempt.sender.packets == 0
        return isChallenge ? .challenge : .open
    }

    private static func belongsToAttempt(
        _ segment: TrackedSegment,
        _ attempt: ConnectionStore.Ends,
        openSender: EndpointRecord
    ) -> Bool {
        if segment.flags.hasSyn { return segment.sequence != openSender.start }
        let (sender, receiver) = (attempt.sender, attempt.receiver)
        let mayAcknowledge = segment.flags.hasAck && receiver.packets > 0
        if mayAcknowledge && segment.acknowledgement == receiver.last || sender.packets > 0 && segment.sequence == sender.last {
            return true
        }
        if segment.sequence == openSender.last { return false }
        return mayAcknowledge && HandshakeSteps.isJustBehind(segment.acknowledgement, receiver.start)
            || sender.packets > 0 && HandshakeSteps.isJustBehind(segment.sequence, sender.start)
    }
}
