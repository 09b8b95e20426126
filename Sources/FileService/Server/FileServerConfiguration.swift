package import Addresses
package import Serving
package import SondeSystem

/// What a file server is to do.
package struct FileServerConfiguration: Sendable {
    package var listeners: [ListenRequest]
    package var options = ListenOptions()
    package var maximumClients = 1000
    /// A client that neither asks nor takes anything for so long is let go.
    package var idleTimeout = Nanoseconds.seconds(60)
    package var allowed: [IPPrefix] = []

    package init(listeners: [ListenRequest]) {
        self.listeners = listeners
    }
}
