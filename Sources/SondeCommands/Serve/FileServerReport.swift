import Console
import FileService
import Serving
import SondeSystem
import Terminal

/// Prints a line a request, as text or JSON.
final class FileServerReport {
    private let isJSON: Bool
    private let palette: Palette
    private let started = MonotonicTime.now
    private let spool: OutputSpool

    /// - Parameter stop: is aborted once standard output can't be written.
    init(_ options: OutputOptions, _ stop: StopToken) throws(SystemError) {
        isJSON = options.json
        palette = options.palette
        spool = try OutputSpool(stop: stop)
    }

    func tell(_ event: FileEvent) {
        if case .outOfDescriptors(let error) = event { spool.print(.error) { $0.append(warning: error, palette) } }
        spool.print { text in
            if isJSON { event.writeJSON(into: &text) } else { event.writeText(into: &text, palette) }
        }
    }

    /// Prints the totals, or throws what went wrong with printing.
    func finish(_ totals: FileTotals) throws {
        let elapsed = MonotonicTime.now - started
        if isJSON {
            spool.print { totals.writeJSON(elapsed: elapsed, into: &$0) }
        } else {
            spool.print(.error) { totals.writeText(elapsed: elapsed, into: &$0) }
        }
        try spool.finish()
    }
}

extension FileEvent {
    func writeText(into text: inout TextBuffer, _ palette: Palette) {
        switch self {
        case .listening(let transport, let address):
            text.append("listening on ", .good, palette)
            text.append(escaped: "\(transport.rawValue) \(address)")
        case .refused(let peer, let reason):
            text.append(escaped: peer.description)
            text.append("  refused", .bad, palette)
            text.append(reason == .notAllowed ? "  its address is not allowed" : "  there are as many clients as may be")
        case .answered(let answer):
            answer.writeText(into: &text, palette)
        case .outOfDescriptors:
            return
        }
        text.append("\n")
    }

    func writeJSON(into text: inout TextBuffer) {
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
        writer.field("time", WallClock.seconds, decimals: 6)
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
    fileprivate func writeText(elapsed: Nanoseconds, into text: inout TextBuffer) {
        text.append(trusted: "\(clients) client\(clients == 1 ? "" : "s"), \(requests) request\(requests == 1 ? "" : "s"), ")
        if refused > 0 { text.append(trusted: "\(refused) of them refused, ") }
        text.append(bytes: bytesSent)
        text.append(" sent, ")
        text.append(duration: elapsed.count)
        text.append("\n")
    }

    fileprivate func writeJSON(elapsed: Nanoseconds, into text: inout TextBuffer) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", literal: "summary")
        writer.field("clients", clients)
        writer.field("requests", requests)
        writer.field("refused", refused)
        writer.field("bytes_sent", bytesSent)
        writer.field("elapsed_ms", elapsed.milliseconds, decimals: 3)
        writer.endObject()
        writer.endLine()
        text.append(writer.text)
    }
}
