package import Console
package import Serving
package import SondeSystem

extension Refusal {
    /// Why a server refused a client.
    var words: StaticString {
        switch self {
        case .notAllowed: "address not allowed"
        case .tooManyClients: "client limit reached"
        case .servicePort: "no answer to the port of a service that answers in turn"
        case .loop: "no answer to an answer: loop of echo servers"
        case .group: "no answer to a broadcast or multicast"
        }
    }
}

extension EchoTotals {
    /// The status line: open clients, and bytes per second since `last`, `seconds` ago.
    package func rates(since last: EchoTotals, seconds: Double) -> String {
        var line = TextBuffer()
        line.append(grouped: Int(clamping: openClients))
        line.append(openClients == 1 ? " client  in " : " clients  in ")
        line.append(bytes: UInt64(Double(bytesIn &- last.bytesIn) / seconds))
        line.append("/s  out ")
        line.append(bytes: UInt64(Double(bytesOut &- last.bytesOut) / seconds))
        line.append("/s")
        return line.string
    }
}

extension TextBuffer {
    /// The warning of a server that has run out of descriptors, for standard error.
    package mutating func append(warning error: SystemError, _ palette: Palette) {
        let warning = "sonde: accept \(error.subject): \(error.errno.explained); new clients wait until a descriptor is free"
        append(escaped: warning, .doubtful, palette)
        append("\n")
    }
}
