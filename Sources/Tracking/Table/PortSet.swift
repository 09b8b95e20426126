/// A set of port numbers, asked in constant time.
package struct PortSet: Sendable, Equatable, ExpressibleByArrayLiteral {
    private var words = [UInt64](repeating: 0, count: 1024)

    package init() {}

    package init(arrayLiteral ports: UInt16...) {
        for port in ports { insert(port) }
    }

    package mutating func insert(_ port: UInt16) {
        words[Int(port >> 6)] |= 1 << UInt64(port & 63)
    }

    package func contains(_ port: UInt16) -> Bool {
        words[Int(port >> 6)] >> UInt64(port & 63) & 1 == 1
    }

    package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    /// Zeek's `likely_server_ports` as its default scripts leave it.
    package static let likelyServers: PortSet = [
        21, 22, 25, 53, 79, 80, 81, 88, 135, 139, 143, 389, 443, 445, 465, 502, 514, 563, 585, 587, 614, 631, 636, 989, 990, 992,
        993, 995, 1080, 1434, 1883, 2811, 3128, 3268, 3306, 3389, 5222, 5223, 5269, 5432, 6379, 6666, 6667, 6668, 6669, 8000, 8080,
        8888, 20000,
    ]
}
