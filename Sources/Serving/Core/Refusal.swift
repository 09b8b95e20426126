/// Why a client was turned away.
package enum Refusal: String, Sendable {
    case notAllowed = "not-allowed"
    case tooManyClients = "max-clients"
}
