import PacketCapture
import Packets
import Time
import Tracking

/// libFuzzer's entry: the bytes are a capture file, or a link type and one frame; whatever they are, nothing may trap.
@c(LLVMFuzzerTestOneInput)
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start = unsafe start, count > 0 else { return 0 }
    // Safe: libFuzzer lends that many bytes for the call.
    let bytes = unsafe Span(_unsafeStart: start, count: count)
    var engine = Engine(ignoringChecksums: bytes[count - 1] & 1 != 0)
    engine.takeCapture(bytes)
    engine.takeFrame(bytes)
    engine.finish()
    _ = ClientHello.read(bytes)
    return 0
}

/// What every capture goes through: decoder, connection table, and the records that come out of it.
struct Engine: ~Copyable {
    private var decoder: Decoder
    private var table: ConnectionTable
    /// Read back, so that no record goes unlooked at.
    private var digest: UInt64 = 0

    private static let linkTypes: [LinkType] = [
        .ethernet, .linuxCooked, .linuxCooked2, .null, .loop, .raw, .ipv4, .ipv6, .ppp, .pppSerial, .pppEthernet, .pppWithDirection,
        .wifi, .wifiRadiotap, .wifiPrism, .wifiAVS, .netfilterLog, .fddi,
    ]

    init(ignoringChecksums: Bool) {
        decoder = Decoder(ignoringChecksums: ignoringChecksums, fragmentMemory: 100_000)
        var policy = ignoringChecksums ? TrackingPolicy.zeek(hashSeed: (1, 2)) : .patient(hashSeed: (3, 4))
        policy.ignoresChecksums = ignoringChecksums
        policy.maximumConnections = 100
        table = ConnectionTable(policy: policy, memory: .heap)
    }

    mutating func takeCapture(_ bytes: Span<UInt8>) {
        var parser = CaptureParser()
        var offset = 0
        do throws(CaptureDamage) {
            while true {
                let progress = try parser.parse(bytes, from: offset) { header, frame in
                    take(header, frame)
                    return .more
                }
                precondition(progress.offset >= offset && progress.offset <= bytes.count, "a parser goes on, and within its bytes")
                guard progress.needed <= bytes.count - progress.offset else { return }
                offset = progress.offset
            }
        } catch {
            digest &+= UInt64(clamping: error.offset)
        }
    }

    /// The first byte is the link type, the second how much of the frame a snapshot length cut off.
    mutating func takeFrame(_ bytes: Span<UInt8>) {
        guard bytes.count > 2 else { return }
        let header = FrameHeader(
            time: Timestamp(nanoseconds: 1),
            wireLength: bytes.count - 2 + Int(bytes[1]),
            capturedLength: bytes.count - 2,
            linkType: Self.linkTypes[Int(bytes[0]) % Self.linkTypes.count]
        )
        take(header, bytes.extracting(2..<bytes.count))
    }

    mutating func finish() {
        table.endAll()
        read()
    }

    private mutating func take(_ header: FrameHeader, _ frame: Span<UInt8>) {
        var outcome: DecodeOutcome? = decoder.decode(frame, header)
        while let found = outcome {
            if found == .segment {
                let segment = decoder.segment
                precondition(segment.payloadOffset + segment.capturedPayloadLength <= frame.count, "payload beyond the frame")
                _ = table.track(segment)
                read()
            }
            outcome = decoder.next(in: frame)
        }
    }

    private mutating func read() {
        guard table.hasEnded else { return }
        var digest = digest
        table.takeEnded { record in
            digest &+= UInt64(bitPattern: record.duration) &+ UInt64(bitPattern: record.originatorBytes &+ record.responderBytes)
            record.forEachHistoryByte { digest &+= UInt64($0) }
            digest &+= UInt64(record.state.name.utf8CodeUnitCount)
        }
        self.digest = digest
    }
}
