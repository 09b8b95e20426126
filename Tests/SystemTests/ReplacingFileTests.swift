import Foundation
import SystemPackage
import Testing

@testable import SondeSystem

@Suite("Files that are replaced as a whole")
struct ReplacingFileTests {
    private let folder: String

    init() throws {
        folder = "\(NSTemporaryDirectory())/sonde-replacing-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }

    @Test("the old content stays until the new is committed, and no other file is left")
    func replaces() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/sonde.prom"
        try "old".write(toFile: path, atomically: false, encoding: .utf8)
        do {
            var file = try ReplacingFile.make(path)
            try file.write(Array("new".utf8).span)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
            #expect(names.allSatisfy { $0 == "sonde.prom" || !$0.hasSuffix(".prom") })
            try file.commit()
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
        #expect(names == ["sonde.prom"])
    }

    @Test("what is not committed leaves nothing behind")
    func abandons() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            let file = try ReplacingFile.make("\(folder)/x")
            try file.write(Array("part".utf8).span)
        }
        #expect(names.isEmpty)
    }

    @Test("a link stays, and the file that it names is replaced")
    func links() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "old".write(toFile: "\(folder)/file", atomically: false, encoding: .utf8)
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "file")
        do {
            var file = try ReplacingFile.make("\(folder)/link")
            try file.write(Array("new".utf8).span)
            try file.commit()
        }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/link") == "file")
        #expect(try String(contentsOfFile: "\(folder)/file", encoding: .utf8) == "new")
    }

    @Test("what is no regular file is not replaced, and a folder that is missing is named at once")
    func refuses() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let fifo = "\(folder)/fifo"
        #expect(mkfifo(fifo, 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/nowhere", withDestinationPath: "none")
        for path in [folder, fifo, "\(folder)/nowhere", "/dev/null"] {
            #expect(throws: Errno.notSupported) { _ = try ReplacingFile.make(path) }
        }
        #expect(names.sorted() == ["fifo", "nowhere"])
        #expect(throws: Errno.noSuchFileOrDirectory) { _ = try ReplacingFile.make("\(folder)/none/x") }
    }
}
