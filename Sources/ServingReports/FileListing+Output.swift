package import Console
package import FileService

extension FileListing {
    /// The columns that the sizes take.
    package var sizeWidth: Int {
        var width = 4
        forEach { width = max(width, $0.sizeText.utf8.count) }
        return width
    }

    /// The heading of a table of sizes and names.
    package static func writeHeading(sizeWidth: Int, into text: inout TextBuffer, _ palette: Palette) {
        text.append(UInt8(ascii: " "), times: sizeWidth - 4)
        text.append("SIZE", .faint, palette)
        text.append("  ")
        text.append("NAME", .faint, palette)
        text.append("\n")
    }
}

extension FileListing.Entry {
    /// A row of the table.
    package func writeText(sizeWidth: Int, into text: inout TextBuffer, _ palette: Palette) {
        let size = sizeText
        text.append(UInt8(ascii: " "), times: sizeWidth - size.utf8.count)
        text.append(trusted: size)
        text.append("  ")
        text.append(escaped: name, self.size == nil ? .strong : .plain, palette)
        text.append("\n")
    }

    /// One NDJSON object.
    package func writeJSON(into text: inout TextBuffer) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", literal: "entry")
        writer.field("kind", literal: size == nil ? "folder" : "file")
        writer.field("name", name)
        writer.field("size", size)
        writer.field("modified", Double(modified), decimals: 6)
        writer.endObject()
        writer.endLine()
        text.append(writer.text)
    }

    fileprivate var sizeText: String {
        guard let size else { return "folder" }
        var text = TextBuffer()
        text.append(bytes: size)
        return text.string
    }
}
