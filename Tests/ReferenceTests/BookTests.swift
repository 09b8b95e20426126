import Testing

@testable import Reference

/// Rules that hold for every page.
@Suite("Pages of the reference")
struct BookTests {
    static let book = ReferenceBook.standard

    @Test("every page is complete in both languages", arguments: Language.allCases)
    func isComplete(_ language: Language) throws {
        #expect(Self.book.pages.count > 250)
        for page in Self.book.pages {
            let text = try #require(page.text(in: language), "\(page.title) lacks \(language)")
            #expect(!text.meaning.isEmpty, "\(page.title)")
            #expect(!page.source.isEmpty, "\(page.title) names no source")
            #expect(!page.related.isEmpty, "\(page.title) leads nowhere")
            #expect(!text.summary.isEmpty, "\(page.title)")
            // What one language says, the other says too.
            for other in Language.allCases {
                let twin = try #require(page.text(in: other), "\(page.title) lacks \(other)")
                #expect(twin.meaning.count == text.meaning.count, "\(page.title)")
                #expect((twin.causes == nil) == (text.causes == nil), "\(page.title): causes")
                #expect((twin.next == nil) == (text.next == nil), "\(page.title): next")
            }
        }
    }

    @Test("what asks for action says the cause and the next step")
    func advises() throws {
        let kinds: Set<Page.Kind> = [.state, .reason, .listener, .icmp, .errno, .connState, .verdict, .exitCode]
        for page in Self.book.pages where kinds.contains(page.kind) {
            #expect(page.text(in: .en)?.causes != nil, "\(page.title) names no cause")
            #expect(page.text(in: .en)?.next != nil, "\(page.title) names no next step")
        }
    }

    @Test("related words lead to a page")
    func relations() {
        for page in Self.book.pages {
            for word in page.related {
                let isKnown = !Self.book.answers(to: [word]).contains(where: \.isUnknown)
                #expect(isKnown, "\(page.title) leads to \(word)")
            }
        }
    }

    @Test("English is ASCII, Chinese is Chinese and both end their sentences")
    func languages() throws {
        for page in Self.book.pages {
            let english = try #require(page.text(in: .en))
            let chinese = try #require(page.text(in: .zh))
            for words in english.meaning + [english.causes, english.next].compactMap({ $0 }) {
                #expect(words.utf8.allSatisfy { $0 < 0x80 }, "\(page.title): \(words)")
                #expect(words.hasSuffix(".") || words.hasSuffix("?"), "\(page.title): \(words)")
            }
            for words in chinese.meaning + [chinese.causes].compactMap({ $0 }) {
                #expect(words.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(page.title): \(words)")
                #expect(words.hasSuffix("。") || words.hasSuffix("？") || words.hasSuffix("==31。"), "\(page.title): \(words)")
            }
        }
    }

    @Test("commands that pages name exist as they are written")
    func commands() {
        let known: Set<Substring> = [
            "probe", "echo", "connect", "addrs", "sockets", "capture", "trace", "explain", "serve", "get", "demo", "COMMAND",
        ]
        for page in Self.book.pages {
            for language in Language.allCases {
                let text = page.text(in: language)
                for words in (text?.meaning ?? []) + [text?.causes ?? "", text?.next ?? ""] {
                    for match in words.matches(of: #/\bsonde ([a-zA-Z]+)\b/#)
                    where !["repeats", "prints", "reports", "recognizes", "sends", "does", "at", "tells"].contains(match.1) {
                        #expect(known.contains(match.1), "\(page.title): \(words)")
                    }
                }
            }
        }
    }

    @Test("a title leads to its own page first")
    func titles() {
        for page in Self.book.pages {
            #expect(Self.book.pages(named: page.title).contains { $0.title == page.title })
        }
        #expect(Set(Self.book.pages.map(\.title)).count == Self.book.pages.count)
    }
}
