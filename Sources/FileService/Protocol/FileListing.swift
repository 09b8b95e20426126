internal import RawText

/// What a server lists, read as far as it follows the protocol; hostile.
///
/// It keeps the bytes as they came and reads an entry at a time, so that a list of a million short names takes no more memory than its
/// bytes.
package struct FileListing: Sendable {
    package struct Entry {
        /// `nil` for a folder.
        package let size: UInt64?
        package let modified: String
        package let name: String
    }

    private let bytes: [UInt8]
    /// Whether names are percent-encoded.
    private let isEncoded: Bool

    package init(_ bytes: [UInt8], isEncoded: Bool = false) {
        self.bytes = bytes
        self.isEncoded = isEncoded
    }

    package var entries: [Entry] {
        var entries: [Entry] = []
        forEach { entries.append($0) }
        return entries
    }

    /// Calls `body` with each entry. Lines that are no entries are left out.
    package func forEach<Failure: Error>(_ body: (Entry) throws(Failure) -> Void) throws(Failure) {
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            if let entry = entry(bytes[start..<end]) { try body(entry) }
            start = end + 1
        }
    }

    /// What the server says of entries that it left out; `nil` where it says nothing.
    package var remark: String? {
        guard let line = bytes.split(separator: UInt8(ascii: "\n")).last, line.starts(with: "# ".utf8) else { return nil }
        return String(rawBytes: Array(line.dropFirst(2)))
    }

    private func entry(_ line: ArraySlice<UInt8>) -> Entry? {
        let space = UInt8(ascii: " ")
        guard let first = line.firstIndex(of: space), let second = line[(first + 1)...].firstIndex(of: space) else { return nil }
        let (size, modified, rest) = (line[..<first], line[(first + 1)..<second], line[(second + 1)...])
        guard let name = isEncoded ? EncodedName.decode(rest) : Array(rest), !name.isEmpty else { return nil }
        let number = UInt64(String(decoding: size, as: UTF8.self))
        guard number != nil || size.elementsEqual("-".utf8) else { return nil }
        return Entry(size: number, modified: String(decoding: modified, as: UTF8.self), name: String(rawBytes: name))
    }
}
