package import Console
import RawText

extension ReferenceBook {
    /// sonde-reasons(7) in mdoc(7): the pages in English, one section per kind.
    package func writeManual(into text: inout TextBuffer) {
        text.append(
            """
            .\\" Generated from Sources/Reference/Pages: scripts/write-reasons.sh.
            .Dd November 26, 2026
            .Dt SONDE-REASONS 7
            .Os
            .Sh NAME
            .Nm sonde-reasons
            .Nd the words that sonde prints, and what they mean
            .Sh DESCRIPTION
            Each word that
            .Xr sonde 1
            prints has a page.
            .Xr sonde-explain 1
            shows the page of one word, also in Chinese.

            """
        )
        for kind in Page.Kind.allCases {
            let members = pages.filter { $0.kind == kind }
            guard !members.isEmpty else { continue }
            text.append(trusted: ".Sh \(kind.words(in: .en).uppercased())\n.Bl -tag -width Ds\n")
            for page in members { page.writeManual(into: &text) }
            text.append(".El\n")
        }
        text.append(
            """
            .Sh SEE ALSO
            .Xr sonde 1 ,
            .Xr sonde-capture 1 ,
            .Xr sonde-explain 1 ,
            .Xr sonde-probe 1

            """
        )
    }
}

extension Page {
    fileprivate func writeManual(into text: inout TextBuffer) {
        text.append(trusted: ".It \(Self.roff(title))\n")
        let page = self.text(in: .en) ?? Text()
        for (number, paragraph) in page.meaning.enumerated() {
            if number > 0 { text.append(".Pp\n") }
            Self.write(paragraph, into: &text)
        }
        if let causes = page.causes {
            text.append(".Pp\n")
            Self.write("Causes: " + causes, into: &text)
        }
        if let next = page.next {
            text.append(".Pp\n")
            Self.write("Next: " + next, into: &text)
        }
        text.append(".Pp\n")
        Self.write("Source: \(source).", into: &text)
    }

    /// One sentence per line, none longer than roff's style asks for.
    private static func write(_ paragraph: String, into text: inout TextBuffer) {
        var sentence = ""
        func end() {
            for line in wrapped(sentence, columns: 78, breaksWords: false) { text.append(trusted: roff(line) + "\n") }
            sentence = ""
        }
        for word in paragraph.split(separator: " ") {
            sentence += (sentence.isEmpty ? "" : " ") + word
            if word.hasSuffix(".") { end() }
        }
        end()
    }

    /// Text that roff reads as it is.
    private static func roff(_ line: String) -> String {
        let line = line.exchanging("\\", for: "\\e").exchanging("-", for: "\\-")
        return line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
    }
}
