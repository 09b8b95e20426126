import Mutations
import PacketCapture
import Packets
import Tracking

extension Corpus {
    /// All connections of a capture, in the order of their ends, up to where it is damaged.
    static func connections(
        in path: String,
        policy: TrackingPolicy,
        also look: (Segment, Annotation) -> Void = { _, _ in }
    ) throws -> [ConnectionRecord] {
        var file = try CaptureFile(path: path)
        var decoder = Decoder(ignoringChecksums: policy.ignoresChecksums, strict: !policy.acceptsOffloadedChecksums)
        var table = ConnectionTable(policy: policy, memory: .heap)
        var records: [ConnectionRecord] = []
        do {
            try file.readFrames { header, bytes in
                let outcome = decoder.decode(bytes, header)
                if outcome == .segment {
                    let annotation = table.track(decoder.segment)
                    look(decoder.segment, annotation)
                }
                table.takeEnded { records.append($0) }
                return .more
            }
        } catch CaptureError.notACapture {
        } catch CaptureError.damaged {
            // What was whole counts.
        }
        table.endAll()
        table.takeEnded { records.append($0) }
        return records
    }
}

extension ConnectionRecord {
    var historyText: String { String(decoding: history, as: UTF8.self) }
}

/// A fixed seed: no test may depend on the hash.
let testSeed: (UInt64, UInt64) = (0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F)
