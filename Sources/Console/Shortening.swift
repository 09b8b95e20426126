/// Texts cut to a width so that those that differ still do, as far as that is possible.
///
/// An ellipsis replaces what is cut: in the middle, at one end, or around the part that differs. Texts that fit stay whole.
func shortened(_ texts: Set<String>, columns limit: Int) -> [String: String] {
    let long = texts.filter { displayWidth($0) > limit }.map(Array.init)
    guard let first = long.first, limit > 0 else { return [:] }
    var cuts = tails(limit).map { tail in long.map { $0.cut(head: limit - 1 - tail, tail: tail) } }
    let differing = differingPart(of: long, first)
    cuts.append(long.map { $0.cut(to: differing, columns: limit) })
    var best = cuts[0]
    for cut in cuts where Set(cut).count > Set(best).count { best = cut }
    return Dictionary(uniqueKeysWithValues: zip(long.map { String($0) }, best))
}

/// The fewest columns, from `least` and less than `most`, at which `shortened` keeps the texts apart; `most` if there are none.
func leastDistinctWidth(_ texts: Set<String>, from least: Int, to most: Int) -> Int {
    (least..<max(least, most)).first { width in
        let short = shortened(texts, columns: width)
        return Set(short.values).count == short.count
    } ?? most
}

/// The columns behind the ellipsis that are tried in turn.
private func tails(_ limit: Int) -> [Int] { [limit / 2, limit / 4, limit - 1 - limit / 4, limit - 1, 0] }

/// How many characters all texts have in common at their beginning, and at their end behind that.
private func differingPart(of texts: [[Character]], _ first: [Character]) -> (prefix: Int, suffix: Int) {
    var (prefix, suffix) = (first.count, first.count)
    for text in texts {
        prefix = zip(first, text).prefix(prefix, while: { $0 == $1 }).count
        suffix = zip(first.reversed(), text.reversed()).prefix(suffix, while: { $0 == $1 }).count
    }
    let shortest = texts.map(\.count).min() ?? 0
    return (prefix, min(suffix, shortest - prefix))
}

extension [Character] {
    fileprivate func cut(head: Int, tail: Int) -> String { start(columns: head) + "…" + end(columns: tail) }

    /// The part between what all texts have in common, with as much around it as fits.
    fileprivate func cut(to part: (prefix: Int, suffix: Int), columns limit: Int) -> String {
        let before = self[..<part.prefix]
        let middle = self[part.prefix..<Swift.max(part.prefix, count - part.suffix)]
        let after = Array(self[middle.endIndex...])
        let room = Swift.max(0, limit - 2 - displayWidth(String(middle)))
        let end = after.start(columns: room / 2)
        let start = Array(before).end(columns: room - displayWidth(end))
        let text = "…" + start + String(middle) + end
        return end.count == after.count ? text : text + "…"
    }

    private func start(columns limit: Int) -> String {
        var used = 0
        return String(
            prefix { character in
                used += displayWidth(String(character))
                return used <= limit
            }
        )
    }

    private func end(columns limit: Int) -> String {
        var used = 0
        let count = reversed().prefix { character in
            used += displayWidth(String(character))
            return used <= limit
        }.count
        return String(suffix(count))
    }
}

extension Sequence {
    /// The elements before the first that does not satisfy `condition`, at most `limit`.
    fileprivate func prefix(_ limit: Int, while condition: (Element) -> Bool) -> [Element] {
        Array(prefix(limit).prefix(while: condition))
    }
}
