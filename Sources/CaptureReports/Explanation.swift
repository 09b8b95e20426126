import Tracking

/// The why in plain words: what `--explain` adds to a segment.
enum Explanation {
    /// Why a segment looks the way it does; `nil` where its note says all.
    static func of(_ annotation: Annotation) -> StaticString? {
        let opensWithFour = annotation.step.phase == .open && annotation.step.total == 4
        if opensWithFour, let why = ofSimultaneousOpen(annotation.kind) { return why }
        if let finding = explained.first(where: { annotation.reportedFindings.contains($0.0) }) { return finding.1 }
        return of(annotation.kind)
    }

    /// The steps of an opening by both sides at once, where they differ from a caller's and a listener's.
    private static func ofSimultaneousOpen(_ event: Event.Kind) -> StaticString? {
        switch event {
        case .accepts: "Each side answers the other's SYN as a listener would: its own SYN again, now with an acknowledgement."
        case .establishes:
            """
            Why four: both SYNs were on their way at once, so each side acknowledges the other's in a segment of its own. Nobody was             listening, and still there is one connection.
            """
        default: nil
        }
    }

    static func of(_ event: Event.Kind) -> StaticString? {
        switch event {
        case .wantsToConnect:
            """
            SYN stands for synchronize: the sender tells the number at which its bytes begin. It is hard to guess, so that nobody \
            who does not see the segments can join in. The options say how large a segment it takes and how its window is to be read.
            """
        case .repeatsSYN:
            """
            No answer came, so the kernel asks again and waits twice as long each time. SYNs without any answer mostly meet a \
            firewall that drops them; a host without a listener would refuse at once.
            """
        case .opensSimultaneously:
            """
            Both sides sent their SYN before the other's arrived. TCP allows that: each acknowledges the other's, four segments \
            instead of three, and one connection comes of it, not two.
            """
        case .accepts:
            """
            SYN and ACK in one segment: it acknowledges the caller's number plus one and tells its own. The time since the SYN is \
            a round trip, as seen from where the capture ran.
            """
        case .acceptsWrongly:
            "Only an answer that acknowledges the SYN's number plus one belongs to it. This may be a late one, or somebody's forgery."
        case .establishes:
            """
            Why three: each side must tell its number and hear it acknowledged. The responder's SYN and ACK share a segment, so three \
            do. Now both know that the other hears them.
            """
        case .sendsData: "Each byte has a number. The receiver acknowledges the next one that it waits for."
        case .sendsDataHalfClosed:
            "A close ends one direction only. Until this side closes too it may send as much as it likes: the connection is half closed."
        case .acknowledges:
            "Everything before the acknowledged number has arrived; the window says how much more may be on its way."
        case .closesFirst:
            """
            FIN says: no more data from here. It counts as a byte, so that it is acknowledged and repeated like one. The other \
            direction stays open until that side closes as well.
            """
        case .acknowledgesFIN:
            """
            The kernel acknowledges the FIN at once; its program learns of it when it reads the end of the stream. Until that program \
            closes its socket, the connection is half closed.
            """
        case .acknowledgesCrossingFIN:
            "Both sides have closed already; each FIN still needs its own acknowledgement."
        case .closesToo:
            "It had nothing left to send, so its FIN and the acknowledgement share a segment: that makes the close three segments, not four."
        case .closesSecond:
            "Why four: each direction is closed by a FIN of its own, and each FIN is acknowledged."
        case .closesSimultaneously:
            "Both closed before they heard of the other's close. Each FIN is acknowledged, and both sides wait in TIME_WAIT."
        case .acknowledgesLastFIN:
            """
            Who closed first now waits in TIME_WAIT, 60 s on Linux: long enough to acknowledge the last FIN again should this \
            segment get lost, and for stray segments to die before the ports are used anew.
            """
        case .refuses:
            "The host is there, but no program listens on that port: its kernel answers with RST. connect() fails with ECONNREFUSED."
        case .abandons:
            "The caller no longer wants the connection: its program ended, or a scanner learned what it wanted and saves the third step."
        case .aborts:
            """
            RST ends both directions at once, and nothing acknowledges it. A kernel sends it when a program closes a socket with \
            unread data in it or with SO_LINGER 0, or when it died. Data on its way is lost.
            """
        case .abortsAfterFIN:
            "Data still arrived for a socket that its program had closed. The kernel says that nobody will read it."
        case .abortsAfterPeerFIN:
            "This side does not close in order: its program ended the socket with unread data in it, or the data came for nobody."
        case .resetsAfterClose:
            "Something arrived after both sides had closed, and the kernel knows nothing of the connection any more."
        case .resetsUnseen: "The capture began after the connection did, so there is no telling what it was reset for."
        case .contradictsItself: "No working TCP sends this here. Scanners do, to learn a system by how it answers."
        case .hasBadChecksum:
            "Either the segment was damaged on its way, or the capture saw it before the network card filled the checksum in."
        case .none: nil
        }
    }

    private static let explained: [(Findings, StaticString)] = [
        (.spuriousRetransmission, "What it repeats had been acknowledged: the acknowledgement was late or lost."),
        (
            .fastRetransmission,
            "Duplicate acknowledgements told of a hole, so the segment is sent again without waiting for the timer."
        ),
        (.retransmission, "No acknowledgement came in time, so the segment is sent again."),
        (.outOfOrder, "It was overtaken by a later segment on another path, or in the network card's queues."),
        (.keepAliveAck, "The other side is still there."),
        (.keepAlive, "One byte back from the next: it carries nothing and only asks whether the other side is still there."),
        (.zeroWindow, "Its buffer is full: the program behind it does not read. The sender must wait until the window opens."),
        (.zeroWindowProbe, "The window is closed, so a single byte asks whether it has opened."),
        (.windowUpdate, "The program has read, and there is room again."),
        (.duplicateAck, "The same number again: something arrived, but not what is missing."),
        (.previousSegmentLost, "A hole in the sequence: lost on its way, or not seen by the capture."),
        (.acknowledgesUnseen, "The data arrived, but the capture did not see it."),
        (.synData, "TCP Fast Open: a cookie from an earlier visit lets data travel in the SYN and saves a round trip."),
    ]
}
