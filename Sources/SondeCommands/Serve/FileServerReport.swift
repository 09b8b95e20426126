import Console
import Echoing
import Sockets

/// Prints a line a request, as text or JSON.
final class FileServerReport {
    private let isJSON: Bool
    private let palette: Palette
    private let started = MonotonicTime.now
    private var output = Output.standard()
    /// Why standard output could not be written: the server ends for it.
    private var failure: (any Error)?

    init(_ options: OutputOptions) {
        isJSON = options.json
        palette = options.palette
    }

    /// False where it can't be printed.
    func tell(_ event: FileEvent) -> Bool {
        do {
            if case .outOfDescriptors(let error) = event { try warn(error) }
            if isJSON { event.writeJSON(into: &output.text) } else { event.writeText(into: &output.text, palette) }
            try output.flush()
            return true
        } catch {
            failure = error
            return false
        }
    }

    /// Prints the totals, or throws what went wrong with printing.
    func finish(_ totals: FileTotals) throws {
        if let failure { throw failure }
        let elapsed = MonotonicTime.now - started
        if isJSON {
            totals.writeJSON(elapsed: elapsed, into: &output.text)
            return try output.flush()
        }
        var errors = Output.error()
        totals.writeText(elapsed: elapsed, into: &errors.text)
        try errors.flush()
    }

    private func warn(_ error: SystemError) throws {
        var errors = Output.error()
        let warning = "sonde: accept \(error.subject): \(error.errno.explained); new clients wait until a descriptor is free"
        errors.text.append(escaped: warning, .doubtful, palette)
        errors.text.append("\n")
        try errors.flush()
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
        text.append(", ")
        text.append(bytes: size ?? 0)
        text.append(" were to go")
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
