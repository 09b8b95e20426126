import Console
import FileService

/// What a server lists, read as far as it follows the protocol; hostile.
struct FileListing {
    struct Entry {
        /// `nil` for a folder.
        let size: UInt64?
        let modified: String
        let name: String
    }

    let entries: [Entry]

    /// Lines that are no entries are left out.
    init(_ bytes: [UInt8]) {
        entries = bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
            guard words.count == 3, !words[2].isEmpty else { return nil }
            let size = UInt64(String(decoding: words[0], as: UTF8.self))
            guard size != nil || words[0].elementsEqual("-".utf8) else { return nil }
            return Entry(
                size: size,
                modified: String(decoding: words[1], as: UTF8.self),
                name: String(decoding: words[2], as: UTF8.self)
            )
        }
    }

    func writeText(into text: inout TextBuffer, _ palette: Palette) {
        var table = Table([.init("SIZE", .right), .init("NAME")])
        for entry in entries {
            var size = TextBuffer()
            if let bytes = entry.size { size.append(bytes: bytes) } else { size.append("folder") }
            table.add([Table.Cell(size.string), Table.Cell(entry.name, entry.size == nil ? .strong : .plain)])
        }
        table.render(into: &text, width: nil, palette)
    }

    func writeJSON(into text: inout TextBuffer) {
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
