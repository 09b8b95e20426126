internal import Addresses
internal import SondeSystem

extension [IPPrefix] {
    /// Whether a client may be served: everybody where nothing is listed. Who reaches a Unix socket was let in by its file's mode.
    func contains(_ peer: SocketAddress) -> Bool {
        guard !isEmpty, let address = peer.endpoint?.address.unmapped else { return true }
        return contains { $0.contains(address) }
    }
}
