extension TextBuffer {
    /// Escaped fields separated by tabs, and a line feed.
    package mutating func append(columns: [String]) {
        for (index, column) in columns.enumerated() {
            if index > 0 { append(byte: UInt8(ascii: "\t")) }
            append(escaped: column)
        }
        append("\n")
    }
}
