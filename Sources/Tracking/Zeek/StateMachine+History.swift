extension StateMachine {
    /// Writes what the segment's flags say into the history: each code once per side; SYN, FIN and RST again if their number differs.
    @inline(always)
    func writeHistory(
        _ facts: Facts,
        relative: Int64,
        sender: inout EndpointRecord,
        shared: inout SharedRecord,
        overflows: inout OverflowStore
    ) {
        let control = facts.flags.control
        switch control {
        case 0:
            if facts.length > 0 {
                writeOnce(.data, .data, facts, &sender, &shared, &overflows)
            } else if facts.flags.hasAck {
                writeOnce(.pureAck, .pureAck, facts, &sender, &shared, &overflows)
            }
        case ControlBits.syn:
            writeSyn(facts, relative: relative, &sender, &shared, &overflows)
        case ControlBits.fin:
            writeFin(facts, &sender, &shared, &overflows)
        case ControlBits.rst:
            let mark = UInt16(truncatingIfNeeded: relative &+ relative >> 16)
            if sender.seen.contains(.rst), mark != sender.resetDigest { write(.rst, facts.isOriginator, &shared, &overflows) }
            writeOnce(.rst, .rst, facts, &sender, &shared, &overflows)
            sender.resetDigest = mark
        default:
            if control & (ControlBits.fin | ControlBits.rst) == ControlBits.fin | ControlBits.rst {
                writeOnce(.inconsistent, .inconsistent, facts, &sender, &shared, &overflows)
            } else {
                writeOnce(.multipleFlags, .multipleFlags, facts, &sender, &shared, &overflows)
            }
        }
    }

    @inline(always)
    private func writeOnce(
        _ code: HistoryCode,
        _ seen: EndpointRecord.SeenCodes,
        _ facts: Facts,
        _ sender: inout EndpointRecord,
        _ shared: inout SharedRecord,
        _ overflows: inout OverflowStore
    ) {
        guard !sender.seen.contains(seen) else { return }
        sender.seen.insert(seen)
        write(code, facts.isOriginator, &shared, &overflows)
    }

    /// A SYN's number relative to the start is zero, since the start follows it, until the side has closed.
    @inline(always)
    private func writeSyn(
        _ facts: Facts,
        relative: Int64,
        _ sender: inout EndpointRecord,
        _ shared: inout SharedRecord,
        _ overflows: inout OverflowStore
    ) {
        let code = facts.flags.hasAck ? HistoryCode.synAck : .syn
        let isStrange = relative != 0
        if sender.seen.contains(.syn), isStrange != sender.flags.contains(.strangeSyn) {
            write(code, facts.isOriginator, &shared, &overflows)
        }
        writeOnce(code, .syn, facts, &sender, &shared, &overflows)
        if isStrange { sender.flags.insert(.strangeSyn) } else { sender.flags.remove(.strangeSyn) }
    }

    @inline(always)
    private func writeFin(
        _ facts: Facts,
        _ sender: inout EndpointRecord,
        _ shared: inout SharedRecord,
        _ overflows: inout OverflowStore
    ) {
        let number = facts.end &- 1
        if sender.seen.contains(.fin) {
            let previous = overflows.fin(of: sender, isOriginator: facts.isOriginator, slot: slot, shared: shared)
            if number != previous { write(.fin, facts.isOriginator, &shared, &overflows) }
        }
        writeOnce(.fin, .fin, facts, &sender, &shared, &overflows)
    }
}
