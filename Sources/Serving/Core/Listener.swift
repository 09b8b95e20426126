package import Addresses
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
    ) throws(ListenError) -> Listener {
        do {
            return try bind(transport, address, options, sharesPort: sharesPort)
        } catch {
            throw ListenError(transport: transport, address: address, cause: error)
        }
    }

    private static func bind(
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
            try UnixSocketFile.removeStale(at: path)
        }
        // bind(2) takes such an address, where no client can connect and from where no answer can leave.
        guard !address.isOfGroup else { throw SystemError("bind", on: subject, .addressNotAvailable) }
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

extension Listener {
    /// Stops listening: those who wait to be accepted are reset, and later ones refused. The socket stays bound.
    func stopTaking() { try? descriptor.borrowed.stopListening() }
}

extension SocketAddress {
    /// Whether it is a multicast address, or the broadcast address of a network that this machine is on.
    fileprivate var isOfGroup: Bool {
        guard let address = endpoint?.address, !address.isUnspecified else { return false }
        if address.isMulticast { return true }
        // Only sockets that ask for it may send to a broadcast address (SO_BROADCAST, ip(7)).
        guard address.family == .v4 else { return false }
        if address.v4Bits == .max { return true }
        guard let probe = try? Descriptor.socket(domain: domain, .datagram) else { return false }
        return probe.borrowed.connect(to: RawSocketAddress(Endpoint(address, port: 9))) == .permissionDenied
    }

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
        guard transport == .tcp else { return try prepareDatagrams(endpoint.address) }
        try set(.saveSYN, to: 1)
        try set(.noDelay, to: 1)
        guard let keepAlive = options.keepAlive else { return }
        try set(.keepAlive, to: 1)
        try set(.keepAliveIdle, to: keepAlive.idle)
        try set(.keepAliveInterval, to: keepAlive.interval)
        try set(.keepAliveCount, to: keepAlive.count)
    }

    /// What answers to datagrams need: the address that each came to, and the mark of `LoopGuard`.
    private func prepareDatagrams(_ address: IPAddress) throws(Errno) {
        let isV4 = address.family == .v4
        if address.isUnspecified { try set(isV4 ? .packetInfoV4 : .packetInfoV6, to: 1) }
        try set(isV4 ? .receiveTrafficClassV4 : .receiveTrafficClassV6, to: 1)
        try set(isV4 ? .trafficClassV4 : .trafficClassV6, to: Int32(LoopGuard.mark))
    }
}
