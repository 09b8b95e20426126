import Addresses
import Mutations
import Packets
import Testing
import Time

/// A TCP connection made up at random, as two hosts would have it, and what a capture on the way holds of it.
///
/// Every segment is labelled with what it is, by the hosts and not by its numbers: what became of the connection follows from the labels.
struct GeneratedConnection: Sendable, CustomTestStringConvertible {
    enum Host: Sendable {
        case client
        case server

        var other: Host { self == .client ? .server : .client }
    }

    enum Label: Hashable, Sendable {
        case syn
        case synAck
        /// Acknowledges the other host's SYN.
        case acknowledgesSYN
        case data
        case fin
        /// Acknowledges the other host's FIN.
        case acknowledgesFIN
        /// A RST that its receiver acts on.
        case reset
        /// A RST that its receiver ignores.
        case ignoredReset
    }

    struct Sent: Sendable {
        var segment: Segment
        let host: Host
        let labels: Set<Label>
    }

    let seed: UInt64
    private(set) var sent: [Sent] = []
    private(set) var story: [String] = []

    var testDescription: String { "seed \(seed): \(story.joined(separator: ", "))" }

    private var random: SeededGenerator
    private var clock: Int64 = 1_600_000_000_000_000_000
    private var client = Side()
    private var server = Side()

    private struct Side {
        /// The number that its SYN has.
        var start: UInt32 = 0
        var next: UInt32 = 0
        var finEnd: UInt32?
    }

    static let clientPort: UInt16 = 40_000

    init(seed: UInt64) {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        client.start = firstNumber()
        server.start = firstNumber()
        client.next = client.start
        server.next = server.start
        if open() {
            talk()
            close()
        }
        transmit()
        capture()
    }

    /// Often one that wraps around soon.
    private mutating func firstNumber() -> UInt32 {
        chance(of: 4) ? UInt32.max - UInt32.random(in: 0..<3000, using: &random) : UInt32.random(in: 0...UInt32.max, using: &random)
    }

    private mutating func chance(of several: Int) -> Bool { Int.random(in: 0..<several, using: &random) == 0 }

    private mutating func pass(_ milliseconds: ClosedRange<Int64>) {
        clock += Int64.random(in: milliseconds, using: &random) * 1_000_000 + Int64.random(in: 0..<1_000_000, using: &random)
    }

    private subscript(host: Host) -> Side {
        get { host == .client ? client : server }
        set { if host == .client { client = newValue } else { server = newValue } }
    }

    /// Sends a segment of the next number, or of `sequence`; it acknowledges all of the other host, or what `acknowledging` says.
    private mutating func send(
        _ host: Host,
        _ flags: TCPFlags,
        length: Int = 0,
        sequence: UInt32? = nil,
        acknowledging: UInt32? = nil,
        _ labels: Set<Label> = []
    ) {
        pass(0...30)
        let acknowledgement = acknowledging ?? self[host.other].next
        let isV6 = seed % 5 == 0
        func address(_ host: Host) -> IPAddress {
            let last: UInt32 = host == .client ? 1 : 2
            return isV6 ? IPAddress(v6High: 0x2001_0DB8 << 32, low: UInt64(last)) : IPAddress(v4: 0xC000_0200 | last)
        }
        let serverPort: UInt16 = seed % 3 == 0 ? 50_000 : 80
        var segment = Segment(
            time: Timestamp(nanoseconds: clock),
            source: address(host),
            destination: address(host.other),
            sourcePort: host == .client ? Self.clientPort : serverPort,
            destinationPort: host == .client ? serverPort : Self.clientPort,
            sequence: sequence ?? self[host].next,
            acknowledgement: flags.contains(.ack) ? acknowledgement : 0,
            flags: flags,
            window: 64_000,
            payloadLength: length
        )
        segment.capturedPayloadLength = length
        segment.checksum = .correct
        var labels = labels
        // What a RST acknowledges opens and closes nothing.
        if flags.contains(.ack), !flags.contains(.rst) {
            labels.insert(.acknowledgesSYN)
            if let end = self[host.other].finEnd, acknowledgement == end { labels.insert(.acknowledgesFIN) }
        }
        if sequence == nil {
            var count = UInt32(length)
            if flags.contains(.syn) { count += 1 }
            if flags.contains(.fin) {
                count += 1
                self[host].finEnd = self[host].next &+ count
            }
            self[host].next &+= count
        }
        sent.append(Sent(segment: segment, host: host, labels: labels))
    }

    /// Sends what was sent last by a host again, after a timeout.
    private mutating func sendAgain() {
        guard var last = sent.last else { return }
        pass(200...1500)
        last.segment.time = Timestamp(nanoseconds: clock)
        sent.append(last)
    }

    // MARK: - Opening

    /// - Returns: whether both hosts have an open connection.
    private mutating func open() -> Bool {
        switch Int.random(in: 0..<16, using: &random) {
        case 0: return refuse()
        case 1:
            tell("no answer")
            syn()
            return false
        case 2:
            tell("given up before an answer")
            syn()
            send(.client, .rst, [.reset])
            return false
        case 3, 4: return acceptInVain()
        case 5: return openAtOnce()
        default:
            syn()
            synAck()
            return true
        }
    }

    private mutating func syn() {
        send(.client, .syn, [.syn])
        for _ in 0..<Int.random(in: 0..<4, using: &random) where chance(of: 3) {
            tell("SYN again")
            sendAgain()
        }
    }

    private mutating func synAck() {
        send(.server, .synAck, [.synAck])
        if chance(of: 8) {
            tell("SYN-ACK again")
            sendAgain()
        }
    }

    private mutating func refuse() -> Bool {
        tell("refused")
        syn()
        send(.server, [.rst, .ack], sequence: 0, [.reset])
        if chance(of: 4) {
            tell("asked again")
            if let syn = sent.first, let refusal = sent.last {
                for var again in [syn, refusal] {
                    pass(300...600)
                    again.segment.time = Timestamp(nanoseconds: clock)
                    sent.append(again)
                }
            }
        }
        return false
    }

    private mutating func acceptInVain() -> Bool {
        syn()
        synAck()
        switch Int.random(in: 0..<3, using: &random) {
        case 0: tell("never acknowledged")
        case 1:
            tell("reset by the client in the handshake")
            send(.client, .rst, [.reset])
        default:
            tell("reset by the server in the handshake")
            send(.server, .rst, [.reset])
        }
        return false
    }

    private mutating func openAtOnce() -> Bool {
        tell("opened by both at once")
        send(.client, .syn, [.syn])
        send(.server, .syn, [.syn])
        send(.client, .synAck, sequence: client.start, [.synAck])
        send(.server, .synAck, sequence: server.start, [.synAck])
        return true
    }

    // MARK: - Data

    private mutating func talk() {
        let crossed = story.contains("opened by both at once")
        if !crossed, !chance(of: 6) { send(.client, .ack) }
        for _ in 0..<Int.random(in: 0..<6, using: &random) {
            // Before the server knows that the connection is open, it is silent.
            let host: Host =
                chance(of: 2) && sent.contains { $0.host == .client && $0.labels.contains(.acknowledgesSYN) } ? .server : .client
            send(host, [.psh, .ack], length: Int.random(in: 1..<1400, using: &random), [.data])
            if chance(of: 6) {
                tell("data again")
                sendAgain()
            }
            if !chance(of: 3) { send(host.other, .ack) }
            if chance(of: 12) { ignoredReset() }
        }
    }

    /// A RST that somebody else made up, behind which the connection goes on.
    private mutating func ignoredReset() {
        let host: Host = chance(of: 2) ? .client : .server
        let isBefore = chance(of: 2)
        let distance = UInt32.random(in: 70_000..<900_000_000, using: &random)
        tell("RST out of the window")
        send(host, .rst, sequence: isBefore ? self[host].next &- distance : self[host].next &+ distance, [.ignoredReset])
        send(host, .ack)
    }

    // MARK: - Close

    private mutating func close() {
        if !sent.contains(where: { $0.host == .client && $0.labels.contains(.acknowledgesSYN) }), !chance(of: 2) {
            send(.client, .ack)
        }
        let isOpenAtServer = sent.contains { $0.host == .client && $0.labels.contains(.acknowledgesSYN) }
        let first: Host = isOpenAtServer && chance(of: 2) ? .server : .client
        let second = first.other
        switch Int.random(in: 0..<12, using: &random) {
        case 0: tell("left open")
        case 1:
            tell("closed by the \(first) alone")
            fin(first)
            send(second, .ack)
            if chance(of: 2) {
                send(second, [.psh, .ack], length: 100, [.data])
                send(first, .ack)
            }
        case 2:
            tell("closed by both at once")
            let numbers = (self[first].next, self[second].next)
            fin(first)
            send(second, [.fin, .ack], acknowledging: numbers.0, [.fin])
            send(first, .ack)
            send(second, .ack)
        case 3:
            tell("last FIN of the \(second) not acknowledged")
            fin(first)
            send(second, [.fin, .ack], [.fin])
            for _ in 0..<Int.random(in: 0..<3, using: &random) { sendAgain() }
        case 4: reset(first, "")
        case 5:
            fin(first)
            reset(first, " after its own FIN")
        case 6:
            fin(first)
            if chance(of: 2) { send(second, .ack) }
            reset(second, " after the other's FIN")
        case 7:
            fin(first)
            send(second, [.fin, .ack], [.fin])
            reset(first, " in place of the last acknowledgement")
        case 8:
            tell("closed by the \(first), FIN and acknowledgement in one")
            fin(first)
            send(second, [.fin, .ack], [.fin])
            send(first, .ack)
        default:
            tell("closed by the \(first)")
            fin(first)
            send(second, .ack)
            send(second, [.fin, .ack], [.fin])
            if chance(of: 4) {
                tell("FIN again")
                sendAgain()
            }
            send(first, .ack)
            if chance(of: 4) {
                tell("a late RST")
                send(second, .rst, sequence: self[second].next, [.reset])
            }
        }
    }

    private mutating func fin(_ host: Host) {
        send(host, [.fin, .ack], length: chance(of: 4) ? 10 : 0, [.fin])
        if chance(of: 6) {
            tell("FIN again")
            sendAgain()
        }
    }

    private mutating func reset(_ host: Host, _ when: String) {
        tell("reset by the \(host)\(when)")
        send(host, chance(of: 2) ? .rst : [.rst, .ack], [.reset])
        guard chance(of: 3), self[host.other].finEnd == nil else { return }
        // A server that has not seen the third step is silent.
        guard host == .server || sent.contains(where: { $0.host == .client && $0.labels.contains(.acknowledgesSYN) }) else {
            return
        }
        // Data that was under way when the RST was sent, and the RST that answers it.
        tell("data under way")
        send(host.other, [.psh, .ack], length: 50, [.data])
        send(host, .rst, [.reset])
    }

    // MARK: - Network and capture

    private mutating func tell(_ what: String) { story.append(what) }

    /// What the network does between the hosts and the tap: segments overtake each other.
    private mutating func transmit() {
        guard chance(of: 3), sent.count > 3 else { return }
        for at in 3..<sent.count - 1 where chance(of: 6) {
            let (one, other) = (sent[at], sent[at + 1])
            guard one.host == other.host, one.labels.isDisjoint(with: [.reset, .ignoredReset]) else { continue }
            guard other.labels.isDisjoint(with: [.reset, .ignoredReset]) else { continue }
            tell("reordered")
            let times = (one.segment.time, other.segment.time)
            sent.swapAt(at, at + 1)
            (sent[at].segment.time, sent[at + 1].segment.time) = times
        }
    }

    private func hasSYN(of host: Host) -> Bool {
        sent.contains { $0.host == host && !$0.labels.isDisjoint(with: [.syn, .synAck]) }
    }

    /// What the tap holds.
    private mutating func capture() {
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            let host: Host = chance(of: 2) ? .client : .server
            tell("tap on the \(host)'s direction alone")
            sent.removeAll { $0.host != host }
        case 1:
            // Of these, the first segments alone tell who opened.
            guard !story.contains("opened by both at once"), !story.contains("asked again") else { return }
            let count = Int.random(in: 1...max(sent.count / 2, 1), using: &random)
            tell("first \(count) not captured")
            sent.removeFirst(min(count, sent.count))
        case 2:
            let count = Int.random(in: 1...max(sent.count / 2, 1), using: &random)
            tell("last \(count) not captured")
            sent.removeLast(min(count, sent.count))
        case 3, 4:
            tell("data lost by the tap")
            for at in sent.indices.reversed() where sent[at].labels.contains(.data) && chance(of: 3) { sent.remove(at: at) }
        default: break
        }
        // Where nothing goes on behind it nobody can tell such a RST from one that counts, unless its receiver's SYN says how large the
        // window is; where nothing goes on before it, nobody can at all.
        while let last = sent.last, last.labels.contains(.ignoredReset), !hasSYN(of: last.host.other) { sent.removeLast() }
        while sent.first?.labels.contains(.ignoredReset) == true { sent.removeFirst() }
    }
}
