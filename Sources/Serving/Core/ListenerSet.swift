internal import Addresses
internal import SondeSystem
internal import SystemPackage

/// The listeners of a server: for each worker thread those that it serves.
///
/// IP listeners exist once a thread and share their port (SO_REUSEPORT), so that the kernel spreads the clients; a Unix path can be
/// bound once, and all threads share its socket.
package struct ListenerSet: Sendable {
    package private(set) var ofWorker: [[Listener]]

    /// Binds all requests. Those that ask for port 0 get one port that is free for all of them.
    package init(_ requests: [ListenRequest], _ options: ListenOptions, workers: Int) throws(ListenError) {
        var attempt = 1
        while true {
            do {
                ofWorker = try Self.bind(requests, options, workers: workers)
                return
            } catch {
                // The port that the first request was given may be taken for the second.
                let mayHelp = error.errno == .addressInUse && requests.contains { $0.address.endpoint?.port == 0 }
                guard mayHelp, attempt < Self.portAttempts else { throw error }
                attempt += 1
            }
        }
    }

    private static let portAttempts = 16

    private static func bind(
        _ requests: [ListenRequest],
        _ options: ListenOptions,
        workers: Int
    ) throws(ListenError) -> [[Listener]] {
        var ofWorker: [[Listener]] = Array(repeating: [], count: workers)
        var chosenPort: UInt16?
        for request in requests {
            let address = request.address.replacingPort0(by: chosenPort)
            do {
                let own = try bind(request.transport, address, options, workers: workers)
                if request.address.endpoint?.port == 0 { chosenPort = own[0].address.endpoint?.port }
                for worker in 0..<workers { ofWorker[worker].append(own[min(worker, own.count - 1)]) }
            } catch  where request.isOptional && error.errno.meansNoSuchFamily {
                continue
            }
        }
        return ofWorker
    }

    /// One listener for each worker, or one for all of them.
    private static func bind(
        _ transport: Transport,
        _ address: SocketAddress,
        _ options: ListenOptions,
        workers: Int
    ) throws(ListenError) -> [Listener] {
        guard workers > 1, let endpoint = address.endpoint else {
            return [try Listener.open(transport, address, options, sharesPort: false)]
        }
        // With SO_REUSEPORT another server's port would be shared instead of refused: ask without it first.
        let asked = try Listener.open(transport, address, options, sharesPort: false).address
        let shared = address.replacingPort0(by: endpoint.port == 0 ? asked.endpoint?.port : nil)
        var listeners: [Listener] = []
        for _ in 0..<workers { listeners.append(try Listener.open(transport, shared, options, sharesPort: true)) }
        return listeners
    }
}

extension SocketAddress {
    fileprivate func replacingPort0(by port: UInt16?) -> SocketAddress {
        guard let port, case .ip(let endpoint, let zone) = self, endpoint.port == 0 else { return self }
        return SocketAddress(endpoint.address, port: port, zone: zone)
    }
}

extension Errno {
    /// This machine has no IPv6, or none on its loopback.
    fileprivate var meansNoSuchFamily: Bool { self == .addressFamilyNotSupported || self == .addressNotAvailable }
}
