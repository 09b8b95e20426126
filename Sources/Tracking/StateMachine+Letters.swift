extension StateMachine {
    /// Writes what the segment's flags say into the history: each letter once a side, SYN, FIN and RST again where their number is
    /// another one.
    @inline(always)
    func writeLetters(
        _ facts: Facts,
        relative: Int64,
        sender: inout EndpointRecord,
        shared: inout SharedRecord,
        troubles: inout TroubleStore
    ) {
        let control = facts.flags.control
        switch control {
        case 0:
            if facts.length > 0 {
                writeOnce(.data, .data, facts, &sender, &shared, &troubles)
            } else if facts.flags.hasAck {
                writeOnce(.pureAck, .pureAck, facts, &sender, &shared, &troubles)
            }
        case ControlBits.syn:
            writeSyn(facts, relative: relative, &sender, &shared, &troubles)
        case ControlBits.fin:
            writeFin(facts, &sender, &shared, &troubles)
        case ControlBits.rst:
            let mark = UInt16(truncatingIfNeeded: relative &+ relative >> 16)
            if sender.seen.contains(.rst), mark != sender.resetMark { write(.rst, facts.isOriginator, &shared, &troubles) }
            writeOnce(.rst, .rst, facts, &sender, &shared, &troubles)
            sender.resetMark = mark
        default:
            if control & (ControlBits.fin | ControlBits.rst) == ControlBits.fin | ControlBits.rst {
                writeOnce(.inconsistent, .inconsistent, facts, &sender, &shared, &troubles)
            } else {
                writeOnce(.multipleFlags, .multipleFlags, facts, &sender, &shared, &troubles)
            }
        }
    }

    @inline(always)
    private func writeOnce(
        _ letter: HistoryLetter,
        _ seen: EndpointRecord.SeenLetters,
        _ facts: Facts,
        _ sender: inout EndpointRecord,
        _ shared: inout SharedRecord,
        _ troubles: inout TroubleStore
    ) {
        guard !sender.seen.contains(seen) else { return }
        sender.seen.insert(seen)
        write(letter, facts.isOriginator, &shared, &troubles)
    }

    /// A SYN's number relative to the start is zero, since the start follows it, until the side has closed.
    @inline(always)
    private func writeSyn(
        _ facts: Facts,
        relative: Int64,
        _ sender: inout EndpointRecord,
        _ shared: inout SharedRecord,
        _ troubles: inout TroubleStore
    ) {
        let letter = facts.flags.hasAck ? HistoryLetter.synAck : .syn
        let isStrange = relative != 0
        if sender.seen.contains(.syn), isStrange != sender.marks.contains(.strangeSyn) {
            write(letter, facts.isOriginator, &shared, &troubles)
        }
        writeOnce(letter, .syn, facts, &sender, &shared, &troubles)
        if isStrange { sender.marks.insert(.strangeSyn) } else { sender.marks.remove(.strangeSyn) }
    }

    @inline(always)
    private func writeFin(
        _ facts: Facts,
        _ sender: inout EndpointRecord,
        _ shared: inout SharedRecord,
        _ troubles: inout TroubleStore
    ) {
        let number = facts.end &- 1
        if sender.seen.contains(.fin) {
            let previous = troubles.fin(of: sender, isOriginator: facts.isOriginator, slot: slot, shared: shared)
            if number != previous { write(.fin, facts.isOriginator, &shared, &troubles) }
        }
        writeOnce(.fin, .fin, facts, &sender, &shared, &troubles)
    }
}
