import Lines
import SondeSystem
import Testing

@testable import FileService

@Suite("What a file server keeps for a client")
struct FileHandlerTests {
    private func isPending(_ input: String) throws -> Bool {
        let handler = try FileHandler(try ServedFolder(path: "/")) { _ in }
        var state = FileHandler.State()
        state.input.append(Array(input.utf8).span)
        return handler.isPending(state)
    }

    @Test(
        "a client is read only while no whole request waits, and a line that is too long is one",
        arguments: [
            ("", false), ("GET a", false), ("GET a\n", true), ("x\nGET", true), (String(repeating: "x", count: 4145), true),
        ]
    )
    func pending(input: String, expected: Bool) throws {
        #expect(try isPending(input) == expected)
    }

    @Test("a client that sent a part of a request owes the rest since then, and one that waits for a reply owes nothing")
    func owes() throws {
        let handler = try FileHandler(try ServedFolder(path: "/")) { _ in }
        var state = FileHandler.State()
        #expect(handler.owesSince(state) == nil)
        state.incompleteSince = MonotonicTime(nanoseconds: 5)
        #expect(handler.owesSince(state) == MonotonicTime(nanoseconds: 5))
    }
}
