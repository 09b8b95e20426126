import Foundation
import SondeSystem
import Testing

@testable import Probing

@Suite("Lists of targets")
struct TargetListTests {
    /// What a list of these bytes holds: the number of each line, and its target or nothing.
    private static func read(_ text: String) throws -> [Int: String?] {
        let path = "\(NSTemporaryDirectory())sonde-list-\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        var list = try TargetList(path, TargetRules())
        var found: [Int: String?] = [:]
        while let line = try list.next() {
            switch line.target {
            case .success(let target): found.updateValue("\(target.subject)", forKey: line.number)
            case .failure: found.updateValue(nil, forKey: line.number)
            }
        }
        return found
    }

    private static func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }

    /// A comment that ends within, at and behind the buffer's end: what follows in its line is never a target.
    @Test(
        "A comment longer than the buffer is one comment, and lines keep their numbers",
        arguments: [65_533, 65_534, 65_535, 524_285, 524_286, 524_287, 524_288, 1_100_000]
    )
    func longComments(length: Int) throws {
        let found = try Self.read(
            "#\(Self.blanks(length))127.0.0.5:8001\na.example # \(Self.blanks(length))b.example\n\n127.0.0.1:80"
        )
        #expect(found.keys.sorted() == [2, 4])
        #expect(found[2]??.contains("a.example") == true)
        #expect(found[4]??.contains("127.0.0.1") == true)
    }

    @Test("A line longer than the buffer is no target, whatever its beginning is")
    func longLines() throws {
        let ports = (1...200_000).map { String($0 % 60_000 + 1) }.joined(separator: ",")
        let found = try Self.read("a.example:\(ports)\n127.0.0.1:80\n\(Self.blanks(600_000))127.0.0.2:80\n")
        #expect(found.keys.sorted() == [1, 2, 3])
        #expect(found[1] == .some(nil) && found[3] == .some(nil))
        #expect(found[2]??.contains("127.0.0.1") == true)
    }

    @Test("A name with every port is a target")
    func everyPort() throws {
        let ports = (1...65_535).map { String($0) }.joined(separator: ",")
        let found = try Self.read("a.example:\(ports)\nb.example:1\n")
        #expect(found[1]??.contains("a.example") == true && found[2]??.contains("b.example") == true)
    }
}
