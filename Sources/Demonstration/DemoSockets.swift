package import Console
import Serving
import ServingReports
import SondeSystem

/// The state of both ends' sockets, which needs no privilege to read.
package struct DemoSockets {
    private let conversation: DemoConversation.Transcript
    package let server: DemoServer.Account

    package init(conversation: DemoConversation.Transcript, server: DemoServer.Account) {
        self.conversation = conversation
        self.server = server
    }

    package func write(into text: inout TextBuffer, width: Int?, _ palette: Palette) {
        text.append(heading: "The client's system calls", palette)
        let longest = conversation.steps.reduce(0) { max($0, displayWidth($1.call)) }
        for step in conversation.steps {
            text.append("  ")
            text.append(escaped: step.call, .originator, palette)
            text.append(UInt8(ascii: " "), times: longest - displayWidth(step.call) + 2)
            text.append(escaped: step.outcome)
            text.append("\n")
        }
        text.append(heading: "What the kernel reports to each end, without privilege", palette)
        if let client = server.opened {
            text.append("  server  ", .responder, palette)
            text.append("the SYN of ")
            text.append(escaped: "\(client.peer)")
            text.append(" offered")
            text.append(syn: client.syn)
            text.append("  (TCP_SAVED_SYN)\n")
        }
        if let statistics = server.closed?.statistics {
            text.append("  server  ", .responder, palette)
            text.append(statistics)
        }
        if let statistics = conversation.statistics {
            text.append("  client  ", .originator, palette)
            text.append(statistics)
        }
    }
}

extension TextBuffer {
    fileprivate mutating func append(_ statistics: TCPStatistics) {
        append("round trip ")
        append(duration: Int64(statistics.rttMicroseconds) * 1000)
        if let least = statistics.minimumRTTMicroseconds {
            append(", minimum ")
            append(duration: Int64(least) * 1000)
        }
        append(", maximum segment ")
        append(UInt64(statistics.sendMSS))
        append(" bytes, ")
        append(UInt64(statistics.retransmits))
        append(" retransmitted  (TCP_INFO)\n")
    }
}
