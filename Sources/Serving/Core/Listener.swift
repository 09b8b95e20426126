internal import Addresses
package import SondeSystem
internal import SystemPackage

/// A socket that takes clients, bound to an address that is known.
package final class Listener: Sendable {
    let descriptor: Descriptor
    package let transport: Transport
    /// As bound: the port is the one that the kernel chose where 0 was asked for.
    package let address: SocketAddress
    private let file: UnixSocketFile?

    private init(_ descriptor: consuming Descriptor, _ transport: Transport, _ address: SocketAddress, _ file: UnixSocketFile?) {
        self.descriptor = descriptor
        self.transport = transport
        self.address = address
        self.file = file
    }

    deinit {
        file?.remove()
    }

    /// Opens, binds and, for a stream, listens.
    ///
    /// - Parameter sharesPort: sets SO_REUSEPORT, so that a listener for each thread may bind the same port.
    static func open(
        _ transport: Transport,
        _ address: SocketAddress,
        _ options: ListenOptions,
        sharesPort: Bool
    ) throws(SystemError) -> Listener {
        let subject = address.description
        let kind: SocketKind = transport.isStream ? .stream : .datagram
        guard let raw = RawSocketAddress(address) else { throw SystemError("bind", on: subject, .fileNameTooLong) }
        let path = address.filePath
        if let path {
            try naming("bind", on: subject) { () throws(Errno) in try UnixSocketFile.removeStale(at: path, kind) }
        }
        let descriptor = try naming("socket", on: subject) { () throws(Errno) in
            try Descriptor.socket(domain: address.domain, kind)
        }
        let socket = descriptor.borrowed
        try naming("setsockopt", on: subject) { () throws(Errno) in
            try socket.prepare(transport, address, options, sharesPort: sharesPort)
        }
        try naming("bind", on: subject) { () throws(Errno) in try socket.bind(to: raw) }
        let file = try naming("bind", on: subject) { () throws(Errno) -> UnixSocketFile? in
            if let path { try UnixSocketFile(boundAt: path) } else { nil }
        }
        let bound = try naming("getsockname", on: subject) { () throws(Errno) in try socket.localAddress() }
        if transport.isStream {
            try naming("listen", on: subject) { () throws(Errno) in try socket.listen(backlog: options.backlog) }
        }
        return Listener(descriptor, transport, bound ?? address, file)
    }
}

extension SocketAddress {
    /// The path in the file system; `nil` for IP and for the abstract namespace.
    var filePath: String? {
        guard case .unix(let path) = self, path.utf8.first != 0 else { return nil }
        return path
    }
}

extension BorrowedDescriptor {
    /// Everything that is set before bind(2). What concerns connections is set on the listener, from which they inherit it.
    fileprivate func prepare(
        _ transport: Transport,
        _ address: SocketAddress,
        _ options: ListenOptions,
        sharesPort: Bool
    ) throws(Errno) {
        guard let endpoint = address.endpoint else { return }
        // For UDP, SO_REUSEADDR would let two servers share the port.
        if transport == .tcp { try set(.reuseAddress, to: 1) }
        if sharesPort || options.reusePort { try set(.reusePort, to: 1) }
        // Lets 0.0.0.0 and :: share one port.
        if endpoint.address.family == .v6 { try set(.v6Only, to: 1) }
        guard transport == .tcp else {
            guard endpoint.address.isUnspecified else { return }
            return try set(endpoint.address.family == .v4 ? .packetInfoV4 : .packetInfoV6, to: 1)
        }
        try set(.saveSYN, to: 1)
        try set(.noDelay, to: 1)
        guard let keepAlive = options.keepAlive else { return }
        try set(.keepAlive, to: 1)
        try set(.keepAliveIdle, to: keepAlive.idle)
        try set(.keepAliveInterval, to: keepAlive.interval)
        try set(.keepAliveCount, to: keepAlive.count)
    }
}
