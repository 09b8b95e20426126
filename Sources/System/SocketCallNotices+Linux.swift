import CNetwork
package import SystemPackage

/// The connects and listens of this process's later children, each stopped by the kernel until it is continued (seccomp_unotify(2)).
///
/// Needs CAP_SYS_ADMIN, or takes from the children the way to new privilege (no_new_privs).
package final class SocketCallNotices {
    private let listener: Descriptor

    package init() throws(Errno) { listener = Descriptor(owning: try systemCall { cnet_notice_socket_calls() }) }

    /// Readable when a call waits.
    package var borrowed: BorrowedDescriptor { listener.borrowed }

    package enum Kind: Sendable {
        case connect
        case listen
        /// A send that connects: TCP Fast Open.
        case send
    }

    package struct Notice: ~Copyable {
        package let kind: Kind
        /// The address that a connect was given; `nil` where it can't be read.
        package let peer: SocketAddress?
        /// The caller's TCP socket; `nil` where it is none, or where the process may not be looked into.
        package let socket: Descriptor?
        /// Whether this process may not look into the caller.
        package let isHidden: Bool
        fileprivate let id: UInt64

        package consuming func intoSocket() -> Descriptor? { socket }
    }

    /// Takes the next call; `nil` where its caller has gone.
    package func take() -> Notice? {
        var raw = cnet_socket_notice()
        // Safe: the call fills the structure that it is lent.
        guard (try? systemCall { unsafe cnet_notice_take(listener.number, &raw) }) != nil else { return nil }
        let kind: Kind =
            switch UInt32(raw.call) {
            case CNET_CALL_CONNECT.rawValue: .connect
            case CNET_CALL_LISTEN.rawValue: .listen
            default: .send
            }
        var peer: SocketAddress?
        if raw.address_length > 0 {
            var address = RawSocketAddress()
            address.storage = raw.address
            address.length = raw.address_length
            peer = address.address
        }
        let number = unsafe cnet_notice_descriptor(listener.number, &raw)
        let error = Errno.latest
        guard number >= 0 else {
            let isHidden = error == .notPermitted || error == .permissionDenied
            return Notice(kind: kind, peer: peer, socket: nil, isHidden: isHidden, id: raw.id)
        }
        let descriptor = Descriptor(owning: number)
        let isTCP = cnet_is_tcp_socket(number) != 0
        return Notice(kind: kind, peer: peer, socket: isTCP ? consume descriptor : nil, isHidden: false, id: raw.id)
    }

    /// Lets the caller go on.
    package func `continue`(_ notice: borrowing Notice) { cnet_notice_continue(listener.number, notice.id) }
}
