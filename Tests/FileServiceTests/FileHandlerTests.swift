import Lines
import SondeSystem
import Testing

@testable import FileService

@Suite("What a file server keeps for a client")
struct FileHandlerTests {
    private func isPending(_ input: String) throws -> Bool {
        let handler = FileHandler(try ServedFolder(path: "/")) { _ in }
        var state = FileHandler.State()
        state.input.append(Array(input.utf8).span)
        return handler.isPending(state)
    }

    @Test(
        "a client is read only while no whole request waits, and a line that is too long is one",
        arguments: [
            ("", false), ("GET a", false), ("GET a\n", true), ("x\nGET", true), (String(repeating: "x", count: 4129), true),
        ]
    )
    func pending(input: String, expected: Bool) throws {
        #expect(try isPending(input) == expected)
    }

    @Test("a large folder is listed in parts, in the order of the names' bytes")
    func listsInParts() {
        let names = (0..<2000).map { Array("name \($0)".utf8) }
        var listing = FolderListing(of: ".", names.shuffled())
        var parts = 1
        while !listing.addPart({ $0 + [0x0A] }) { parts += 1 }
        let lines = listing.bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
        #expect(lines == names.map { String(decoding: $0, as: UTF8.self) }.sorted())
        #expect(parts == 4 && listing.names.isEmpty)
        #expect(listing.cost >= listing.bytes.count)
    }

    @Test("what is no entry is left out, and an empty folder is listed at once")
    func leavesOut() {
        var listing = FolderListing(of: ".", [Array("a".utf8), Array("b".utf8)])
        let isWhole = listing.addPart { $0 == Array("a".utf8) ? nil : $0 }
        #expect(isWhole && listing.bytes == Array("b".utf8))
        var empty = FolderListing(of: ".", [])
        let isEmptyWhole = empty.addPart { $0 }
        #expect(isEmptyWhole && empty.bytes.isEmpty)
    }
}
