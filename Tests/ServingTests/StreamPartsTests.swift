import SondeSystem
import Testing

@testable import Serving

@Suite("Parts of the echo server")
struct StreamPartsTests {
    @Test("a backlog gives its bytes in order and holds no memory when empty")
    func backlog() {
        var buffer = IOBuffer(capacity: 8)
        buffer.fill(with: Array("abcdefgh".utf8))
        var backlog = Backlog()
        backlog.append(buffer, 0..<3)
        backlog.append(buffer, 3..<8)
        var sent: [UInt8] = []
        while !backlog.isEmpty {
            let taken = backlog.send { bytes in
                sent.append(bytes[0])
                return 1
            }
            #expect(taken == 1)
        }
        #expect(String(decoding: sent, as: UTF8.self) == "abcdefgh")
        #expect(backlog.cost == 0)
    }

    @Test("what is held back goes when its time has come")
    func heldBack() {
        func moment(_ nanoseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }
        var buffer = IOBuffer(capacity: 4)
        buffer.fill(with: Array("abcd".utf8))
        var backlog = Backlog()
        backlog.append(buffer, 0..<2, due: moment(10))
        backlog.append(buffer, 2..<4, due: moment(20))
        backlog.release(until: moment(9))
        #expect(backlog.releasedCount == 0 && backlog.nextRelease == moment(10))
        backlog.release(until: moment(10))
        #expect(backlog.releasedCount == 2 && backlog.nextRelease == moment(20))
        let first = backlog.send { $0.count }
        #expect(first == 2 && !backlog.isEmpty && backlog.releasedCount == 0)
        backlog.release(until: moment(30))
        let second = backlog.send { $0.count }
        #expect(second == 2 && backlog.isEmpty && backlog.nextRelease == nil)
    }

    @Test("a backlog that never runs empty does not grow")
    func compaction() {
        var buffer = IOBuffer(capacity: 65536)
        buffer.fill(with: (0..<65536).map { UInt8(truncatingIfNeeded: $0 * 7) })
        var backlog = Backlog()
        backlog.append(buffer, 0..<65536)
        var next = 0
        for _ in 0..<100 {
            backlog.append(buffer, 0..<65536)
            let taken = backlog.send { bytes in
                for index in 0..<65536 where bytes[index] != UInt8(truncatingIfNeeded: (next + index) * 7) { return 0 }
                return 65536
            }
            next += taken
            #expect(taken == 65536 && backlog.cost == 65536)
        }
    }

    @Test("a slab's slots are used again, and old tokens name nothing")
    func slab() {
        var slab = Slab<Int>()
        let tokens = (0..<200).map { value in slab.token(of: slab.insert(value)) }
        #expect(tokens.allSatisfy { $0 >= Slab<Int>.firstToken } && Set(tokens).count == 200)
        for (value, token) in tokens.enumerated() {
            let slot = slab.slot(of: token)
            #expect(slot.map { slab[$0] } == value)
        }
        if let slot = slab.slot(of: tokens[7]) { #expect(slab.remove(slot) == 7) }
        #expect(slab.slot(of: tokens[7]) == nil && slab.count == 199)
        let slot = slab.insert(1000)
        #expect(slot == 7 && slab[slot] == 1000)
        #expect(slab.slot(of: tokens[7]) == nil && slab.slot(of: slab.token(of: slot)) == 7)
        #expect(slab.slot(of: 3) == nil && slab.slot(of: .max) == nil)
    }

    @Test("a SYN tells what its machine offers; anything else tells nothing")
    func synFacts() throws {
        // IPv4, TTL 64, 192.0.2.1:40000 to 192.0.2.2:80, SYN, window 64240, options MSS 1460, SACK permitted, timestamps, NOP,
        // scale 7.
        let syn: [UInt8] = [
            0x45, 0x00, 0x00, 0x3C, 0x00, 0x00, 0x40, 0x00, 0x40, 0x06, 0x00, 0x00, 192, 0, 2, 1, 192, 0, 2, 2,
            0x9C, 0x40, 0x00, 0x50, 0, 0, 0, 1, 0, 0, 0, 0, 0xA0, 0x02, 0xFA, 0xF0, 0, 0, 0, 0,
            2, 4, 0x05, 0xB4, 4, 2, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0, 1, 3, 3, 7,
        ]
        let facts = try #require(SYNFacts(headers: syn))
        #expect(facts.maximumSegmentSize == 1460 && facts.windowScale == 7 && facts.hopLimit == 64 && facts.window == 64240)
        #expect(facts.permitsSACK && facts.hasTimestamps)
        for length in 0..<40 { #expect(SYNFacts(headers: Array(syn.prefix(length))) == nil) }
        var ack = syn
        ack[33] = 0x10
        #expect(SYNFacts(headers: ack) == nil)
    }
}
