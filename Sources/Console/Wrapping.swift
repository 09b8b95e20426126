/// Breaks a text between words into lines of at most `limit` columns.
///
/// - Parameter breaksWords: whether a word that is longer than a line is broken inside; if not, it gets a line to itself.
/// - Returns: no line where there is no word.
package func wrapped(_ text: String, columns limit: Int, breaksWords: Bool = true) -> [String] {
    let limit = max(1, limit)
    var lines: [String] = []
    var line = ""
    var used = 0
    func end() {
        if used > 0 { lines.append(line) }
        line = ""
        used = 0
    }
    // Several blanks in a row stay, where the line is not broken there.
    var blanks = 0
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
        guard !word.isEmpty else {
            blanks += 1
            continue
        }
        for unit in units(of: word) {
            let columns = displayWidth(unit)
            if used > 0, used + blanks + columns <= limit {
                line += String(repeating: " ", count: blanks) + unit
                used += blanks + columns
                blanks = 0
                continue
            }
            end()
            for scalar in unit.unicodeScalars {
                let columns = displayWidth(of: scalar)
                if breaksWords, used > 0, used + columns > limit { end() }
                line.unicodeScalars.append(scalar)
                used += columns
            }
            blanks = 0
        }
        blanks = 1
    }
    end()
    return lines
}

/// The parts of a word between which a line may end: Chinese is written without blanks, so each wide character is one.
///
/// Closing punctuation begins no line and opening punctuation ends none.
private func units(of word: Substring) -> [Substring] {
    guard word.utf8.contains(where: { $0 >= 0xE2 }) else { return [word] }
    var units: [Substring] = []
    var start = word.startIndex
    var previous: Unicode.Scalar?
    for index in word.unicodeScalars.indices {
        let scalar = word.unicodeScalars[index]
        defer { previous = scalar }
        guard let previous, displayWidth(of: previous) == 2 || displayWidth(of: scalar) == 2 else { continue }
        guard !"，。；：、？！）》」”…".unicodeScalars.contains(scalar), !"（《「“".unicodeScalars.contains(previous) else { continue }
        guard displayWidth(of: scalar) > 0 else { continue }
        units.append(word[start..<index])
        start = index
    }
    return units + [word[start...]]
}

/// Returns a name that fits in `limit` columns: its middle gives way to an ellipsis, since addresses differ most at their ends.
package func shortened(_ name: String, columns limit: Int, ellipsis: String = "…") -> String {
    guard displayWidth(name) > limit else { return name }
    let room = limit - displayWidth(ellipsis)
    guard room > 1 else { return String(name.unicodeScalars.prefix(max(0, limit)).map(Character.init)) }
    let head = prefix(of: name.unicodeScalars, columns: room * 2 / 5)
    let tail = prefix(of: name.unicodeScalars.reversed(), columns: room - displayWidth(head))
    return head + ellipsis + String(String.UnicodeScalarView(tail.unicodeScalars.reversed()))
}

private func prefix(of scalars: some Sequence<Unicode.Scalar>, columns limit: Int) -> String {
    var kept = ""
    var used = 0
    for scalar in scalars {
        let columns = displayWidth(of: scalar)
        guard used + columns <= limit else { break }
        kept.unicodeScalars.append(scalar)
        used += columns
    }
    return kept
}
