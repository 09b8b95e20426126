package import Addresses
package import SondeSystem

/// Which packet size to send next, and what is known of the path's MTU so far (RFC 1191, RFC 8201, and RFC 8899 where routers are
/// silent). It sends nothing and reads no clock.
///
/// Sizes are those of IP packets in bytes, headers included.
package struct MTUSearch: Sendable {
    /// The smallest packet that every path carries whole: RFC 791 (IPv4, what every host accepts), RFC 8200 section 5 (IPv6).
    package static func floor(of family: IPAddress.Family) -> Int { family == .v4 ? 576 : 1280 }
    /// A smaller report is a lie or a mistake: RFC 791 section 3.2, RFC 8200.
    private static func leastReport(of family: IPAddress.Family) -> Int { family == .v4 ? 68 : 1280 }

    /// A size is lost once it was silent this often.
    private static let mostAttempts = 2
    /// A Linux host sends one port unreachable per second to an address after a burst (icmp(7), icmp_ratelimit), so that an answer may
    /// be missing for that reason alone.
    private static let pause = Nanoseconds.milliseconds(1100)
    /// A path that reports ever smaller sizes is given up.
    private static let mostReports = 16

    package struct Question: Hashable, Sendable {
        package let size: Int
        /// How long to wait before it is sent.
        package let pause: Nanoseconds
        /// How long to wait for the answer.
        package let wait: Nanoseconds
    }

    package enum Answer: Hashable, Sendable {
        /// The target answered it, whatever with.
        case arrived
        /// A router could not forward it (ICMP 3/4, ICMPv6 2/0); the MTU of its next link in bytes, 0 where it does not give one.
        case tooBig(mtu: Int, router: IPAddress?)
        case silence
    }

    package enum Outcome: Hashable, Sendable {
        /// The largest packet that arrives; `reportedBy`: the router with the smallest link, `isBlackHole`: larger packets vanish
        /// without a report.
        case found(mtu: Int, reportedBy: IPAddress?, isBlackHole: Bool)
        /// The target answers not even the smallest packet.
        case silentTarget
    }

    private let family: IPAddress.Family
    private let timeout: Nanoseconds
    private var roundTrip: Nanoseconds?
    /// Nothing larger is sent.
    private var limit: Int
    private var arrived: Int?
    /// The smallest size that was silent.
    private var lost: Int?
    private var attempts = 0
    private var reports = 0
    private var reportedBy: IPAddress?
    private var isFloorSilent = false

    /// - Parameters:
    ///   - limit: the MTU of this machine's own link.
    ///   - timeout: the longest wait for one answer.
    package init(family: IPAddress.Family, limit: Int, timeout: Nanoseconds) {
        self.family = family
        self.limit = limit
        self.timeout = timeout
    }

    package func next() -> Question? {
        guard outcome == nil else { return nil }
        return Question(size: size, pause: attempts == 0 ? .zero : Self.pause, wait: wait)
    }

    package mutating func record(_ answer: Answer, size: Int, after elapsed: Nanoseconds) {
        switch answer {
        case .arrived:
            roundTrip = max(roundTrip ?? elapsed, elapsed)
            arrived = max(arrived ?? size, size)
            attempts = 0
        case .tooBig(let mtu, let router):
            reports += 1
            attempts = 0
            reportedBy = router
            // A router of before RFC 1191 gives no size.
            let known = mtu >= Self.leastReport(of: family) && mtu < size ? mtu : size * 3 / 4
            limit = max(known, floor)
            if size <= floor { isFloorSilent = true }
        case .silence:
            attempts += 1
            guard attempts == Self.mostAttempts else { return }
            attempts = 0
            if size <= floor { isFloorSilent = true }
            lost = min(lost ?? size, size)
        }
    }

    package var outcome: Outcome? {
        if isFloorSilent { return .silentTarget }
        guard let arrived, arrived == limit || arrived + 1 == lost || reports > Self.mostReports else { return nil }
        let isBlackHole = arrived < limit
        return .found(mtu: arrived, reportedBy: isBlackHole ? nil : reportedBy, isBlackHole: isBlackHole)
    }

    private var floor: Int { min(Self.floor(of: family), limit) }

    private var size: Int {
        guard let lost, lost <= limit else { return limit }
        guard let arrived else { return floor }
        return Self.between(arrived, lost)
    }

    /// The size that halves the likely ones: links that people run first, then each.
    private static func between(_ arrived: Int, _ lost: Int) -> Int {
        let likely = commonSizes.flatMap { [$0, $0 + 1] }.filter { $0 > arrived && $0 < lost }
        return likely.isEmpty ? (arrived + lost) / 2 : likely[likely.count / 2]
    }

    /// Ethernet, PPPoE, GRE, IPsec, 6in4, VXLAN, WireGuard and mobile links.
    private static let commonSizes = [
        1280, 1300, 1320, 1340, 1350, 1360, 1370, 1380, 1390, 1400, 1410, 1420, 1430, 1434, 1440, 1450, 1454, 1460, 1464, 1468,
        1472,
        1476, 1480, 1484, 1488, 1492, 1500, 4352, 9000,
    ]

    private var wait: Nanoseconds {
        guard let roundTrip else { return min(timeout, .milliseconds(1000)) }
        return min(timeout, max(.milliseconds(200), Nanoseconds(min(roundTrip.count, timeout.count) * 4)))
    }
}
