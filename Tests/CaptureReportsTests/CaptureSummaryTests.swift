import Console
import Packets
import Testing

@testable import CaptureReports

@Suite("Summary of a capture")
struct CaptureSummaryTests {
    @Test("Counts of a live capture follow those of the frames")
    func kernelCounts() {
        var summary = CaptureSummary()
        summary.frames = 2
        summary.tally.count(.segment)
        summary.tally.count(.notTCP)
        summary.kernel = .init(received: 5, dropped: 3, droppedByInterface: 0)
        #expect(text(of: summary) == "2 packets captured, 1 of them TCP, 5 received, 3 dropped by the kernel\n")
        summary.frames = 1
        summary.kernel?.droppedByInterface = 4
        #expect(
            text(of: summary) == "1 packet captured, 1 of them TCP, 5 received, 3 dropped by the kernel, 4 by the interface\n"
        )
    }

    @Test("Packets of other programs than the command are counted")
    func others() {
        var summary = CaptureSummary()
        summary.frames = 1
        summary.others = 12
        #expect(text(of: summary) == "1 packet captured, 0 of them TCP\n  12 of other programs, left out (--all keeps them)\n")
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let outcome: DecodeOutcome
        let expected: String
        var testDescription: String { expected }

        init(_ outcome: DecodeOutcome, _ expected: String) {
            self.outcome = outcome
            self.expected = expected
        }
    }

    static let outcomes = [
        Case(.cut, "truncated by the snapshot length"),
        Case(.malformed, "malformed"),
        Case(.badIPChecksum, "with a wrong IP checksum"),
        Case(.badUDPChecksum, "in tunnels with a wrong UDP checksum, which --ignore-checksums accepts"),
        Case(.zeroLength, "with an IP length of 0 (segmentation offload), which --ignore-checksums accepts"),
        Case(.encrypted, "encrypted"),
        Case(.tooDeep, "nested too deeply"),
        Case(.fragmentDropped, "fragments that could not be reassembled"),
    ]

    @Test("Frames without a segment are counted by their outcome", arguments: outcomes)
    func outcome(_ example: Case) {
        var summary = CaptureSummary()
        summary.frames = 9
        summary.tally.count(example.outcome)
        summary.tally.count(example.outcome)
        #expect(text(of: summary) == "9 packets captured, 0 of them TCP\n  2 \(example.expected)\n")
    }

    @Test("A fragment without the others is counted, alone too")
    func fragments() {
        var summary = CaptureSummary()
        for outcome in [DecodeOutcome.fragmentHeld, .fragmentHeld, .fragmentHeld, .segment] { summary.tally.count(outcome) }
        summary.frames = 4
        summary.tally.recount(1, from: .fragmentHeld, to: .fragmentDropped)
        #expect(text(of: summary) == "4 packets captured, 1 of them TCP\n  1 fragment that could not be reassembled\n")
        // Handshakes alone do not count the fragments that they lack.
        summary.tally.recount(9, from: .fragmentHeld, to: .fragmentDropped)
        #expect(text(of: summary) == "4 packets captured, 1 of them TCP\n  3 fragments that could not be reassembled\n")
    }

    @Test(
        "Frames that are decoded in spite of a flaw are counted by it",
        arguments: [
            (FrameFlaws.ipChecksum, "with a wrong IPv4 checksum, accepted (checksum offload, or addresses changed in the file)"),
            (.udpChecksum, "in tunnels with a wrong UDP checksum, accepted"),
            (.shorterThanPacket, "shorter than the IP packet in it, taken as truncated"),
        ]
    )
    func flaw(_ flaw: FrameFlaws, _ expected: String) {
        var summary = CaptureSummary()
        summary.frames = 9
        summary.tally.count(.segment)
        summary.tally.count(flaw)
        #expect(text(of: summary) == "9 packets captured, 1 of them TCP\n  1 \(expected)\n")
    }

    @Test("Link types that are not decoded are named by their number")
    func linkTypes() {
        var summary = CaptureSummary()
        summary.frames = 2
        summary.tally.count(.unknownLinkType)
        summary.tally.count(.unknownLinkType)
        summary.undecodedLinkTypes = [LinkType(rawValue: 189)]
        let one = "  2 of link type 189, which sonde does not decode (see tcpdump.org/linktypes.html)\n"
        #expect(text(of: summary).hasSuffix(one))
        summary.undecodedLinkTypes = [LinkType(rawValue: 220), LinkType(rawValue: 189)]
        #expect(text(of: summary).contains("of link types 189, 220, which"))
        summary.undecodedLinkTypes = Set((300..<320).map { LinkType(rawValue: $0) })
        #expect(text(of: summary).contains("306, 307, ..., which"))
    }

    @Test("EtherTypes that are not decoded are named by their number")
    func etherTypes() {
        var summary = CaptureSummary()
        summary.undecodedEtherTypes = [0x88E5: 3]
        #expect(text(of: summary).hasSuffix("TCP\n  3 of EtherType 0x88e5, which sonde does not decode\n"))
        summary.undecodedEtherTypes[0x0BAD] = 1
        #expect(text(of: summary).hasSuffix("TCP\n  4 of EtherTypes 0x0bad, 0x88e5, which sonde does not decode\n"))
        for type in UInt16(0x1000)..<0x1010 { summary.undecodedEtherTypes[type] = 1 }
        #expect(text(of: summary).contains("0x1005, 0x1006, ..., which"))
    }

    @Test("Segments with a wrong checksum are counted, however few")
    func wrongChecksums() {
        var summary = CaptureSummary()
        for _ in 0..<9 { summary.tally.count(.segment) }
        summary.wrongChecksums = 1
        let expected = "  1 with a wrong TCP checksum, part of no connection (--ignore-checksums accepts them)\n"
        #expect(text(of: summary).hasSuffix("TCP\n" + expected))
    }

    @Test("Frames captured twice are counted")
    func copies() {
        var summary = CaptureSummary()
        summary.tally.count(.segment)
        summary.copies = 3
        #expect(text(of: summary).hasSuffix("TCP\n  3 captured twice (bridge, router or mirror port), counted once\n"))
    }

    @Test("Evictions name the option that prevents them")
    func evictions() {
        var summary = CaptureSummary()
        summary.evictions = 7
        let expected = "  7 connections evicted because the table was full: raise --max-connections\n"
        #expect(text(of: summary).hasSuffix("TCP\n" + expected))
    }

    @Test(
        "A hint at checksum offload needs three wrong checksums, and more than half",
        arguments: [(2, 2), (3, 5), (3, 6), (9, 9)]
    )
    func hint(_ wrong: UInt64, of segments: Int) {
        var summary = CaptureSummary()
        for _ in 0..<segments { summary.tally.count(.segment) }
        summary.wrongChecksums = wrong
        let hint =
            "  → most checksums are wrong: with checksum offload the NIC fills them in after the capture; --ignore-checksums accepts them\n"
        #expect(text(of: summary).hasSuffix(hint) == (wrong >= 3 && Int(wrong) * 2 > segments))
    }

    private func text(of summary: CaptureSummary) -> String {
        var text = TextBuffer()
        summary.write(into: &text, .plain)
        return text.string
    }
}
