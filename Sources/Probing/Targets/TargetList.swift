import SondeSystem
package import SystemPackage

/// A file with one target per line, read as a stream. White space around a target, blank lines, comments (a `#` at the beginning or
/// after white space) and a byte order mark do not count.
package struct TargetList: ~Copyable {
    /// The file's path; `-` for standard input.
    package let name: String
    /// What is read: the file that is open as long as this is, or standard input.
    private let descriptor: BorrowedDescriptor
    private let file: Descriptor?
    private let rules: TargetRules
    private var buffer: [UInt8]
    private var unread = 0..<0
    private var isAtEnd = false
    private var number = 0
    /// Whether the line that was returned last continues behind the buffer.
    private var isCut = false

    /// A line longer than this is no target, unless what is too long is a comment: a name with every port is shorter. It is also the
    /// buffer's size.
    private static let longestLine = 524_288
    /// How much of a line that is too long is shown.
    private static let shownBytes = 64

    package struct Line {
        /// From 1.
        package let number: Int
        package let target: Result<Target, TargetError>
    }

    /// Opens a file; `nil` is standard input.
    package init(_ path: String?, _ rules: TargetRules) throws(TargetListError) {
        name = path ?? "-"
        self.rules = rules
        buffer = [UInt8](repeating: 0, count: TargetList.longestLine)
        guard let path else {
            descriptor = .standardInput
            file = nil
            return
        }
        let opened: Descriptor
        do throws(Errno) {
            opened = try Descriptor.openForReading(path)
        } catch {
            throw TargetListError(path: path, errno: error)
        }
        descriptor = opened.borrowed
        file = consume opened
    }

    /// The next line that holds a target or what should be one; `nil` at the end.
    package mutating func next() throws(TargetListError) -> Line? {
        while let text = try nextLine() {
            number += 1
            let (line, hasComment) = TargetList.content(of: number == 1 ? TargetList.withoutMark(text) : text)
            guard isCut ? !line.isEmpty || !hasComment : !line.isEmpty else { continue }
            // What is missing could belong to the target.
            guard !isCut || hasComment else {
                let start = String(decoding: line.prefix(TargetList.shownBytes), as: UTF8.self)
                return Line(number: number, target: .failure(TargetError(text: start, problem: .badHost)))
            }
            return Line(number: number, target: parse(String(decoding: line, as: UTF8.self)))
        }
        return nil
    }

    private func parse(_ text: String) -> Result<Target, TargetError> {
        do throws(TargetError) {
            return .success(try rules.parse(text))
        } catch {
            return .failure(error)
        }
    }

    /// A line without its comment and the white space at its ends, and whether it has a comment.
    private static func content(of text: ArraySlice<UInt8>) -> (target: ArraySlice<UInt8>, hasComment: Bool) {
        var line = text
        let comment = text.indices.first { index in
            text[index] == UInt8(ascii: "#") && (index == text.startIndex || isSpace(text[index - 1]))
        }
        if let comment { line = text[..<comment] }
        let start = line.firstIndex { !isSpace($0) } ?? line.endIndex
        let end = line.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start
        return (line[start..<end], comment != nil)
    }

    /// UTF-8 with a byte order mark, as programs on Windows write it.
    private static func withoutMark(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3) : text
    }

    /// Returns the bytes up to the next newline or the end. Of a line that overflows the buffer it returns the beginning (`isCut`), and
    /// leaves out the rest.
    private mutating func nextLine() throws(TargetListError) -> ArraySlice<UInt8>? {
        if isCut { try skipLine() }
        while true {
            if let newline = buffer[unread].firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread = newline + 1..<unread.upperBound }
                return buffer[unread.lowerBound..<newline]
            }
            if unread.count == buffer.count || (isAtEnd && !unread.isEmpty) {
                isCut = !isAtEnd
                defer { unread = 0..<0 }
                return buffer[unread]
            }
            guard !isAtEnd else { return nil }
            try fill()
        }
    }

    /// Takes everything up to the next newline or the end.
    private mutating func skipLine() throws(TargetListError) {
        isCut = false
        while true {
            if let newline = buffer[unread].firstIndex(of: UInt8(ascii: "\n")) {
                unread = newline + 1..<unread.upperBound
                return
            }
            unread = 0..<0
            guard !isAtEnd else { return }
            try fill()
        }
    }

    private mutating func fill() throws(TargetListError) {
        let kept = unread.count
        buffer.replaceSubrange(0..<kept, with: buffer[unread])
        unread = 0..<kept
        do throws(Errno) {
            switch try descriptor.read(into: &buffer, from: kept) {
            case .bytes(let count): unread = 0..<kept + count
            case .end: isAtEnd = true
            // Standard input that another process has set non-blocking.
            case .wouldBlock: _ = try descriptor.wait(for: .readable)
            }
        } catch {
            throw TargetListError(path: name, errno: error)
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

/// A list of targets that can't be read to its end.
package struct TargetListError: Error, Hashable, Sendable {
    package let path: String
    package let errno: Errno

    package init(path: String, errno: Errno) {
        self.path = path
        self.errno = errno
    }
}

extension TargetList {
    /// What a file holds, read through once without keeping it.
    package struct Survey: Sendable {
        package var targets = 0
        /// Hosts times ports, where each target has its own ports or takes the default ones; at most `Int.max`.
        package var probes = 0
        /// The lines that can't be read, the first of them.
        package var badLines: [(number: Int, error: TargetError)] = []
        package var badLineCount = 0
        /// Whether a target takes the ports of the whole run.
        package var usesDefaultPorts = false
    }

    /// - Parameter defaultPorts: how many ports a target has that names none.
    package static func survey(_ path: String, _ rules: TargetRules, defaultPorts: Int) throws(TargetListError) -> Survey {
        var survey = Survey()
        var rules = rules
        rules.requiresPorts = defaultPorts == 0
        var lines = try TargetList(path, rules)
        while let line = try lines.next() {
            switch line.target {
            case .success(let target):
                survey.count(target, defaultPorts: defaultPorts)
            case .failure(let error):
                survey.badLineCount += 1
                if survey.badLines.count < 20 { survey.badLines.append((line.number, error)) }
            }
        }
        return survey
    }

    /// Whether a path can be read twice, as a pipe can't.
    ///
    /// - Throws: where there is nothing at the path.
    package static func isRegularFile(_ path: String) throws(TargetListError) -> Bool {
        if FileStatus.isRegular(path) { return true }
        do throws(Errno) {
            guard try FileStatus.of(path) == nil else { return false }
        } catch {
            throw TargetListError(path: path, errno: error)
        }
        throw TargetListError(path: path, errno: .noSuchFileOrDirectory)
    }
}

extension TargetList.Survey {
    fileprivate mutating func count(_ target: Target, defaultPorts: Int) {
        targets += 1
        if target.lacksPorts { usesDefaultPorts = true }
        probes = saturating(probes, plus: target.probeCount(defaultPorts: defaultPorts))
    }
}
