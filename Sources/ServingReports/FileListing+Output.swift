package import Console
package import FileService

extension FileListing {
    package func writeText(into text: inout TextBuffer, _ palette: Palette) {
        var table = Table([.init("SIZE", .right), .init("NAME")])
        for entry in entries {
            var size = TextBuffer()
            if let bytes = entry.size { size.append(bytes: bytes) } else { size.append("folder") }
            table.add([Table.Cell(size.string), Table.Cell(entry.name, entry.size == nil ? .strong : .plain)])
        }
        table.render(into: &text, width: nil, palette)
    }

    package func writeJSON(into text: inout TextBuffer) {
        var writer = JSONWriter()
        for entry in entries {
            writer.beginObject()
            writer.field("type", literal: "entry")
            writer.field("kind", literal: entry.size == nil ? "folder" : "file")
            writer.field("name", entry.name)
            writer.field("size", entry.size)
            writer.field("modified", Double(entry.modified), decimals: 6)
            writer.endObject()
            writer.endLine()
        }
        text.append(writer.text)
    }
}
