import Addresses
package import Console
package import FileService
import Serving
package import SondeSystem

extension FileEvent {
    /// One line; nothing for an event that only standard error reports.
    package func writeText(into text: inout TextBuffer, _ palette: Palette) {
        switch self {
        case .listening(let transport, let address):
            text.append("listening on ", .good, palette)
            text.append(escaped: "\(transport.rawValue) \(address)")
        case .refused(let peer, let reason):
            text.append(escaped: peer.description)
            text.append("  refused", .bad, palette)
            text.append("  ")
            text.append(reason.words)
        case .answered(let answer):
            answer.writeText(into: &text, palette)
        case .outOfDescriptors:
            return
        }
        text.append("\n")
    }

    /// One NDJSON object; nothing for an event that only standard error reports.
    ///
    /// - Parameter time: of the event, in seconds since the epoch.
    package func writeJSON(time: Double, into text: inout TextBuffer) {
        var writer = JSONWriter()
        writer.beginObject()
        switch self {
        case .listening(let transport, let address):
            writer.field("type", literal: "listening")
            writer.write(transport, address)
        case .refused(let peer, let reason):
            writer.field("type", literal: "refused")
            writer.write(.tcp, peer)
            writer.field("reason", reason.rawValue)
        case .answered(let answer):
            writer.field("type", literal: "request")
            writer.write(.tcp, answer.peer)
            writer.field("request", String(decoding: answer.request, as: UTF8.self))
            writer.field("size", answer.size)
            writer.field("sent", answer.sent)
            writer.field("duration_ms", answer.duration.milliseconds, decimals: 3)
            writer.field("reason", answer.refusal?.rawValue)
        case .outOfDescriptors:
            return
        }
        writer.field("time", time, decimals: 6)
        writer.endObject()
        writer.endLine()
        text.append(writer.text)
    }
}

extension FileAnswer {
    fileprivate func writeText(into text: inout TextBuffer, _ palette: Palette) {
        text.append(escaped: peer.description)
        text.append("  ")
        text.append(escaped: request.span)
        text.append("  ")
        if let refusal {
            text.append("no: ", .doubtful, palette)
            return text.append(trusted: refusal.rawValue)
        }
        text.append(bytes: sent)
        text.append("  ")
        text.append(duration: duration.count)
        guard !isWhole else { return }
        text.append("  cut", .bad, palette)
        text.append(", of ")
        text.append(bytes: size ?? 0)
    }
}

extension FileTotals {
    /// The closing line.
    package func writeText(elapsed: Nanoseconds, into text: inout TextBuffer) {
        text.append(trusted: "\(clients) client\(clients == 1 ? "" : "s"), \(requests) request\(requests == 1 ? "" : "s"), ")
        if refused > 0 { text.append(trusted: "\(refused) of them refused, ") }
        text.append(bytes: bytesSent)
        text.append(" sent, ")
        text.append(duration: elapsed.count)
        text.append("\n")
    }

    /// The summary object.
    package func writeJSON(time: Double, elapsed: Nanoseconds, into text: inout TextBuffer) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", literal: "summary")
        writer.field("clients", clients)
        writer.field("requests", requests)
        writer.field("refused", refused)
        writer.field("bytes_sent", bytesSent)
        writer.field("elapsed_ms", elapsed.milliseconds, decimals: 3)
        writer.field("time", time, decimals: 6)
        writer.endObject()
        writer.endLine()
        text.append(writer.text)
    }
}
