/// Why a server refused a client.
package enum Refusal: String, Sendable {
    case notAllowed = "not-allowed"
    case tooManyClients = "max-clients"
}
