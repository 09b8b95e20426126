import Console
import FileService
import SondeSystem

/// Where a download goes.
enum DownloadTarget {
    /// The path that `-o` gives; without it, or where it is a folder, the last part of the name.
    static func path(for name: String, output: String?) throws(FileTransferError) -> String {
        guard let output else { return try lastPart(of: name) }
        let status = try? FilePath.status(output)
        guard status?.kind == .directory || output.hasSuffix("/") else { return output }
        return output + (output.hasSuffix("/") ? "" : "/") + (try lastPart(of: name))
    }

    private static func lastPart(of name: String) throws(FileTransferError) -> String {
        let last = name.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        guard !last.isEmpty, last != ".", last != ".." else { throw .noFileName }
        return last
    }
}

extension Download.Result {
    func writeText(into text: inout TextBuffer) {
        text.append(escaped: target)
        text.append("  ")
        text.append(bytes: size)
        if resumedFrom > 0 {
            text.append(", of which ")
            text.append(bytes: size - resumedFrom)
            text.append(" now,")
        }
        text.append(" in ")
        text.append(duration: elapsed.count)
        text.append("  ")
        text.append(bytes: UInt64(Double(size - resumedFrom) / max(elapsed.seconds, 1e-6)))
        text.append("/s\n")
    }

    func writeJSON(name: String, into text: inout TextBuffer) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", literal: "file")
        writer.field("name", name)
        writer.field("path", target)
        writer.field("size", size)
        writer.field("resumed_from", resumedFrom)
        writer.field("elapsed_ms", elapsed.milliseconds, decimals: 3)
        writer.endObject()
        writer.endLine()
        text.append(writer.text)
    }
}
