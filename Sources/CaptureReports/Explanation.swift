import Tracking

/// The why behind a segment in plain words: what `--explain` adds.
enum Explanation {
    /// Why a segment looks the way it does; `nil` where its note says everything.
    static func of(_ annotation: Annotation) -> StaticString? {
        if annotation.step.phase == .open, annotation.step.total == 4, let why = ofSimultaneousOpen(annotation.kind) { return why }
        if let finding = ofFindings.first(where: { annotation.reportedFindings.contains($0.0) }) { return finding.1 }
        return of(annotation.kind)
    }

    /// The steps of a simultaneous open, where they differ from a caller's and a listener's.
    private static func ofSimultaneousOpen(_ event: Event.Kind) -> StaticString? {
        switch event {
        case .accepts: "Each side answers the other's SYN as a listener would: with its own SYN again, now with an acknowledgement."
        case .establishes:
            """
            Why four: both SYNs were in flight at once, so each side acknowledges the other's in a segment of its own. Nobody was \
            listening, and still the result is one connection.
            """
        default: nil
        }
    }

    private static func of(_ event: Event.Kind) -> StaticString? {
        switch event {
        case .wantsToConnect:
            """
            SYN (synchronize) carries the sender's initial sequence number, shown as seq 0. The SYN itself counts as one, so the first \
            byte of data has number 1. The number is hard to guess: who cannot see the segments cannot inject any. The options give \
            the largest segment that the sender accepts and the scale of its window. The sender is in SYN-SENT now, the listener in \
            LISTEN.
            """
        case .repeatsSYN:
            """
            No answer arrived, so the kernel sends the SYN again and stays in SYN-SENT: after one second at first, later after twice \
            as long each time; the note counts from the first SYN. Linux 6.5 and later waits one second five times before it doubles. \
            SYNs without any answer usually meet a firewall that drops them, a host that is down, or a listener whose accept queue is \
            full; a host without a listener refuses at once.
            """
        case .opensSimultaneously:
            """
            Both sides sent their SYN before the other's arrived. TCP allows that: each acknowledges the other's, which takes four \
            segments in place of three and makes one connection, not two. Each side changes from SYN-SENT to SYN-RECEIVED.
            """
        case .accepts:
            """
            SYN and ACK in one segment: ack 1 acknowledges the caller's SYN, which counts as one, and seq 0 is the responder's own \
            initial number. The time since the SYN is a round trip from where the capture ran to the responder. The responder is in \
            SYN-RECEIVED now.
            """
        case .acceptsWrongly:
            """
            Only an answer that acknowledges the SYN's number plus one belongs to it. This one may be late or forged; the caller answers \
            it with a RST and stays in SYN-SENT.
            """
        case .acceptsAnew:
            """
            It acknowledges the SYN, but its own number is another: two hosts or middleboxes answer, or one of the answers is forged. \
            A caller in ESTABLISHED answers it with an ACK and keeps the number that it knows (RFC 9293 section 3.10.7.4).
            """
        case .establishes:
            """
            Why three: above all so that an old duplicate SYN cannot open a connection. The caller would answer the SYN-ACK to it with \
            a RST, not with this ACK (RFC 9293 section 3.5). Three segments also suffice for each side to send its number and have it \
            acknowledged, since the responder's SYN and ACK share one. The caller has been in ESTABLISHED since the SYN-ACK, the \
            responder is with this ACK.
            """
        case .sendsData:
            """
            Each byte has a number; seq is that of the first byte in the segment. The receiver acknowledges the next one that it expects: \
            seq plus the length.
            """
        case .sendsDataHalfClosed:
            "A FIN closes one direction only. Until this side closes too, it may send any amount: the connection is half-closed."
        case .acknowledges:
            "Everything before the acknowledged number has arrived; the window says how many more bytes may be in flight."
        case .closesFirst:
            """
            FIN: no more data from this side. It counts as one in the sequence numbers, so it is acknowledged and retransmitted as a \
            byte would be. The other direction stays open until that side closes as well. This side is in FIN-WAIT-1 now.
            """
        case .acknowledgesFIN:
            """
            The kernel acknowledges the FIN without waiting for its program, though it may delay the ACK (40 ms on Linux). The \
            program reads the end of the stream. Until it closes its socket, the connection is half-closed: this side is in \
            CLOSE-WAIT, the other in FIN-WAIT-2.
            """
        case .acknowledgesCrossingFIN:
            """
            Both sides have closed already; each FIN still needs its own acknowledgement. With it the receiver changes from CLOSING to \
            TIME-WAIT.
            """
        case .closesToo:
            """
            It had nothing left to send, so its FIN and the acknowledgement share a segment: the four steps take three segments. This \
            side is in LAST-ACK now.
            """
        case .closesSecond:
            """
            Why four: each direction is closed by a FIN of its own, and each FIN is acknowledged. This side changes from CLOSE-WAIT to \
            LAST-ACK.
            """
        case .closesSimultaneously:
            """
            Both sides closed before either received the other's FIN. Each FIN is acknowledged, and both sides change from FIN-WAIT-1 \
            to CLOSING and wait in TIME-WAIT in the end.
            """
        case .acknowledgesLastFIN:
            """
            The side that closed first now waits in TIME-WAIT, 60 s on Linux: long enough to acknowledge the last FIN again if this \
            segment is lost, and for stray segments to expire before the ports are reused. If that side is a server, bind() to the \
            same port fails in the meantime unless it sets SO_REUSEADDR. The other side changes from LAST-ACK to CLOSED.
            """
        case .acknowledgesLastCrossingFIN:
            """
            The second of the two acknowledgements. The side that receives it changes from CLOSING to TIME-WAIT, as the other one did: \
            both sides closed first, so both wait, 60 s on Linux.
            """
        case .refuses:
            """
            RST in answer to a SYN: nothing listens at that address and port, or a firewall rejects the connection. The caller changes \
            from SYN-SENT to CLOSED, and connect() fails with ECONNREFUSED.
            """
        case .abandons:
            """
            The caller ends its attempt. Why, the segments do not show: its program may have closed the socket, or a scanner has seen \
            enough and saves the third step. A responder in SYN-RECEIVED returns to LISTEN.
            """
        case .withdraws:
            """
            The side that sent the SYN-ACK takes it back in SYN-RECEIVED, and the caller's connection is reset. Why, the segments do \
            not show: the listener may have been closed, or a proxy found no server behind it.
            """
        case .aborts:
            """
            RST ends both directions at once and is not acknowledged: both sides are in CLOSED now, and calls on the other side fail \
            with ECONNRESET. The segments do not show why. A kernel sends it when a program closes or leaves a socket with unread data \
            in it or with SO_LINGER 0, or when it does not know the connection, as after a restart of the machine. Data in flight is \
            lost.
            """
        case .abortsAfterFIN:
            """
            This side had closed in order and now gives the connection up. All data that was captured is acknowledged, so the segments \
            do not show why; data that the capture missed may have arrived for the closed socket.
            """
        case .abortsAfterFINForData:
            """
            The other side sent data that is not acknowledged. If it arrived for a socket that its program had closed, nobody will read \
            it, and the kernel answers with a RST (RFC 9293 section 3.6.1).
            """
        case .abortsAfterPeerFIN:
            """
            This side does not close in order. The segments do not show why: most often its program closed the socket with unread data \
            in it.
            """
        case .abortsBeforeLastAcknowledgement:
            """
            Both sides have closed their directions, but one of the FINs is not acknowledged in this capture, so the connection was not over. \
            The segments do not show why. A side may save the last acknowledgement and TIME-WAIT (SO_LINGER 0), or its socket was gone \
            when the other side's FIN arrived.
            """
        case .resetsAfterClose:
            """
            Both sides have closed. A side whose connection is over, or whose program is gone, answers whatever still arrives with a \
            RST (RFC 9293 section 3.10.7.1).
            """
        case .resetsUnseen: "The capture began after the connection did, so the reason for the reset cannot be seen."
        case .resetsNoSYN:
            "A side that waits for the answer to its SYN acts only on a RST that acknowledges the SYN (RFC 9293 section 3.10.7.3)."
        case .resetsWrongNumber:
            """
            A RST counts only with the sequence number that its receiver expects next. One inside the window is answered with a \
            challenge ACK, one outside it is dropped (RFC 5961 section 3.2), so that nobody can reset a connection by guessing.
            """
        case .rejectsAcknowledgement:
            """
            It answers an ACK of something that its sender never sent, as that of an older connection with the same ports, and has the \
            number that was acknowledged. It resets what the other side holds of that; its own attempt continues (RFC 9293 sections \
            3.5.1, 3.10.7.3 and 3.10.7.4).
            """
        case .challenges:
            """
            A side that has an open connection with these ports answers any SYN with an acknowledgement of what it has received (RFC \
            5961 section 4). A peer that knows of no connection answers that with a RST, which ends it; else the SYN was forged or late.
            """
        case .synCapturedLate: "The segments were captured in another order than they were sent, on several queues or taps."
        case .contradictsItself: "No working TCP sends this here. Scanners do, to identify a system by how it answers."
        case .capturedTwice:
            """
            A bridge or router receives a frame on one interface and sends it on another, and a mirror port copies it as it enters and as \
            it leaves the switch. The host sent it once.
            """
        case .hasBadChecksum:
            "Either the segment was damaged on the way, or it was captured before the NIC filled in the checksum."
        case .none: nil
        }
    }

    /// The first that applies is taken.
    private static let ofFindings: [(Findings, StaticString)] = [
        (.spuriousRetransmission, "The data had been acknowledged already: the acknowledgement was late or lost."),
        (.fastRetransmission, "Duplicate ACKs reported a gap, so the segment is sent again without waiting for the timer."),
        (.retransmission, "No acknowledgement arrived in time, so the segment is sent again."),
        (.outOfOrder, "A later segment overtook it, on another path or in the queues of a NIC."),
        (.keepAliveAck, "The other side is still there."),
        (.keepAlive, "The number before the next one: it carries nothing new and checks whether the other side is still there."),
        (.zeroWindow, "Its buffer is full because its program does not read. The sender must wait until the window opens."),
        (.zeroWindowProbe, "The window is closed, so a single byte checks whether it has opened."),
        (.zeroWindowProbeAck, "The window is still closed."),
        (.windowUpdate, "The program has read, so there is room again."),
        (.windowFull, "The receiver's window is used up: the sender must wait for an acknowledgement or a window update."),
        (.duplicateAck, "The same number again: a segment arrived, but not the missing one."),
        (.previousSegmentLost, "A gap in the sequence numbers: a segment was lost on the way, or the capture missed it."),
        (.acknowledgesUnseen, "The data arrived, but the capture missed it."),
        (.synData, "TCP Fast Open: a cookie from an earlier connection lets the SYN carry data, which saves a round trip."),
    ]
}
