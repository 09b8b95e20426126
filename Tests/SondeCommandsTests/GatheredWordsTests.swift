import Testing

@testable import SondeCommands

@Suite("Words kept from the argument parser")
struct GatheredWordsTests {
    @Test("come back in their places, and options stay")
    func gather() {
        let addresses = (0..<300).map { "192.0.2.\($0)" }
        let arguments = ["-t", "1s", "a"] + addresses + ["--open", "b", "c", "-", "d", "80"]
        var words = GatheredWords()
        let shorter = words.gather(arguments)
        #expect(shorter.count == 9)
        #expect(words.restored(shorter) == arguments)
        #expect(Array(shorter.prefix(2)) == ["-t", "1s"])
    }

    @Test("few words are left alone")
    func few() {
        var words = GatheredWords()
        #expect(words.gather(["a", "b", "80"]) == ["a", "b", "80"])
    }
}
