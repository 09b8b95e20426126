internal import Addresses
internal import Lines
internal import SondeSystem
internal import SystemPackage

extension EchoWorker {
    /// Takes the connections that wait at a listener.
    mutating func acceptClients(_ index: Int) {
        let listener = listeners[index]
        for _ in 0..<Acceptor.perTurn {
            switch acceptor.next(index, loop) {
            case .none:
                return
            case .exhausted(let errno):
                guard server.shared.mayWarnOfDescriptors() else { return }
                return server.sink(.outOfDescriptors(SystemError("accept", on: listener.address.description, errno)))
            case .connection(let accepted):
                admit(accepted, listener)
            }
        }
    }

    private mutating func admit(_ accepted: consuming BorrowedDescriptor.Accepted, _ listener: Listener) {
        let peer = accepted.peer ?? .unix(path: "")
        let descriptor = accepted.intoDescriptor()
        guard configuration.allowed.contains(peer) else { return refuse(descriptor, listener, peer, .notAllowed) }
        guard let number = server.shared.admit(limit: configuration.maximumClients) else {
            return refuse(descriptor, listener, peer, .tooManyClients)
        }
        let syn = listener.transport == .tcp ? descriptor.borrowed.synFacts() : nil
        let socket = descriptor.borrowed
        var client = StreamClient(descriptor, number: number, listener.transport, peer, at: now)
        client.quit = configuration.quitWord.map(LineMatcher.init)
        let slot = clients.insert(client)
        let token = clients.token(of: slot)
        server.sink(.opened(OpenedClient(number: number, transport: listener.transport, peer: peer, syn: syn)))
        do { try loop.add(socket, for: .readable, token: token) } catch { return close(slot, .failed) }
        if let idle = configuration.idleTimeout { timers.schedule(ClientTimer(token: token, kind: .idle), at: now + idle) }
        // One client and no more: what it ends with ends the server.
        if configuration.servesOnce { stopListening() }
    }

    private func refuse(_ descriptor: consuming Descriptor, _ listener: Listener, _ peer: SocketAddress, _ reason: Refusal) {
        // RST rather than FIN: the client learns at once that it was not served.
        try? descriptor.borrowed.resetOnClose()
        server.shared.countRefused()
        server.sink(.refused(listener.transport, peer, reason))
    }
}
