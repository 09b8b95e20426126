/// What a server lists, read as far as it follows the protocol; hostile.
package struct FileListing {
    package struct Entry {
        /// `nil` for a folder.
        package let size: UInt64?
        package let modified: String
        package let name: String
    }

    package let entries: [Entry]

    /// Lines that are no entries are left out.
    package init(_ bytes: [UInt8]) {
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
}
