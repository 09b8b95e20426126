import Console
import Testing

@testable import Reference

@Suite("sonde-reasons(7)")
struct ManualTests {
    @Test("contains every page once, and nothing that roff would read as a request")
    func pages() {
        var text = TextBuffer()
        ReferenceBook.standard.writeManual(into: &text)
        let lines = text.string.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.filter { $0.hasPrefix(".It ") }.count == ReferenceBook.standard.pages.count)
        let requests: Set<Substring> = [".\\\"", ".Dd", ".Dt", ".Os", ".Sh", ".Nm", ".Nd", ".Xr", ".Bl", ".El", ".It", ".Pp"]
        for line in lines where line.hasPrefix(".") || line.hasPrefix("'") {
            #expect(requests.contains(line.prefix { $0 != " " }), "\(line)")
        }
        #expect(!text.string.contains("\n\n"))
    }
}
