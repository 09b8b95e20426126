import Testing

@testable import FileService

@Suite("The hash of a file's content")
struct ContentHashTests {
    /// XXH64 with seed 0, as the xxhash tools give it.
    static let known: [(String, UInt64)] = [
        ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
        ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
    ]

    @Test("is XXH64", arguments: known)
    func vectors(text: String, hash: UInt64) {
        #expect(ContentHash.of(Array(text.utf8)) == hash)
    }

    @Test("is the same whatever the pieces")
    func pieces() {
        var random = SystemRandomNumberGenerator()
        for length in [0, 1, 31, 32, 33, 63, 64, 65, 100, 1000] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            for _ in 0..<20 {
                var hash = ContentHash()
                var start = 0
                while start < length {
                    let end = min(length, start + Int.random(in: 0...70, using: &random))
                    hash.update(bytes.span.extracting(start..<end))
                    start = end
                }
                #expect(hash.value == ContentHash.of(bytes), "\(bytes)")
            }
        }
    }

    @Test("its text reads back, and nothing else does")
    func text() {
        for value: UInt64 in [0, 1, 0xFFEE_DDCC_BBAA_9988, .max] {
            #expect(ContentHash.value(Array(ContentHash.text(value).utf8)) == value)
        }
        for text in ["", "0", "00000000000000000", "000000000000000g", "-000000000000001"] {
            #expect(ContentHash.value(Array(text.utf8)) == nil)
        }
    }
}

@Suite("Sorting the names of a folder")
struct NameWindowTests {
    /// All passes over the names.
    private func sorted(_ names: [[UInt8]], capacity: Int) -> (names: [[UInt8]], passes: Int) {
        var window = NameWindow(capacity: capacity)
        var (result, passes): ([[UInt8]], Int) = ([], 0)
        var isMore = true
        while isMore {
            for name in names.shuffled() { window.offer(name.span) }
            isMore = window.endPass { result.append($0) }
            passes += 1
        }
        return (result, passes)
    }

    @Test("gives every name once and in order, whatever the memory", arguments: [1, 100, 1000, 10_000, 1 << 20])
    func order(capacity: Int) {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20 {
            let count = Int.random(in: 0...200, using: &random)
            let names = Set(
                (0..<count).map { _ in
                    (0..<Int.random(in: 1...20, using: &random)).map { _ in UInt8.random(in: 97...100, using: &random) }
                }
            )
            let result = sorted(Array(names), capacity: capacity)
            #expect(result.names == names.sorted { $0.lexicographicallyPrecedes($1) })
            if capacity == 1 << 20 { #expect(result.passes == 1) }
        }
    }
}
