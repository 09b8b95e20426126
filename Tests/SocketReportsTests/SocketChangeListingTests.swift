import Addresses
import Console
import Interfaces
import SondeSystem
import Testing

@testable import LocalSockets
@testable import SocketReports

@Suite("Lines of sockets --watch")
struct SocketChangeListingTests {
    static let socket = SocketListingTests.listener(80, at: .loopbackV4)
    static let passed = LocalSocket(.udp, .close, family: .v4, local: SocketAddress(.loopbackV4, port: 81), cookie: 6)

    static let cases: [(SocketChange, line: String, word: String)] = [
        (.opened(socket, [SocketListingTests.sshd]), "opened  80/tcp  127.0.0.1  -  sshd 812", "socket-opened"),
        (.closed(socket, [SocketListingTests.sshd]), "closed  80/tcp  127.0.0.1  sshd 812", "socket-closed"),
        (.passed(passed), "opened and closed  81/udp  127.0.0.1", "socket-passed"),
        (.lost(12), "notifications lost: 12, the differences follow", "notifications-lost"),
    ]

    @Test("one line and one object per change", arguments: cases)
    func lines(_ change: SocketChange, _ line: String, _ word: String) {
        let network = LocalNetwork([])
        let listing = SocketChangeListing(change, network) { _ in "root" }
        var text = TextBuffer()
        listing.writeLine(timeOfDay: "12:00:00.000001", into: &text, .plain)
        let written = text.string
        #expect(written == "12:00:00.000001  \(line.replacing("  -  ", with: "  nowhere: lo is down  "))\n")
        var json = TextBuffer()
        listing.writeJSON(time: 1.5, into: &json)
        let object = json.string
        #expect(
            object.hasPrefix(
                #"{"type":"change","time":1.500000,"change":"\#(word)","lost":\#(word == "notifications-lost" ? "12" : "null"),"transport":"#
            )
        )
        #expect(object.filter { $0 == "\n" }.count == 1)
    }
}
