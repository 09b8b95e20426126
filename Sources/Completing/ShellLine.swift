/// A command line as bash gives it, split into words as far as quotes, backslashes and redirections decide; nothing is expanded.
struct ShellLine: Hashable {
    /// Without redirections; the last one is the word at the end of the text, empty behind a blank.
    private(set) var words: [String] = []
    /// Whether the last word is the file of a redirection.
    private(set) var isRedirected = false

    private var word = ""
    private var isBegun = false

    init(_ text: String) {
        var quote: Character?
        var isEscaped = false
        for character in text {
            if isEscaped {
                word.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
                isBegun = true
            } else if let open = quote {
                if character == open { quote = nil } else { word.append(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                isBegun = true
            } else if character == " " || character == "\t" || character == "\n" {
                endWord()
            } else if character == "<" || character == ">" {
                // A number before it is a descriptor.
                if !word.allSatisfy(\.isNumber), word != "&" { endWord() }
                (word, isBegun, isRedirected) = ("", false, true)
            } else if isRedirected, !isBegun, character == "&" || character == "|" {
                continue
            } else {
                word.append(character)
                isBegun = true
            }
        }
        words.append(word)
    }

    private mutating func endWord() {
        guard isBegun else { return }
        if !isRedirected { words.append(word) }
        (word, isBegun, isRedirected) = ("", false, false)
    }
}
