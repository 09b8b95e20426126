import Foundation
import Packets
import Testing

@testable import PacketCapture

/// The captures with known answers, where `SONDE_CORPUS` names their folder.
enum Corpus {
    static let folder = ProcessInfo.processInfo.environment["SONDE_CORPUS"]
    static let isPresent = folder != nil
    static let absence: Comment = "SONDE_CORPUS names no folder of captures"

    static let paths: [String] = {
        guard let folder else { return [] }
        return ["tcpdump", "zeek"].flatMap { part in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(part)")) ?? []
            return names.sorted().map { "\(folder)/\(part)/\($0)" }
        }
    }()
}

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

@Suite(.enabled(if: Corpus.isPresent, Corpus.absence))
struct CorpusTests {
    @Test("Each file gives as many frames as capinfos counts, or an error that says where it is damaged")
    func counts() throws {
        let counted = try capinfos()
        #expect(Corpus.paths.count > 400)
        var compared = 0
        for path in Corpus.paths {
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
        #expect(compared > 400)
    }

    /// The packets of each file that capinfos can read.
    private func capinfos() throws -> [String: Int] {
        let text = try output(of: ["capinfos", "-c", "-M", "-T", "-r"] + Corpus.paths)
        return text.split(separator: "\n").reduce(into: [:]) { counts, line in
            let fields = line.split(separator: "\t")
            if fields.count == 2 { counts[String(fields[0])] = Int(fields[1]) }
        }
    }
}
