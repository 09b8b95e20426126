import Console
import Glibc
import SystemPackage
import Testing

@testable import SondeSystem
@testable import Terminal

/// A pipe whose reading end the test keeps, with room for one page.
struct SmallPipe: ~Copyable {
    let reading: Descriptor
    /// Never closed, as a standard stream is not: a spool's thread may still write to its number after the test, which must not become that
    /// of another test's pipe.
    let writing: BorrowedDescriptor

    init() throws {
        Process.ignoreClosedPipes()
        var pair: [Int32] = [-1, -1]
        try #require(pipe(&pair) == 0)
        // F_SETPIPE_SZ: the smallest is a page.
        try #require(fcntl(pair[1], 1031, 4096) >= 0)
        reading = Descriptor(owning: pair[0])
        writing = BorrowedDescriptor(pair[1])
    }

    /// Reads until nothing has come for a while, or until the writer has closed its end.
    func text(of count: Int) throws -> String {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < count, try reading.borrowed.wait(for: .readable, until: .now + .seconds(30)),
            case .bytes(let more) = try reading.borrowed.read(into: &piece)
        {
            bytes += piece.prefix(more)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

@Suite struct OutputTests {
    @Test func whatIsFlushedArrives() throws {
        let pipe = try SmallPipe()
        var output = Output(.output, to: pipe.writing, stop: try StopToken())
        output.text.append("one\n")
        try output.flushIfLarge()
        output.text.append("two\n")
        try output.flush()
        #expect(try pipe.text(of: 8) == "one\ntwo\n")
        let isEmpty = output.text.isEmpty
        #expect(isEmpty)
    }

    @Test("A terminal without UTF-8 gets what resembles sonde's signs, and ? for the rest")
    func asciiAlone() throws {
        let pipe = try SmallPipe()
        var output = Output(.output, to: pipe.writing, stop: try StopToken(), isASCII: true)
        output.text.append(trusted: "plain\n1 → 2 … ⋯ “µs” é 中\n")
        try output.flush()
        let expected = "plain\n1 -> 2 ... ... \"us\" ? ?\n"
        #expect(try pipe.text(of: expected.utf8.count) == expected)
    }

    @Test("The locale counts on terminals alone: a pipe gets the same bytes everywhere")
    func pipesKeepUTF8() throws {
        let pipe = try SmallPipe()
        var output = Output(.output, to: pipe.writing, stop: try StopToken())
        output.text.append(trusted: "→\n")
        try output.flush()
        #expect(try pipe.text(of: 4) == "→\n")
        #expect(!Terminal.needsASCII(pipe.writing))
    }

    enum Ending: CaseIterable, Sendable { case drained, aborted }

    @Test(arguments: Ending.allCases)
    func aReaderThatStandsStillEndsWithTheStop(ending: Ending) throws {
        let pipe = try SmallPipe()
        let stop = try StopToken()
        switch ending {
        case .drained: stop.stop()
        case .aborted: stop.abort()
        }
        var output = Output(.output, to: pipe.writing, stop: stop, patience: .milliseconds(20))
        output.text.append(trusted: String(repeating: "x", count: 100_000))
        let found = failure(of: &output)
        #expect(found == .stopped(signal: nil))
        let isEmpty = output.text.isEmpty
        #expect(isEmpty)
    }

    @Test func aReaderThatHasLeftIsNoFailure() throws {
        let pipe = try SmallPipe()
        dup2(pipe.writing.number, pipe.reading.number)
        var output = Output(.output, to: pipe.writing, stop: try StopToken())
        output.text.append("nobody hears\n")
        let found = failure(of: &output)
        #expect(found == .closed)
    }

    @Test func aReaderOfStandardErrorThatHasLeftEndsNothing() throws {
        let pipe = try SmallPipe()
        dup2(pipe.writing.number, pipe.reading.number)
        var output = Output(.error, to: pipe.writing, stop: try StopToken())
        output.text.append("nobody hears\n")
        let found = failure(of: &output)
        #expect(found == nil)
    }

    @Test func aFullDiskNamesTheStream() throws {
        let full = try Descriptor.open("/dev/full", flags: O_WRONLY)
        var output = Output(.error, to: full.borrowed, stop: nil)
        output.text.append("no room\n")
        let found = failure(of: &output)
        #expect(found == .failed(.error, .noSpace))
    }
}

private func failure(of output: inout Output) -> OutputError? {
    do throws(OutputError) {
        try output.flush()
        return nil
    } catch {
        return error
    }
}

@Suite struct PaletteTests {
    @Test(arguments: [(ColorChoice.always, true), (.never, false)])
    func theChoiceHoldsForBothStreams(choice: ColorChoice, isColored: Bool) {
        #expect(Terminal.outputPalette(choice).isColored == isColored)
        #expect(Terminal.errorPalette(choice).isColored == isColored)
    }
}
