import Foundation
import Mutations
import Packets
import Testing

@testable import PacketCapture

/// What came of reading a file to its end.
struct Reading {
    var frames = 0
    var tally = DecodeTally()
    var failure: CaptureError?

    init(path: String) {
        do throws(CaptureError) {
            var file = try CaptureFile(path: path)
            var decoder = Decoder()
            var frames = 0
            var tally = DecodeTally()
            do throws(CaptureError) {
                try file.readFrames { header, frame in
                    frames += 1
                    var outcome: DecodeOutcome? = decoder.decode(frame, header)
                    while let found = outcome {
                        tally.count(found)
                        outcome = decoder.next(in: frame)
                    }
                    return .more
                }
            } catch {
                failure = error
            }
            self.frames = frames
            self.tally = tally
        } catch {
            failure = error
        }
    }
}

struct CorpusTests {
    @Test("Each file gives as many frames as capinfos counts, or an error that says where it is damaged", arguments: Corpus.all)
    func counts(_ corpus: Corpus) throws {
        let paths = try corpus.paths()
        let counted = try capinfos(paths)
        #expect(paths.count > (corpus.isOwn ? 20 : 400))
        var compared = 0
        for path in paths {
            let reading = Reading(path: path)
            if let expected = counted[path] {
                compared += 1
                #expect(reading.frames == expected, "\(path): \(String(describing: reading.failure))")
            }
            switch reading.failure {
            case nil, .damaged, .notACapture: break
            case let other?: Issue.record("\(path): \(other)")
            }
        }
        #expect(compared > (corpus.isOwn ? 19 : 400))
    }

    /// The packets of each file that capinfos can read.
    private func capinfos(_ paths: [String]) throws -> [String: Int] {
        let text = try output(of: ["capinfos", "-c", "-M", "-T", "-r"] + paths)
        return text.split(separator: "\n").reduce(into: [:]) { counts, line in
            let fields = line.split(separator: "\t")
            if fields.count == 2 { counts[String(fields[0])] = Int(fields[1]) }
        }
    }
}
