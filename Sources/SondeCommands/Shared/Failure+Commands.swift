import Failures

/// A command that does not exist.
extension Failure {
    /// - Parameter commands: the names of each command, its own name first.
    init(noCommand name: String, commands: [[String]]) {
        let list = commands.map { $0.count > 1 ? "\($0[0]) (\($0.dropFirst().joined(separator: ", ")))" : $0[0] }
        let all = "commands: \(list.joined(separator: ", "))"
        let message = "\"\(name)\": no such command"
        if name == "version" {
            self.init(.usage, message, next: "use sonde --version")
        } else if let near = nearestName(to: name, in: commands.joined()) {
            self.init(.usage, message, next: "did you mean \(near)?", all)
        } else {
            self.init(.usage, message, next: all)
        }
    }
}

/// The name that was most likely meant; `nil` where none is near enough: one edit per three letters.
func nearestName(to word: String, in names: some Sequence<String>) -> String? {
    let nearest = names.map { (name: $0, distance: editDistance(Array(word), Array($0))) }.min { $0.distance < $1.distance }
    guard let nearest, nearest.distance <= (word.count + 2) / 3 else { return nil }
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
