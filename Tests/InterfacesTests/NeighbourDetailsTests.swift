import NetlinkQueries
import Testing

@testable import Interfaces

@Suite("Neighbour entries of rtnetlink")
struct NeighbourDetailsTests {
    /// `struct ndmsg` in this machine's byte order.
    private static func payload(state: UInt16) -> [UInt8] {
        [2, 0, 0, 0, 1, 0, 0, 0] + withUnsafeBytes(of: state) { Array($0) } + [0, 0]
    }

    @Test(
        "a neighbour is silent while ARP or NDP has no answer, and once it failed",
        arguments: [
            (UInt16(0x01), true), (0x20, true), (0x02, false), (0x04, false), (0x08, false), (0x10, false), (0x40, false),
            (0x80, false), (0, false),
        ]
    )
    func state(state: UInt16, isSilent: Bool) throws {
        #expect(try NeighbourDetails(Self.payload(state: state).span).isSilent == isSilent)
    }

    @Test("a header that is cut short is refused", arguments: 0..<12)
    func short(count: Int) {
        let payload = Array(Self.payload(state: 2).prefix(count))
        #expect(throws: NetlinkError.self) { try NeighbourDetails(payload.span) }
    }
}
