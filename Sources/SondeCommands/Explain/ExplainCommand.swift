import Arguments
import Console
import Failures
import RawText
import Reference
import SondeSystem
import SystemPackage
import Terminal

/// `sonde explain`: what the words mean that sonde prints.
struct ExplainCommand: Command {
    static let description = CommandDescription(
        "explain",
        abstract: "Explain a word that sonde prints: what it means, what causes it, what to do next.",
        summary: "Explain a word that sonde prints",
        usage: "[<options>] [<word> ...]",
        discussion: """
            A word is a state, a reason, an errno by name or number, an ICMP type and code, a conn_state, a history, a step, a flag, an \
            option, an exit code, a verdict or a note; or a question such as "why three". Works offline.

            What a reason means:
              sonde explain admin-prohibited
            A history of Zeek, letter by letter:
              sonde explain ShADadFf
            """,
        usualOptions: ["--list", "--lang", "--json"]
    )

    @Flag("--list", help: "List every page with its first sentence; with words, the pages that contain all of them.")
    var list = false

    @Option("--lang", value: "language", help: "Language of the pages: en or zh (default: as the locale says).")
    var lang: Language?

    @Flag("--manual", help: nil)
    var manual = false

    @OptionGroup var output: OutputOptions

    @Argument("word", help: "What to explain.")
    var words: [String] = []

    func validate() throws {
        if words.isEmpty && !list && !manual {
            throw ValidationError(
                "no word given",
                next: "name one: sonde explain no-response",
                "see all of them: sonde explain --list"
            )
        }
    }

    func run() throws {
        let book = ReferenceBook.standard
        let language = lang ?? Language(environment: Process.environment)
        var standard = Output.standard()
        if manual {
            book.writeManual(into: &standard.text)
        } else if list {
            let pages = book.pages(containing: words, in: language)
            if output.json {
                for page in pages { page.writeJSON(word: page.title, in: language, into: &standard.text) }
            } else {
                book.writeList(of: pages, in: language, into: &standard.text, width: Terminal.outputWidth, output.palette)
            }
            try standard.flush()
            if pages.isEmpty { throw ExitStatus.negative }
        } else {
            try explain(book.answers(to: words), book, language, &standard)
        }
        try standard.flush()
    }

    /// Writes the pages that exist before it fails for a word without one.
    private func explain(_ answers: [Answer], _ book: ReferenceBook, _ language: Language, _ standard: inout Output) throws {
        var unknown: [String] = []
        var isFirst = true
        for answer in answers {
            let answer = answer.orErrno
            guard !answer.isUnknown else {
                unknown.append(answer.word)
                continue
            }
            if output.json {
                answer.writeJSON(in: language, into: &standard.text)
            } else {
                if !isFirst { standard.text.append("\n") }
                let format = Terminal.usesUTF8 ? LadderFormat.text : .ascii
                answer.write(in: language, as: format, into: &standard.text, width: Terminal.outputWidth, output.palette)
            }
            isFirst = false
        }
        try standard.flush()
        guard let first = unknown.first else { return }
        throw Failure(noPage: first, nearest: book.nearestWords(to: first, by: { nearestName(to: $0, in: $1) }))
    }
}

extension Language: ArgumentValue {}

extension Answer {
    /// An error number of the system that has no page of its own gets one with the system's words.
    fileprivate var orErrno: Answer {
        guard case .unknown(let word) = self else { return self }
        let name = word.uppercased().exchanging("ERRNO ", for: "")
        let number = (1...133).first { "\($0)" == name || Errno(rawValue: Int32($0)).name == name }
        guard let number else { return self }
        let errno = Errno(rawValue: Int32(number))
        return .pages(word: word, [Page(errno: errno.name, number: number, words: errno.description)])
    }
}
