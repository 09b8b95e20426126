package import Console

extension Page.Kind {
    /// The sort of word in words, and the command that prints it.
    package func words(in language: Language) -> String {
        let isChinese = language == .zh
        return switch self {
        case .state: isChinese ? "端口状态（sonde probe）" : "state of a port (sonde probe)"
        case .reason: isChinese ? "判断理由（sonde probe）" : "reason for a state (sonde probe)"
        case .listener: isChinese ? "本机套接字的说明（sonde probe）" : "what this machine's own sockets say (sonde probe)"
        case .after: isChinese ? "连接被接受之后（sonde probe）" : "what followed the accept (sonde probe)"
        case .icmp: isChinese ? "ICMP 差错" : "ICMP error"
        case .errno: isChinese ? "系统错误号 errno" : "error number of a system call"
        case .connState: isChinese ? "连接状态 conn_state（sonde capture，Zeek）" : "conn_state (sonde capture, Zeek)"
        case .history: isChinese ? "history 字母（sonde capture，Zeek）" : "letter of a history (sonde capture, Zeek)"
        case .step: isChinese ? "握手或挥手的步骤（sonde capture）" : "step of a handshake or close (sonde capture)"
        case .flag: isChinese ? "TCP 标志位" : "TCP flag"
        case .option: isChinese ? "TCP 选项" : "TCP option or header field"
        case .exitCode: isChinese ? "退出码" : "exit code"
        case .verdict: isChinese ? "连接的结论（sonde capture）" : "verdict on a connection (sonde capture)"
        case .note: isChinese ? "报文段的注释（sonde capture）" : "note on a segment (sonde capture)"
        case .socketState: isChinese ? "套接字状态（sonde sockets）" : "state of a socket (sonde sockets)"
        case .reach: isChinese ? "可达范围（sonde sockets）" : "from where a socket is reached (sonde sockets)"
        case .ending: isChinese ? "连接如何结束（sonde echo、serve、connect）" : "how a connection ended (sonde echo, serve, connect)"
        case .refusal: isChinese ? "拒绝客户端的原因（sonde echo、serve）" : "why a client is refused (sonde echo, serve)"
        case .interface: isChinese ? "接口与地址（sonde addrs）" : "interface or address (sonde addrs)"
        case .completeness: isChinese ? "完整度 completeness（sonde capture，Wireshark）" : "completeness (sonde capture, Wireshark)"
        case .question: isChinese ? "常见问题" : "question"
        }
    }
}

/// The headings of a page.
private enum Heading: CaseIterable {
    case means, causes, next, source, related

    func words(in language: Language) -> String {
        let isChinese = language == .zh
        return switch self {
        case .means: isChinese ? "含义" : "means"
        case .causes: isChinese ? "原因" : "causes"
        case .next: isChinese ? "下一步" : "next"
        case .source: isChinese ? "出处" : "source"
        case .related: isChinese ? "另见" : "see"
        }
    }
}

extension Page {
    package func write(in language: Language, into text: inout TextBuffer, width: Int?, _ palette: Palette) {
        text.append(escaped: title, .strong, palette)
        text.append("  ")
        text.append(escaped: kind.words(in: language), .faint, palette)
        text.append("\n")
        let page = self.text(in: language) ?? Text()
        for (number, paragraph) in page.meaning.enumerated() {
            write(number == 0 ? Heading.means.words(in: language) : "", paragraph, &text, width, palette)
        }
        let parts: [(Heading, String?)] = [
            (.causes, page.causes), (.next, page.next), (.source, source),
            (.related, related.isEmpty ? nil : related.joined(separator: language == .zh ? "、" : ", ")),
        ]
        for (heading, words) in parts {
            if let words { write(heading.words(in: language), words, &text, width, palette) }
        }
    }

    private func write(_ heading: String, _ words: String, _ text: inout TextBuffer, _ width: Int?, _ palette: Palette) {
        let marker = heading.isEmpty ? "" : "  " + heading + String(repeating: " ", count: max(0, 8 - displayWidth(heading)))
        text.append(prose: words, marker: marker, indent: 10, width: width, .plain, palette)
    }

    /// One object, with its line ended.
    package func writeJSON(word: String, in language: Language, into text: inout TextBuffer) {
        let page = self.text(in: language) ?? Text()
        text.append(json: { writer in
            writer.beginObject()
            writer.field("type", literal: "explanation")
            writer.field("word", word)
            writer.field("title", title)
            writer.field("kind", kind.rawValue)
            writer.field("names", names)
            writer.field("language", language.rawValue)
            writer.field("summary", page.summary)
            writer.field("means", page.meaning.joined(separator: "\n"))
            writer.field("causes", page.causes)
            writer.field("next", page.next)
            writer.field("source", source)
            writer.field("see", related)
            writer.null("letters")
            writer.endObject()
            writer.endLine()
        })
    }
}

extension HistoryReading {
    package func write(
        in language: Language,
        as format: LadderFormat,
        into text: inout TextBuffer,
        width: Int?,
        _ palette: Palette
    ) {
        text.append(escaped: word, .strong, palette)
        text.append("  ")
        text.append(escaped: language == .zh ? "history（sonde capture，Zeek）" : "history (sonde capture, Zeek)", .faint, palette)
        text.append("\n")
        ladder(in: language).render(format, into: &text, width: width, palette)
        text.append(
            prose: language == .zh
                ? "大写字母来自发起方，小写字母来自响应方。每种字母每方通常只记一次；SYN、FIN、RST 序号不同时再记，C、G、T、W 在第 1、10、100…… 次时记录。"
                : "Upper case is the originator, lower case the responder. Each side's letter appears once, as a rule; S, F and R again if the "
                    + "sequence number differs, and C, G, T and W at the 1st, 10th, 100th time.",
            indent: 2,
            width: width,
            .faint,
            palette
        )
        text.append(
            prose: language == .zh ? "单个字母的说明：sonde explain S" : "Read about one letter: sonde explain \(letters[0].character)",
            marker: "→ ",
            indent: 4,
            width: width,
            .plain,
            palette
        )
    }

    package func writeJSON(in language: Language, into text: inout TextBuffer) {
        text.append(json: { writer in
            writer.beginObject()
            writer.field("type", literal: "explanation")
            writer.field("word", word)
            writer.field("title", word)
            writer.field("kind", literal: "history")
            writer.field("names", [word])
            writer.field("language", language.rawValue)
            for name in ["summary", "means", "causes", "next"] as [StaticString] { writer.null(name) }
            writer.field("source", letters[0].page.source)
            writer.field("see", [String]())
            writer.beginArray("letters")
            for letter in letters {
                writer.beginObject()
                writer.field("letter", String(letter.character))
                writer.field("side", letter.isFromOriginator.map { $0 ? "orig" : "resp" })
                writer.field("means", letter.page.text(in: language)?.summary)
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
            writer.endLine()
        })
    }
}

extension Answer {
    package func write(
        in language: Language,
        as format: LadderFormat,
        into text: inout TextBuffer,
        width: Int?,
        _ palette: Palette
    ) {
        switch self {
        case .pages(_, let pages):
            for (number, page) in pages.enumerated() {
                if number > 0 { text.append("\n") }
                page.write(in: language, into: &text, width: width, palette)
            }
        case .history(let reading): reading.write(in: language, as: format, into: &text, width: width, palette)
        case .unknown: break
        }
    }

    package func writeJSON(in language: Language, into text: inout TextBuffer) {
        switch self {
        case .pages(let word, let pages): for page in pages { page.writeJSON(word: word, in: language, into: &text) }
        case .history(let reading): reading.writeJSON(in: language, into: &text)
        case .unknown: break
        }
    }
}
