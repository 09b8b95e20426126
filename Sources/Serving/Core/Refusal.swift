/// Why a client was turned away, or a datagram was not answered.
package enum Refusal: String, Sendable, CaseIterable {
    case notAllowed = "not-allowed"
    case tooManyClients = "max-clients"
    /// Its source port belongs to a service that would answer the answer.
    case servicePort = "service-port"
    /// It came from this server, or is the answer of another echo server.
    case loop
    /// It was sent to a broadcast or multicast address.
    case group
}
