import Testing

@Suite("Pictures of the README", .sideBySide)
struct PictureTests {
    /// The calls of `draw` in the script: name, capture, filter.
    private static let drawn: [[String]] = Repository.text(of: "scripts/write-pictures.sh").split(separator: "\n")
        .filter { $0.hasPrefix("draw ") }.map { line in
            let words = line.split(separator: "'").map(String.init)
            return words[0].split(separator: " ").dropFirst().map(String.init) + [words[1]]
        }

    @Test("are what sonde draws now")
    func current() async throws {
        #expect(Self.drawn.map { "\($0[0]).svg" }.sorted() == Repository.names(in: "docs/pictures"))
        for picture in Self.drawn {
            let capture = "\(Repository.root)/Tests/Corpus/\(picture[1]).pcap"
            let outcome = try await Command.sonde("capture", "-r", capture, "--ladder", "--format", "svg", picture[2])
                .environment(["TZ": "UTC"]).run()
            #expect(outcome.output == Repository.text(of: "docs/pictures/\(picture[0]).svg"), "stale: run make pictures")
        }
    }

    @Test("are in both READMEs", arguments: ["README.md", "README.zh.md"])
    func shown(file: String) {
        for picture in Self.drawn {
            #expect(Repository.text(of: file).contains("(docs/pictures/\(picture[0]).svg)"), "\(picture[0])")
        }
    }
}
