import Foundation
import Packets
import SondeSystem
import Testing

@testable import PacketCapture

@Suite struct CompressedFileTests {
    /// A capture of 3,000 frames, and the same through a program.
    private func captures(_ program: [String]) throws -> (folder: TemporaryFolder, frames: [KeptFrame], path: String) {
        let folder = try TemporaryFolder()
        let plain = "\(folder.path)/plain"
        let frames = (0..<3000).map { CaptureWriterTests.frame($0, count: 40 + $0 % 900) }
        var writer = CaptureWriter(path: plain, format: .pcap)
        for frame in frames { _ = try writer.write(frame.header, frame.bytes.span, comment: [UInt8]().span) }
        try writer.finish()
        let path = "\(folder.path)/compressed"
        _ = try output(of: ["sh", "-c", "\(program.joined(separator: " ")) < '\(plain)' > '\(path)'"])
        return (folder, frames, path)
    }

    @Test("A compressed capture is read like a plain one", arguments: [["gzip"], ["zstd", "-q"]])
    func whole(program: [String]) throws {
        let (folder, frames, path) = try captures(program)
        #expect(try KeptFrame.all(of: path) == frames)
        withExtendedLifetime(folder) {}
    }

    @Test("Several members or frames follow each other", arguments: [["gzip"], ["zstd", "-q"]])
    func members(program: [String]) throws {
        let (folder, frames, path) = try captures(["split", "-b", "100000", "--filter='\(program.joined(separator: " "))'", "-"])
        #expect(try KeptFrame.all(of: path) == frames)
        withExtendedLifetime(folder) {}
    }

    @Test("Cut, it gives its good frames and says so; damaged too", arguments: [["gzip"], ["zstd", "-q"]])
    func cut(program: [String]) throws {
        let (folder, frames, path) = try captures(program)
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var damaged = whole
        for index in whole.count / 2..<whole.count / 2 + 40 { damaged[index] ^= 0x55 }
        for (name, bytes) in [("cut", Array(whole.prefix(whole.count / 2))), ("damaged", damaged)] {
            let changed = "\(folder.path)/\(name)"
            try Data(bytes).write(to: URL(fileURLWithPath: changed))
            let reading = Reading(path: changed)
            #expect(reading.frames < frames.count, "\(name)")
            guard case .damaged(changed, let damage)? = reading.failure else {
                Issue.record("\(name): \(String(describing: reading.failure))")
                continue
            }
            // Damage may also come out as plain bytes that no capture holds.
            if name == "cut" {
                guard case .compressed = damage.kind else {
                    Issue.record("\(damage)")
                    continue
                }
                #expect(reading.frames > 0 && damage.offset > 0)
            }
        }
    }

    @Test("What a file decompresses to need not be a capture")
    func noCapture() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/text.gz"
        _ = try output(of: ["sh", "-c", "echo nothing to see here | gzip > '\(path)'"])
        #expect(throws: CaptureError.notACapture(path: path, firstBytes: Array("nothing to see h".utf8))) {
            try KeptFrame.all(of: path)
        }
    }
}

@Suite struct InterruptionTests {
    @Test("A pipe on which nothing comes is left when the interruption does")
    func interrupted() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/pipe"
        _ = try output(of: ["mkfifo", path])
        // Both ends held open, so that neither opening nor reading sees an end.
        let writer = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try writer.write(contentsOf: Data(pcap([(1, 0, 3, [1, 2, 3])])))
        let waker = try Waker()
        waker.wake()
        var file = try CaptureFile(path: path, interruption: waker.borrowed)
        var frames = 0
        #expect(
            try file.readFrames { _, _ in
                frames += 1; return .more
            } == .more
        )
        #expect(frames == 0)
        waker.drain()
        // It goes on where it stood: the frame that waits is taken, and says enough itself.
        #expect(
            try file.readFrames { _, _ in
                frames += 1; return .enough
            } == .enough
        )
        #expect(frames == 1)
        // A pipe that runs empty lets the reader show what it has before it waits.
        #expect(try file.readFrames { _, _ in .more } == .more)
        let isWaiting = file.isWaiting
        #expect(isWaiting)
        try writer.close()
    }
}
