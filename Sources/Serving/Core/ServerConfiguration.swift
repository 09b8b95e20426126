package import Addresses
package import SondeSystem

/// What is common to all services: where they listen, and whom they serve for how long.
package struct ServerConfiguration: Sendable {
    package var listeners: [ListenRequest]
    package var options = ListenOptions()
    package var maximumClients = Int.max
    /// How long a connection may be idle; `nil`: for ever.
    package var idleTimeout: Nanoseconds?
    /// Who may connect; everybody where it is empty.
    package var allowed: [IPPrefix] = []
    /// Serves one client, or answers one datagram, and ends.
    package var servesOnce = false

    package init(listeners: [ListenRequest]) {
        self.listeners = listeners
    }
}
