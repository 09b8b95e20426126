package import Console
import Serving
import ServingReports
import SondeSystem

extension DemoTranscript {
    /// Writes the calls of both ends and the state of their sockets, which needs no privilege to read.
    package func write(into text: inout TextBuffer, width: Int?, _ palette: Palette) {
        text.append(heading: "The system calls", palette)
        let sides = calls.reduce(0) { max($0, displayWidth($1.side.name)) }
        let longest = calls.reduce(0) { max($0, displayWidth($1.call)) }
        for call in calls { text.append(call, sides: sides, calls: longest, width: width, palette) }
        guard !statistics.isEmpty || account != nil else { return }
        text.append(heading: "What the kernel reports to each end, without privilege", palette)
        if let client = account?.opened {
            text.append(DemoSide.server, sides, palette)
            text.append("the SYN of ")
            text.append(escaped: "\(client.peer)")
            text.append(" offered")
            text.append(syn: client.syn)
            text.append("  (TCP_SAVED_SYN)\n")
        }
        if let statistics = account?.closed?.statistics {
            text.append(DemoSide.server, sides, palette)
            text.append(statistics)
        }
        for (side, statistics) in statistics {
            text.append(side, sides, palette)
            text.append(statistics)
        }
    }
}

extension TextBuffer {
    /// One call with its effect, which continues below itself; on a narrow terminal it begins below the call.
    fileprivate mutating func append(_ call: DemoCall, sides: Int, calls: Int, width: Int?, _ palette: Palette) {
        let columns = width ?? TextBuffer.proseWidth
        let indent = sides + calls + 6
        append(call.side, sides, palette)
        append(trusted: call.call)
        guard columns - indent >= 30 else {
            append("\n")
            return append(prose: call.outcome, indent: 6, width: columns)
        }
        for (index, line) in wrapped(call.outcome, columns: columns - indent, breaksWords: false).enumerated() {
            append(UInt8(ascii: " "), times: index == 0 ? calls - displayWidth(call.call) + 2 : indent)
            append(trusted: line)
            append("\n")
        }
    }

    fileprivate mutating func append(_ side: DemoSide, _ columns: Int, _ palette: Palette) {
        append("  ")
        append(escaped: side.name, side.style, palette)
        append(UInt8(ascii: " "), times: columns - displayWidth(side.name) + 2)
    }

    fileprivate mutating func append(_ statistics: TCPStatistics) {
        if statistics.rttMicroseconds == 0 {
            append("no round trip measured, ")
        } else {
            append("round trip ")
            append(duration: Int64(statistics.rttMicroseconds) * 1000)
            if let least = statistics.minimumRTTMicroseconds {
                append(", minimum ")
                append(duration: Int64(least) * 1000)
            }
            append(", maximum segment ")
            append(UInt64(statistics.sendMSS))
            append(" bytes, ")
        }
        append(UInt64(statistics.retransmits))
        append(" retransmitted  (TCP_INFO)\n")
    }
}
