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

    package init(_ server: ServerConfiguration) {
        self.server = server
    }
}
