internal import Addresses
package import SondeSystem

/// What an echo server does with what it hears.
package struct EchoConfiguration: Sendable {
    package enum Answer: Hashable, Sendable {
        /// The same bytes.
        case echo
        /// Nothing (RFC 863).
        case discard
        /// These bytes for each line of a stream and for each datagram.
        case fixed([UInt8])

        /// How much may be read at once so that the answer fits a buffer of this size: each byte may be a line.
        func readLimit(buffer size: Int) -> Int {
            if case .fixed(let text) = self { max(1, size / max(1, text.count)) } else { size }
        }
    }

    package var server: ServerConfiguration
    package var answer = Answer.echo
    package var threads = 1
    /// How long each answer is held back.
    package var delay: Nanoseconds?
    /// The line that ends a connection.
    package var quitWord: String?
    /// Whether `EchoEvent.received` is reported.
    package var reportsData = false

    /// The most bytes of a UDP answer: together with its headers three times what the question took, unless `--allow` says who may
    /// ask. A forged question thus gains little (RFC 9000 section 8.1 has the same factor).
    func longestAnswer(to length: Int, from peer: SocketAddress) -> Int {
        guard server.allowed.isEmpty, let endpoint = peer.endpoint else { return .max }
        let headers = endpoint.address.family == .v4 ? 28 : 48
        return Self.amplification * (headers + length) - headers
    }

    private static let amplification = 3

    package init(_ server: ServerConfiguration) {
        self.server = server
    }
}
