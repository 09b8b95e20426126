/// What the server of the file service answers before any bytes (docs/file-protocol.md).
package enum FileStatusLine: Hashable, Sendable {
    /// `OK SIZE VERSION`: that many bytes follow. The version is of the whole file and changes with its content; a list has none.
    case follows(size: UInt64, version: String?)
    /// `NO REASON`: nothing follows.
    case refused(reason: [UInt8])

    /// The longest status line that a client reads, without its end.
    static let longest = 512

    /// Reads a line without its line feed; `nil` where it is none. Nothing about it is trusted: the size is a number within what
    /// a file can hold, and the version consists of digits and dots, since it becomes part of a file's name.
    package init?(line: some Collection<UInt8>) {
        var line = Array(line)
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        switch words.first.map({ String(decoding: $0, as: UTF8.self) }) {
        case "OK":
            guard words.count >= 2, let size = FileRequest.number(words[1]) else { return nil }
            guard words.count == 3 else {
                self = .follows(size: size, version: nil)
                return
            }
            guard Self.isVersion(words[2]) else { return nil }
            self = .follows(size: size, version: String(decoding: words[2], as: UTF8.self))
        case "NO":
            self = .refused(reason: Array(line.dropFirst(3)))
        default:
            return nil
        }
    }

    /// Whether a version is of a server that knows `SAME` and `CHECK`: it has three numbers.
    static func isOfCheckingServer(_ version: String?) -> Bool {
        version.map { $0.utf8.count { $0 == UInt8(ascii: ".") } == 2 } ?? false
    }

    static func isVersion(_ bytes: some Collection<UInt8>) -> Bool {
        (1...40).contains(bytes.count)
            && bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") }
    }

    /// The line, with its end.
    package var line: [UInt8] {
        switch self {
        case .follows(let size, let version): Array("OK \(size)\(version.map { " " + $0 } ?? "")\n".utf8)
        case .refused(let reason): Array("NO ".utf8) + reason + [UInt8(ascii: "\n")]
        }
    }
}
