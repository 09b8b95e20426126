import Addresses
import Mutations
import Packets
import Testing
import Tracking

/// The verdict on connections made up at random: what it claims follows from what the hosts did, as far as the capture holds it.
@Suite("Verdicts on generated connections")
struct VerdictPropertyTests {
    typealias Host = GeneratedConnection.Host

    @Test("claim what happened", arguments: 0..<UInt64(Mutation.rounds(12, of: 40)))
    func claims(_ block: UInt64) {
        for seed in block * 500..<(block + 1) * 500 {
            let connection = GeneratedConnection(seed: seed)
            guard !connection.sent.isEmpty else { continue }
            let records = Self.records(of: connection)
            #expect(records.count == 1, "\(connection.testDescription)")
            for record in records {
                let wrong = Self.untrue(record, of: connection)
                #expect(wrong.isEmpty, "\(connection.testDescription): \(record.verdict)")
            }
        }
    }

    @Test("Every kind of verdict is reached, save those of checksums and of a socket with itself")
    func reach() {
        var reached = Set<ConnectionVerdict>()
        for seed in 0..<6_000 as Range<UInt64> {
            for record in Self.records(of: GeneratedConnection(seed: seed)) { reached.insert(record.verdict) }
        }
        let beyond: Set<ConnectionVerdict> = [
            .onlyBadChecksums, .connectedToItself, .answeredWithoutSYNACK, .answeredWrongly, .resetIgnored,
            .closedByBothOriginatorFirst, .closedByBothResponderFirst,
        ]
        #expect(Set(ConnectionVerdict.allCases).subtracting(reached) == beyond)
    }

    /// Otherwise the property above would prove nothing.
    @Test("The verdict on one connection is untrue of one that went otherwise")
    func planted() {
        var told = 0
        let connections = (0..<400 as Range<UInt64>).map { GeneratedConnection(seed: $0) }.filter { !$0.sent.isEmpty }
        for (one, other) in zip(connections, connections.dropFirst()) {
            guard let mine = Self.records(of: one).first, let theirs = Self.records(of: other).first else { continue }
            guard mine.verdict != theirs.verdict else { continue }
            told += 1
            #expect(!Self.untrue(theirs, of: one).isEmpty, "\(theirs.verdict) of \(one.testDescription)")
        }
        #expect(told > 300)
    }

    private static func records(of connection: GeneratedConnection) -> [ConnectionRecord] {
        var table = ConnectionTable(policy: .patient(hashSeed: testSeed), memory: .heap)
        var records: [ConnectionRecord] = []
        for sent in connection.sent {
            _ = table.track(sent.segment)
            table.takeEnded { records.append($0) }
        }
        table.endAll { records.append($0) }
        return records
    }

    /// The claims of a verdict that do not hold.
    private static func untrue(_ record: ConnectionRecord, of connection: GeneratedConnection) -> [String] {
        let isClient = record.originator.port == GeneratedConnection.clientPort
        let claims = VerdictClaims(Truth(connection), originator: isClient ? .client : .server)
        return claims.of(record.verdict).filter { !$0.holds }.map(\.name)
    }

    /// What became of a connection, from the labels of its segments that were captured.
    struct Truth {
        let sent: [GeneratedConnection.Sent]

        init(_ connection: GeneratedConnection) { sent = connection.sent }

        func has(_ label: GeneratedConnection.Label, by host: Host) -> Bool {
            sent.contains { $0.host == host && $0.labels.contains(label) }
        }
        func sees(_ host: Host) -> Bool { sent.contains { $0.host == host } }
        func syns(by host: Host) -> Int { sent.count { $0.host == host && $0.labels.contains(.syn) } }
        var hasSYNACK: Bool { has(.synAck, by: .client) || has(.synAck, by: .server) }
        var isSimultaneous: Bool { has(.syn, by: .client) && has(.syn, by: .server) }
        var hasOnlyResets: Bool { sent.allSatisfy { $0.segment.flags.contains(.rst) } }
        var hasOnlySYNACKs: Bool { sent.allSatisfy { $0.labels.contains(.synAck) } }
        /// Whether the capture shows that the connection was open.
        var isEstablished: Bool {
            // What a side alone acknowledges shows that the other one answered.
            if !sees(.client) { return has(.syn, by: .server) && has(.acknowledgesSYN, by: .server) || isServerBeyondHandshake }
            if isSimultaneous { return has(.acknowledgesSYN, by: .client) && has(.acknowledgesSYN, by: .server) }
            return has(.acknowledgesSYN, by: .client) || isServerBeyondHandshake
        }
        private var isServerBeyondHandshake: Bool {
            sent.contains { $0.host == .server && $0.segment.flags.isDisjoint(with: [.syn, .rst]) }
        }

        enum End: Equatable {
            case open
            case halfClosed(Host)
            case inOrder(first: Host)
            case unacknowledged(first: Host)
            case reset(Host)
        }

        var end: End {
            let fins = (has(.fin, by: .client), has(.fin, by: .server))
            let leaving = sent.first { !$0.labels.isDisjoint(with: [.fin, .reset]) }
            let first = leaving?.host ?? .client
            if fins == (true, true), has(.acknowledgesFIN, by: .client), has(.acknowledgesFIN, by: .server) {
                return .inOrder(first: first)
            }
            for host in [Host.client, .server] where has(.reset, by: host) { return .reset(host) }
            switch fins {
            case (true, true): return .unacknowledged(first: first)
            case (true, false): return .halfClosed(.client)
            case (false, true): return .halfClosed(.server)
            case (false, false): return .open
            }
        }
    }
}

/// What each verdict claims.
private struct VerdictClaims {
    typealias Host = GeneratedConnection.Host
    typealias Claim = (name: String, holds: Bool)

    let truth: VerdictPropertyTests.Truth
    let originator: Host
    var responder: Host { originator.other }

    init(_ truth: VerdictPropertyTests.Truth, originator: Host) {
        self.truth = truth
        self.originator = originator
    }

    private var hasSYN: Claim { ("the SYN was captured", truth.has(.syn, by: originator)) }
    private var lacksSYN: Claim { ("the SYN was not captured", !truth.has(.syn, by: originator)) }
    private var hasSYNACK: Claim { ("a SYN-ACK was captured", truth.hasSYNACK) }
    private var lacksSYNACK: Claim { ("no SYN-ACK was captured", !truth.hasSYNACK) }
    private var established: Claim { ("established", truth.isEstablished) }
    private var notEstablished: Claim { ("not established", !truth.isEstablished) }
    private var atOnce: Claim { ("opened by both", truth.isSimultaneous) }
    private var notAtOnce: Claim { ("not opened by both", !truth.isSimultaneous) }
    private var bothSeen: Claim { ("both sides were captured", truth.sees(originator) && truth.sees(responder)) }
    private func unseen(_ host: Host) -> Claim { ("\(host) was not captured", !truth.sees(host)) }
    private func end(_ end: VerdictPropertyTests.Truth.End...) -> Claim { ("\(end)", end.contains(truth.end)) }
    private func fin(_ host: Host, _ isThere: Bool) -> Claim {
        ("FIN of \(host): \(isThere)", truth.has(.fin, by: host) == isThere)
    }

    private func reset(_ host: Host, own: Bool, peer: Bool) -> [Claim] {
        [hasSYN, bothSeen, established, end(.reset(host)), fin(host, own), fin(host.other, peer)]
    }

    func of(_ verdict: ConnectionVerdict) -> [Claim] {
        switch verdict {
        case .noAnswer: [hasSYN, unseen(responder), notEstablished, end(.open), ("one SYN", truth.syns(by: originator) == 1)]
        case .noAnswerToRetransmissions:
            [hasSYN, unseen(responder), notEstablished, end(.open), ("several SYNs", truth.syns(by: originator) > 1)]
        case .abandoned: [hasSYN, lacksSYNACK, notEstablished, end(.reset(originator))]
        case .refused: [hasSYN, lacksSYNACK, notEstablished, end(.reset(responder))]
        case .accepted: [hasSYN, hasSYNACK, notEstablished, end(.open), notAtOnce]
        case .acceptedResetByOriginator: [hasSYN, hasSYNACK, notEstablished, end(.reset(originator))]
        case .acceptedResetByResponder: [hasSYN, hasSYNACK, notEstablished, end(.reset(responder))]
        case .established: [hasSYN, bothSeen, established, end(.open), notAtOnce]
        case .halfClosedByOriginator: [hasSYN, bothSeen, established, end(.halfClosed(originator))]
        case .halfClosedByResponder: [hasSYN, bothSeen, established, end(.halfClosed(responder))]
        case .closedOriginatorFirst: [bothSeen, established, end(.inOrder(first: originator)), notAtOnce]
        case .closedResponderFirst: [bothSeen, established, end(.inOrder(first: responder)), notAtOnce]
        case .unacknowledgedOriginatorFirst: [hasSYN, bothSeen, established, end(.unacknowledged(first: originator))]
        case .unacknowledgedResponderFirst: [hasSYN, bothSeen, established, end(.unacknowledged(first: responder))]
        case .simultaneousOpenUnanswered: [atOnce, notEstablished, end(.open)]
        case .simultaneousOpenEstablished: [atOnce, established, end(.open)]
        case .simultaneousOpenClosed: [atOnce, established, end(.inOrder(first: originator), .inOrder(first: responder))]
        case .resetByOriginator: reset(originator, own: false, peer: false)
        case .resetByOriginatorAfterClose: reset(originator, own: false, peer: true)
        case .resetByOriginatorAfterOwnClose: reset(originator, own: true, peer: false)
        case .resetByOriginatorAfterBoth: reset(originator, own: true, peer: true)
        case .resetByResponder: reset(responder, own: false, peer: false)
        case .resetByResponderAfterClose: reset(responder, own: false, peer: true)
        case .resetByResponderAfterOwnClose: reset(responder, own: true, peer: false)
        case .resetByResponderAfterBoth: reset(responder, own: true, peer: true)
        case .loneSYNACK: [lacksSYN, ("SYN-ACKs alone", truth.hasOnlySYNACKs)]
        case .partialOpen: [lacksSYN, hasSYNACK, end(.open)]
        case .partialClosedByOriginator: [lacksSYN, bothSeen, end(.halfClosed(originator))]
        case .partialClosedByResponder: [lacksSYN, bothSeen, end(.halfClosed(responder))]
        case .partialClosedOriginatorFirst:
            [lacksSYN, bothSeen, end(.inOrder(first: originator), .unacknowledged(first: originator))]
        case .partialClosedResponderFirst: [lacksSYN, bothSeen, end(.inOrder(first: responder), .unacknowledged(first: responder))]
        case .partialResetByOriginator: [lacksSYN, bothSeen, end(.reset(originator))]
        case .partialResetByResponder: [lacksSYN, bothSeen, end(.reset(responder))]
        case .loneReset: [lacksSYN, ("RSTs alone", truth.hasOnlyResets)]
        case .neitherStartNorEnd: [lacksSYN, lacksSYNACK, end(.open)]
        case .openOriginatorAlone: [hasSYN, unseen(responder), established, end(.open)]
        case .resetByOriginatorAlone: [unseen(responder), end(.reset(originator))]
        case .resetByResponderAlone: [unseen(originator), end(.reset(responder))]
        case .closedByOriginatorAlone: [unseen(responder), end(.halfClosed(originator))]
        case .closedByResponderAlone: [unseen(originator), end(.halfClosed(responder))]
        case .onlyBadChecksums, .connectedToItself, .answeredWithoutSYNACK, .answeredWrongly, .resetIgnored,
            .closedByBothOriginatorFirst, .closedByBothResponderFirst:
            [("never made here", false)]
        }
    }
}
