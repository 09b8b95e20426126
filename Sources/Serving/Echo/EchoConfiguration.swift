package import Addresses
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

    package var listeners: [ListenRequest]
    package var options = ListenOptions()
    package var answer = Answer.echo
    package var threads = 1
    package var maximumClients = Int.max
    package var idleTimeout: Nanoseconds?
    /// Who may connect; everybody where it is empty.
    package var allowed: [IPPrefix] = []
    /// How long each answer is held back.
    package var delay: Nanoseconds?
    /// The line that ends a connection.
    package var quitWord: String?
    /// Serves one client, or answers one datagram, and ends.
    package var servesOnce = false
    /// Whether `EchoEvent.received` is told.
    package var reportsData = false

    package init(listeners: [ListenRequest]) {
        self.listeners = listeners
    }
}
