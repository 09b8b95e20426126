import Addresses
package import SondeSystem
import SystemPackage

/// Finds the largest packet that reaches a target, with datagrams that no router may fragment. It needs no privilege.
///
/// Any answer shows that a datagram arrived: a response, or the port unreachable of a closed port.
package struct MTUProber: Sendable {
    package var address: ResolvedAddress
    package var port: UInt16
    package var timeout = Nanoseconds.milliseconds(2000)
    package var source: ResolvedAddress?
    package var sourcePort: UInt16?
    package var interface: String?

    package init(to address: ResolvedAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    private static let largestPacket = 65_535

    /// - Parameter onChange: called before each packet with its size, for progress.
    /// - Returns: `nil` where the token was raised.
    package func probe(stop: StopToken, onChange: (Int) -> Void = { _ in }) throws(SystemError) -> MTUSearch.Outcome? {
        let descriptor = try openSocket()
        var search = MTUSearch(family: address.address.family, limit: try linkMTU(descriptor.borrowed), timeout: timeout)
        while let question = search.next() {
            onChange(question.size)
            let target = "\(address.address)"
            let isStopped = try naming("poll") { () throws(Errno) in
                try waitForFirst(of: [], until: .now + question.pause, stop: stop) == .stopped
            }
            if isStopped { return nil }
            let sent = MonotonicTime.now
            let answer: MTUSearch.Answer?
            do throws(Errno) {
                answer = try send(question, on: descriptor.borrowed, stop)
            } catch {
                throw SystemError("send", on: target, error)
            }
            guard let answer else { return nil }
            search.record(answer, size: question.size, after: .now - sent)
        }
        return search.outcome
    }

    private var headerSize: Int { address.address.family == .v4 ? 28 : 48 }

    private func openSocket() throws(SystemError) -> Descriptor {
        let isV4 = address.address.family == .v4
        let descriptor = try naming("socket") { () throws(Errno) in try Descriptor.socket(address.address.family, .datagram) }
        let socket = descriptor.borrowed
        try naming("setsockopt") { () throws(Errno) in
            try socket.set(isV4 ? .receiveErrorsV4 : .receiveErrorsV6, to: 1)
            try socket.set(isV4 ? .pathMTUDiscoveryV4 : .pathMTUDiscoveryV6, to: PathMTUDiscovery.probe)
            if let interface { try socket.bind(toInterface: interface) }
        }
        if source != nil || sourcePort != nil {
            let endpoint = Endpoint(source?.address ?? (isV4 ? .anyV4 : .anyV6), port: sourcePort ?? 0)
            try naming("bind", on: "\(endpoint)") { () throws(Errno) in
                try socket.bind(to: RawSocketAddress(endpoint, zone: source?.zone ?? 0))
            }
        }
        try naming("connect", on: "\(address.address)") { () throws(Errno) in
            if let errno = socket.connect(to: RawSocketAddress(Endpoint(address.address, port: port), zone: address.zone)) {
                throw errno
            }
        }
        return descriptor
    }

    /// The kernel refuses what its own link cannot carry, and puts that link's MTU into the error queue.
    private func linkMTU(_ socket: BorrowedDescriptor) throws(SystemError) -> Int {
        let refusal = transmit(Self.largestPacket, on: socket)
        guard refusal == .messageTooLong else {
            if let refusal { throw SystemError("send", on: "\(address.address)", refusal) }
            return Self.largestPacket
        }
        while let error = socket.takeQueuedError() {
            if error.origin == .local, error.information > 0 { return Int(error.information) }
        }
        return 1500
    }

    /// An error of the sending itself, or one that is pending from an earlier datagram.
    private func transmit(_ size: Int, on socket: BorrowedDescriptor) -> Errno? {
        let payload = [UInt8](repeating: 0, count: size - headerSize)
        let result = unsafe payload.withUnsafeBytes { bytes in
            Result { () throws(Errno) in try unsafe socket.send(bytes) }
        }
        if case .failure(let errno) = result { return errno }
        return nil
    }

    private func send(
        _ question: MTUSearch.Question,
        on socket: BorrowedDescriptor,
        _ stop: StopToken
    ) throws(Errno) -> MTUSearch.Answer? {
        discardAnswers(socket)
        if let errno = transmit(question.size, on: socket) {
            // The error of an earlier datagram is reported once, in place of sending.
            guard errno != .messageTooLong, let again = transmit(question.size, on: socket) else {
                return errno == .messageTooLong ? .tooBig(mtu: 0, router: nil) : try answer(question, on: socket, stop)
            }
            throw again
        }
        return try answer(question, on: socket, stop)
    }

    private func answer(
        _ question: MTUSearch.Question,
        on socket: BorrowedDescriptor,
        _ stop: StopToken
    ) throws(Errno) -> MTUSearch.Answer? {
        let deadline = MonotonicTime.now + question.wait
        while true {
            switch try waitForFirst(of: [(socket, .readable)], until: deadline, stop: stop) {
            case .stopped: return nil
            case .deadline: return .silence
            case .ready: break
            }
            if let answer = takeAnswer(socket) { return answer }
        }
    }

    /// `nil` for what is no answer.
    private func takeAnswer(_ socket: BorrowedDescriptor) -> MTUSearch.Answer? {
        if let error = socket.takeQueuedError() {
            switch (error.origin, error.icmpType, error.icmpCode) {
            case (.icmp, 3, 4), (.icmp6, 2, _): return .tooBig(mtu: Int(error.information), router: error.offender)
            case (.icmp, 3, 3), (.icmp6, 1, 4): return error.offender == address.address ? .arrived : nil
            default: return nil
            }
        }
        _ = try? socket.pendingError()
        var byte: UInt8 = 0
        let transfer = unsafe withUnsafeMutableBytes(of: &byte) { try? unsafe socket.receive(into: $0) }
        guard let transfer, transfer != .wouldBlock else { return nil }
        return .arrived
    }

    /// Late answers to earlier datagrams say nothing of the next.
    private func discardAnswers(_ socket: BorrowedDescriptor) {
        while socket.takeQueuedError() != nil {}
        _ = try? socket.pendingError()
        var byte: UInt8 = 0
        while let transfer = unsafe withUnsafeMutableBytes(of: &byte, { try? unsafe socket.receive(into: $0) }),
            transfer != .wouldBlock
        {}
    }
}
