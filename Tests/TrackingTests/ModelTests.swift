import Addresses
import Mutations
import Packets
import Testing
import Time

@testable import Packets
@testable import Tracking

/// The table's index and timer wheel against a dictionary and a list, over random operations.
@Suite("Index and wheel against simple models")
struct ModelTests {
    private static func memory() -> RecordMemory {
        RecordMemory(
            maximumSize: 1 << 30,
            reserve: { size in UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64) },
            discard: { _, _ in },
            release: { block, _ in block.deallocate() }
        )
    }

    private static func segment(_ number: Int, _ hasher: EndpointHasher) -> TrackedSegment {
        var segment = Segment()
        // IPv6 addresses that differ in their upper halves alone, and IPv4 addresses with the same low bits, are others.
        let (source, destination) = (0x0A00_0000 | UInt32(number / 97 / 5), 0x0A10_0000 | UInt32(number % 13))
        let network = UInt64(number / 97 % 5)
        if network == 0 {
            (segment.source, segment.destination) = (IPAddress(v4: source), IPAddress(v4: destination))
        } else {
            segment.source = IPAddress(v6High: 0x2001_0DB8_0000_0000 | network >> 1, low: (network & 1) << 32 | UInt64(source))
            segment.destination = IPAddress(v6High: 0x2001_0DB8_0000_0000, low: UInt64(destination))
        }
        segment.sourcePort = UInt16(truncatingIfNeeded: number % 97)
        segment.destinationPort = 80
        return TrackedSegment(segment, hasher: hasher)
    }

    private static func shared(_ identifier: Int, _ segment: TrackedSegment) -> SharedRecord {
        SharedRecord(start: 0, identifier: UInt32(identifier), flags: segment.isV4 ? .isV4 : [])
    }

    @Test(
        "each connection is found under its slot and no other, while others are added and removed",
        arguments: [1, 2, 3, 4, 5, 6]
    )
    func index(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let hasher = EndpointHasher(seed: (random.next(), random.next()))
        var store = ConnectionStore(capacity: 3000, in: Self.memory())
        var index = ConnectionIndex(hasher: hasher, maximumCount: 3000)
        // Where all homes lie at the end of the table, runs of places are long and go on at its beginning.
        let isCrowded = seed < 4
        let segments = (0..<(isCrowded ? 10_000 : 3000)).map { Self.segment($0, hasher) }.filter {
            !isCrowded || $0.hash > 0xFA00_0000
        }
        var slots: [Int: UInt32] = [:]
        var vacant: [UInt32] = []
        for step in 0..<6_000 {
            let number = Int.random(in: 0..<segments.count, using: &random)
            let found = index.find(segments[number], likely: index.likelySlot(segments[number].hash), in: &store)
            if let slot = slots[number] {
                #expect(found == slot)
                guard step % 4 == 0 else { continue }
                index.remove(slot, in: store)
                store[slot].shared.identifier = 0
                vacant.append(slot)
                slots[number] = nil
            } else {
                #expect(found == nil)
                let shared = Self.shared(step + 1, segments[number])
                let key = ConnectionKey(originatedBy: segments[number])
                let slot: UInt32
                if let reused = vacant.popLast() {
                    store.put(shared, between: key, in: reused)
                    slot = reused
                } else {
                    slot = store.append(shared, between: key)
                }
                index.insert(slot, hash: segments[number].hash, in: store)
                slots[number] = slot
            }
        }
        for (number, segment) in segments.enumerated() {
            let found = index.find(segment, likely: index.likelySlot(segment.hash), in: &store)
            #expect(found == slots[number])
        }
        #expect(slots.count > 100)
    }

    @Test("of two IPv6 hosts with the same low bits and port, the one that sent the SYN is the originator")
    func sidesThatDifferInTheirUpperBits() {
        let pairs: [(IPAddress, IPAddress)] = [
            (IPAddress(v6High: 1, low: 7), IPAddress(v6High: 2, low: 7)),
            (IPAddress(v6High: 1, low: 1 << 32 | 7), IPAddress(v6High: 1, low: 2 << 32 | 7)),
        ]
        for (one, other) in pairs {
            for (client, server) in [(one, other), (other, one)] {
                var table = ConnectionTable(policy: .patient(hashSeed: (3, 5)), memory: Self.memory())
                let syn = Segment(source: client, destination: server, sourcePort: 9, destinationPort: 9, sequence: 5, flags: .syn)
                var answer = Segment(
                    source: server,
                    destination: client,
                    sourcePort: 9,
                    destinationPort: 9,
                    sequence: 8,
                    flags: .synAck
                )
                answer.acknowledgement = 6
                #expect(table.track(syn).isFromOriginator)
                let accepts = table.track(answer)
                #expect(!accepts.isFromOriginator && accepts.kind == .accepts)
                var records: [ConnectionRecord] = []
                table.endAll { records.append($0) }
                #expect(records.map(\.originator.address) == [client] && records.map(\.responder.address) == [server])
                #expect(records.map(\.originatorPackets) == [1] && records.map(\.responderPackets) == [1])
            }
        }
    }

    @Test("a connection is taken in the bucket of its due time, neither earlier nor later", arguments: [1, 2, 3])
    func wheel(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let hasher = EndpointHasher(seed: (3, 5))
        var store = ConnectionStore(capacity: 500, in: Self.memory())
        for number in 0..<500 {
            let segment = Self.segment(number, hasher)
            _ = store.append(Self.shared(number + 1, segment), between: ConnectionKey(originatedBy: segment))
        }
        var wheel = TimerWheel()
        // The model: slot to the due time in nanoseconds.
        var due: [UInt32: Int64] = [:]
        var now: Int64 = 1_700_000_000_000_000_000
        _ = wheel.advance(to: now)
        for step in 0..<4_000 {
            let slot = UInt32.random(in: 0..<500, using: &random)
            if due[slot] != nil, Bool.random(using: &random) {
                wheel.remove(slot, from: &store)
                due[slot] = nil
            } else if due[slot] == nil {
                let delay = Int64.random(in: 0...3_000_000_000_000, using: &random) >> Int64.random(in: 0...30, using: &random)
                wheel.insert(slot, in: &store, at: now, after: delay)
                due[slot] = now + delay
            }
            now += Int64.random(in: 0...4_000_000_000, using: &random) >> Int64.random(in: 0...12, using: &random)
            for bucket in wheel.advance(to: now) {
                var next = wheel.takeAll(fromBucket: bucket)
                while let taken = next, taken != TimerWheel.none {
                    next = store[linkOf: taken].next
                    guard let time = due.removeValue(forKey: taken) else {
                        Issue.record("slot \(taken) was taken twice or never inserted")
                        return
                    }
                    // A tick later at most, and never before its time.
                    #expect(time <= now && TimerWheel.bucket(of: time + 1 << 20 + 1) >= bucket)
                }
            }
            // Nothing whose bucket is over stays.
            let current = TimerWheel.bucket(of: now)
            guard step % 16 == 0 else { continue }
            #expect(due.values.allSatisfy { TimerWheel.bucket(of: $0 + 2 << 20) >= current })
            let first = wheel.firstOfAll()
            #expect((first == nil) == due.isEmpty)
            if let first, let time = due[first], let least = due.values.min() {
                #expect(TimerWheel.bucket(of: time) <= TimerWheel.bucket(of: least + 2 << 20))
            }
        }
    }
}
