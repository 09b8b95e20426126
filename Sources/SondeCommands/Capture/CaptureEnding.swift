import Console
import PacketCapture
import Packets

/// How a capture ended and what it counted: the last words on standard error.
struct CaptureEnding {
    var statistics: LiveCapture.Statistics?
    /// What ended it before its limit or the file's end.
    var signal: Int32?
    /// What was wrong with files, in their order, after what was good in them was told.
    var failures: [Failure] = []
    private var frames: UInt64 = 0
    private var tally = DecodeTally()
    private var evictions: UInt64 = 0
    private var wrongChecksums: UInt64 = 0

    mutating func take<Report: CaptureReport>(_ pipeline: borrowing CapturePipeline<Report>) {
        frames = pipeline.frames
        tally = pipeline.tally
        evictions = pipeline.evictions
        wrongChecksums = pipeline.wrongChecksums
    }

    /// Of so many segments with wrong checksums it is worth a word, when they are most of all.
    private static let worthAHint: UInt64 = 3

    func tell(palette: Palette) {
        // Of files that are no captures there is nothing to count.
        guard frames > 0 || failures.isEmpty else { return }
        var errors = Output.error()
        errors.text.append(frames)
        errors.text.append(frames == 1 ? " packet captured, " : " packets captured, ")
        errors.text.append(tally[.segment])
        errors.text.append(" of them TCP")
        if let statistics {
            errors.text.append(", ")
            errors.text.append(statistics.received)
            errors.text.append(" received, ")
            errors.text.append(statistics.dropped)
            errors.text.append(" dropped by the kernel")
            if statistics.droppedByInterface > 0 {
                errors.text.append(", ")
                errors.text.append(statistics.droppedByInterface)
                errors.text.append(" by the interface")
            }
        }
        errors.text.append("\n")
        for (outcome, words) in Self.noteworthy where tally[outcome] > 0 {
            errors.text.append("  ")
            errors.text.append(tally[outcome])
            errors.text.append(" ")
            errors.text.append(words)
            errors.text.append("\n")
        }
        if evictions > 0 {
            errors.text.append("  ")
            errors.text.append(evictions)
            errors.text.append(" connections made room for others: --max-connections keeps more\n")
        }
        hint(&errors.text, palette)
        try? errors.flush()
    }

    private func hint(_ text: inout TextBuffer, _ palette: Palette) {
        let wrong = wrongChecksums + tally[.badIPChecksum] + tally[.zeroLength]
        guard wrong >= Self.worthAHint, wrong * 2 > tally[.segment] + tally[.badIPChecksum] + tally[.zeroLength] else { return }
        text.append("  → ", .faint, palette)
        text.append(
            "most checksums are wrong: the network card fills them in behind the capture; --ignore-checksums takes them as they are\n"
        )
    }

    private static let noteworthy: [(DecodeOutcome, StaticString)] = [
        (.cut, "cut by the capture's snapshot length"),
        (.malformed, "malformed"),
        (.badIPChecksum, "with a wrong IP checksum"),
        (.zeroLength, "with an IP length of 0: segmentation offload, which --ignore-checksums takes"),
        (.encrypted, "encrypted"),
        (.tooDeep, "nested too deep"),
        (.unknownLinkType, "of a link type that sonde does not decode"),
        (.fragmentDropped, "fragments that could not be put together"),
    ]
}
