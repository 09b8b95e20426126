/// Splits a command line as bash gives it into words, as far as quotes and backslashes decide; nothing is expanded.
///
/// - Returns: the words; the last one is the word at the end of the text, empty behind a blank.
package func shellWords(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isBegun = false
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
            if isBegun { words.append(word) }
            (word, isBegun) = ("", false)
        } else {
            word.append(character)
            isBegun = true
        }
    }
    return words + [word]
}
