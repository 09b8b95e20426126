package import SondeSystem
internal import SystemPackage

/// A connection with one of the addresses that were tried.
package struct EstablishedConnection: ~Copyable {
    package let descriptor: Descriptor
    package let peer: SocketAddress
    /// From the first SYN of any attempt.
    package let elapsed: Nanoseconds
    /// The attempts that failed before.
    package let failed: [FailedAttempt]
}

extension EstablishedConnection {
    /// The socket, to be used by itself.
    package consuming func intoDescriptor() -> Descriptor { descriptor }

    /// A datagram socket that sends to `address` and hears it alone. Nothing is sent yet.
    package static func datagram(to address: SocketAddress) throws(ConnectError) -> EstablishedConnection {
        let started = MonotonicTime.now
        do throws(Errno) {
            guard let raw = RawSocketAddress(address) else { throw Errno.fileNameTooLong }
            let descriptor = try Descriptor.socket(domain: address.domain, .datagram)
            let socket = descriptor.borrowed
            // A Unix socket without a name can't be answered: the kernel gives it one (unix(7), autobind).
            if address.endpoint == nil, let unnamed = RawSocketAddress(.unix(path: "")) { try socket.bind(to: unnamed) }
            if let errno = socket.connect(to: raw) { throw errno }
            return EstablishedConnection(descriptor: descriptor, peer: address, elapsed: .now - started, failed: [])
        } catch {
            throw ConnectError(attempts: [FailedAttempt(address: address, errno: error, queuedError: nil)])
        }
    }
}
