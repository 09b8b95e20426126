/// The name that was most likely meant; `nil` where none is near enough: one edit per three letters, and not all of them.
package func nearestName(to word: String, in names: some Sequence<String>) -> String? {
    // An option that was cut short is not one that was mistyped.
    let longer = names.filter { $0.hasPrefix(word) }
    if longer.count == 1, word.count > 2 { return longer[0] }
    // Capitals are no edits.
    let letters = Array(word.lowercased())
    let nearest = names.map { (name: $0, distance: editDistance(letters, Array($0.lowercased()))) }.min {
        $0.distance < $1.distance
    }
    guard let nearest, nearest.distance <= (word.count + 2) / 3, nearest.distance < word.count else { return nil }
    return nearest.name
}

/// How many insertions, deletions, substitutions and swaps of neighbours turn one text into the other (optimal string alignment).
private func editDistance(_ one: [Character], _ other: [Character]) -> Int {
    var rows = [Array(0...other.count)]
    for i in one.indices {
        var row = [i + 1]
        for j in other.indices {
            var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (one[i] == other[j] ? 0 : 1))
            if i > 0, j > 0, one[i] == other[j - 1], one[i - 1] == other[j] { least = min(least, rows[i - 1][j - 1] + 1) }
            row.append(least)
        }
        rows.append(row)
    }
    return rows[one.count][other.count]
}
