package import Console
package import FileService
import SondeSystem

extension DownloadResult {
    package func writeText(into text: inout TextBuffer) {
        text.append(escaped: target)
        text.append("  ")
        text.append(bytes: size)
        if resumedFrom > 0 {
            text.append(" (")
            text.append(bytes: size - resumedFrom)
            text.append(" now)")
        }
        text.append(" in ")
        text.append(duration: elapsed.count)
        text.append("  ")
        text.append(bytes: UInt64(Double(size - resumedFrom) / max(elapsed.seconds, 1e-6)))
        text.append("/s\n")
    }

    package func writeJSON(name: String, into text: inout TextBuffer) {
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
