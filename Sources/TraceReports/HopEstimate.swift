/// How many routers a packet has passed, by the TTL that is left.
package struct HopEstimate: Hashable, Sendable {
    /// The TTL that the sender probably began with.
    package let initial: Int
    package let routers: Int

    /// Hosts begin with 64 (Linux, BSD, macOS), 128 (Windows) or 255 (routers); few with 32.
    private static let usual = [32, 64, 128, 255]

    /// - Parameter hopLimit: TTL or hop limit on arrival.
    package init(arriving hopLimit: UInt8) {
        initial = Self.usual.first { $0 >= Int(hopLimit) } ?? 255
        routers = initial - Int(hopLimit)
    }

    /// The hop at which the sender would answer, as `probe --path` counts.
    package var hops: Int { routers + 1 }

    var words: String {
        switch routers {
        case 0: "no router in between: TTL \(initial) on arrival"
        case 1: "1 router in between: TTL \(initial - routers) on arrival, probably sent with \(initial)"
        default: "\(routers) routers in between: TTL \(initial - routers) on arrival, probably sent with \(initial)"
        }
    }
}
