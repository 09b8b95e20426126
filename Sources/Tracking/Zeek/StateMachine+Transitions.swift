extension StateMachine {
    struct Transition {
        /// The sender's side closed by this segment.
        var closes = false
        /// Originator and responder change places.
        var flips = false
    }

    @inline(always)
    func transit(
        _ facts: Facts,
        sender: inout EndpointRecord,
        receiver: inout EndpointRecord,
        shared: inout SharedRecord
    ) -> Transition {
        var transition = Transition()
        switch sender.state {
        case .inactive:
            leaveInactive(facts, &sender, &receiver, &shared, &transition)
        case .synSent, .synAckSent:
            if facts.flags.hasFin {
                enter(.closed, &sender, receiver, &shared)
                transition.closes = true
            }
            if facts.flags.hasRst {
                enter(.reset, &sender, receiver, &shared)
                transition.closes = true
            }
        case .established, .partial:
            leaveEstablished(facts, &sender, &receiver, &shared, &transition)
        case .closed:
            if facts.flags.hasRst, receiver.state != .closed {
                enter(.reset, &sender, receiver, &shared)
                transition.closes = !sender.didClose
            }
        case .reset:
            break
        }
        return transition
    }

    @inline(always)
    private func leaveInactive(
        _ facts: Facts,
        _ sender: inout EndpointRecord,
        _ receiver: inout EndpointRecord,
        _ shared: inout SharedRecord,
        _ transition: inout Transition
    ) {
        if facts.flags.hasSyn {
            if facts.isOriginator {
                enter(facts.flags.hasAck ? .synAckSent : .synSent, &sender, receiver, &shared)
            } else {
                if !facts.flags.hasAck, receiver.state == .synAckSent, facts.sequence == sender.start {
                    // The SYN follows its SYN-ACK: the sender of the SYN-ACK is the responder.
                    transition.flips = true
                    enter(.established, &receiver, sender, &shared)
                }
                if receiver.state == .synSent { enter(.established, &receiver, sender, &shared) }
                enter(.established, &sender, receiver, &shared)
                if receiver.state != .partial { sender.seen.insert(.opened) }
            }
        }
        if facts.flags.hasFin {
            enter(.closed, &sender, receiver, &shared)
            transition.closes = true
        }
        if facts.flags.hasRst {
            enter(.reset, &sender, receiver, &shared)
            transition.closes = true
        }
        guard sender.state == .inactive else { return }
        // Some systems acknowledge a SYN before they answer it.
        if !facts.isOriginator, facts.length == 0, receiver.state == .synSent { return }
        if facts.flags.hasAck, receiver.state == .established {
            enter(.established, &sender, receiver, &shared)
            shared.flags.remove(.isPartial)
        } else {
            enter(.partial, &sender, receiver, &shared)
        }
    }

    @inline(always)
    private func leaveEstablished(
        _ facts: Facts,
        _ sender: inout EndpointRecord,
        _ receiver: inout EndpointRecord,
        _ shared: inout SharedRecord,
        _ transition: inout Transition
    ) {
        let flags = facts.flags
        if flags.hasSyn, !flags.hasAck, sender.state == .partial, receiver.state == .inactive {
            enter(.synSent, &sender, receiver, &shared)
        }
        if flags.hasFin, !flags.hasRst {
            enter(.closed, &sender, receiver, &shared)
            // A FIN and then a RST of the other side were an ordinary end after all.
            if receiver.state == .reset, receiver.previousState == .closed { enter(.closed, &receiver, sender, &shared) }
            transition.closes = true
        }
        if flags.hasRst {
            enter(.reset, &sender, receiver, &shared)
            transition.closes = true
        }
    }

    @inline(always)
    private func enter(
        _ state: EndpointState,
        _ endpoint: inout EndpointRecord,
        _ peer: EndpointRecord,
        _ shared: inout SharedRecord
    ) {
        if !state.isHandshake, endpoint.state.isHandshake, peer.state.isHandshake { shared.flags.insert(.isPastHandshake) }
        endpoint.enter(state)
    }

    /// Zeek's `CheckEOF`: reports once that a side's stream has ended, which a deferred close waits for.
    @inline(always)
    func reachEnd(of endpoint: inout EndpointRecord, peer: EndpointRecord, shared: inout SharedRecord) {
        guard endpoint.sentFin || endpoint.state == .closed || endpoint.state == .reset,
            !endpoint.flags.contains(.reachedEnd),
            !Reassembly.isPending(endpoint, peer: peer)
        else { return }
        endpoint.flags.insert(.reachedEnd)
        guard shared.flags.contains(.closeDeferred) else { return }
        close(&endpoint, peer: peer, shared: &shared)
        shared.flags.remove(.closeDeferred)
    }

    /// Zeek's `ConnectionClosed`: one side's close, complete once the other has closed too, never spoke, or the side reset the
    /// connection.
    @inline(always)
    func close(_ endpoint: inout EndpointRecord, peer: EndpointRecord, shared: inout SharedRecord) {
        if Reassembly.isPending(endpoint, peer: peer) {
            shared.flags.insert(.closeDeferred)
            return
        }
        shared.flags.remove(.closeDeferred)
        guard !endpoint.didClose else { return }
        endpoint.didClose = true
        if endpoint.state == .reset || peer.didClose || peer.state == .inactive { shared.flags.insert(.isEnding) }
    }
}
