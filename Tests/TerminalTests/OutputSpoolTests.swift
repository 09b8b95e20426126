import Console
import Glibc
import SystemPackage
import Testing

@testable import SondeSystem
@testable import Terminal

@Suite struct OutputSpoolTests {
    /// Short waits: what a test expects to run out must not take long.
    private static var impatient: OutputSpool.Patience {
        var patience = OutputSpool.Patience()
        patience.room = .milliseconds(5)
        patience.end = .milliseconds(50)
        return patience
    }

    /// Long ones: what a test expects to happen may take its time on a busy machine.
    private static var patient: OutputSpool.Patience {
        var patience = OutputSpool.Patience()
        patience.room = .seconds(60)
        patience.end = .seconds(60)
        return patience
    }

    @Test func bothStreamsArriveInOrder() throws {
        let output = try SmallPipe()
        let errors = try SmallPipe()
        let spool = try OutputSpool(
            output: output.writing,
            errors: errors.writing,
            patience: Self.patient
        )
        for number in 0..<10 {
            spool.print { $0.append(number) }
            spool.print(.error) { $0.append(number) }
        }
        try spool.finish()
        #expect(spool.isIdle)
        #expect(try output.text(of: 10) == "0123456789")
        #expect(try errors.text(of: 10) == "0123456789")
    }

    @Test func severalThreadsPrintWholeLines() throws {
        let output = try SmallPipe()
        let spool = try OutputSpool(output: output.writing, patience: Self.patient)
        let (threads, lines, width) = (4, 2000, 40)
        let reading = output.reading.borrowed
        let text = TextOfThread()
        let reader = try WorkerThreads.start {
            var piece = [UInt8](repeating: 0, count: 65_536)
            while text.count < threads * lines * width, case .bytes(let more) = try? reading.read(into: &piece) {
                text.append(piece.prefix(more))
            }
        }
        // 320 kB against a pipe of one page: the printers wait for room.
        try WorkerThreads.run(threads) { thread in
            for _ in 0..<lines {
                spool.print {
                    $0.append(trusted: String(repeating: Character(UnicodeScalar(UInt8(97 + thread))), count: width - 1) + "\n")
                }
            }
        }
        try spool.finish()
        reader.join()
        let found = text.string.split(separator: "\n")
        #expect(found.count == threads * lines)
        #expect(found.allSatisfy { $0.count == width - 1 && Set($0).count == 1 })
    }

    @Test func aReaderThatStandsStillCostsLinesThatAreCounted() throws {
        let output = try SmallPipe()
        let errors = try SmallPipe()
        let spool = try OutputSpool(
            output: output.writing,
            errors: errors.writing,
            patience: Self.impatient
        )
        // Twice what may wait. One line is longer than the pipe has room: no line is read, none arrives whole.
        let line = String(repeating: "x", count: 8191) + "\n"
        let count = 2 * (1 << 20) / line.utf8.count
        for _ in 0..<count { spool.print { $0.append(trusted: line) } }
        #expect(!spool.isIdle)
        #expect(throws: OutputError.unread(lines: count)) { try spool.finish() }
    }

    @Test func whatWaitsForStandardErrorIsWrittenAtTheEnd() throws {
        let output = try SmallPipe()
        let errors = try SmallPipe()
        let spool = try OutputSpool(
            output: output.writing,
            errors: errors.writing,
            patience: Self.impatient
        )
        spool.print { $0.append(trusted: String(repeating: "x", count: 100_000) + "\n") }
        spool.print(.error) { $0.append("a warning\n") }
        #expect(throws: OutputError.unread(lines: 1)) { try spool.finish() }
        #expect(try errors.text(of: 10) == "a warning\n")
    }

    @Test func whereNeitherStreamIsReadThereIsNothingToReport() throws {
        let output = try SmallPipe()
        let errors = try SmallPipe()
        let spool = try OutputSpool(
            output: output.writing,
            errors: errors.writing,
            patience: Self.impatient
        )
        _ = try errors.writing.fill()
        spool.print { $0.append(trusted: String(repeating: "x", count: 100_000) + "\n") }
        #expect(throws: OutputError.unreadAndUnreported) { try spool.finish() }
    }

    @Test func aReaderThatHasLeftAbortsTheServer() throws {
        let output = try SmallPipe()
        let stop = try StopToken()
        let spool = try OutputSpool(output: output.writing, stop: stop, patience: Self.patient)
        dup2(output.writing.number, output.reading.number)
        spool.print { $0.append("nobody hears\n") }
        #expect(try waitForFirst(of: [], until: .now + .seconds(60), stop: stop, at: .abort) == .stopped)
        #expect(try spool.failure.wait(for: .readable, until: .now))
        // It takes everything, and forgets it.
        spool.print { $0.append("nor this\n") }
        #expect(spool.isIdle)
        #expect(throws: OutputError.closed) { try spool.finish() }
    }
}

/// Text that one thread gathers and another reads after it has ended.
private final class TextOfThread: @unchecked Sendable {
    private var bytes: [UInt8] = []

    var count: Int { bytes.count }
    var string: String { String(decoding: bytes, as: UTF8.self) }

    func append(_ more: ArraySlice<UInt8>) { bytes += more }
}

extension BorrowedDescriptor {
    /// Fills a pipe to its brim.
    fileprivate func fill() throws -> Int {
        try setNonBlocking(true)
        defer { try? setNonBlocking(false) }
        var count = 0
        let page = [UInt8](repeating: 0, count: 4096)
        while case .bytes(let more) = try page.withUnsafeBytes({ try write($0) }) { count += more }
        return count
    }
}
