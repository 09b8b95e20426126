package import Addresses
import CNetwork
import Glibc
internal import Synchronization
package import SystemPackage

/// What a host name resolved to, and how long that took.
package struct Resolution: Sendable {
    /// In the order that getaddrinfo(3) gives (RFC 6724), without duplicates.
    package let addresses: [ResolvedAddress]
    /// Zero for an address given as a number.
    package let elapsed: Nanoseconds

    package init(addresses: [ResolvedAddress], elapsed: Nanoseconds) {
        self.addresses = addresses
        self.elapsed = elapsed
    }
}

/// An address with the zone (interface index) that a link-local one needs.
package struct ResolvedAddress: Hashable, Sendable {
    package let address: IPAddress
    package let zone: UInt32

    package init(_ address: IPAddress, zone: UInt32 = 0) {
        self.address = address
        self.zone = zone
    }
}

/// A name that did not resolve.
package struct ResolutionError: Error, Hashable, Sendable {
    package let name: String
    /// What gai_strerror(3) says of it, or the shortage.
    package let reason: String
    /// EAI_AGAIN: the same call may go through later.
    package let isTemporary: Bool
    /// What getaddrinfo(3) returned, negative: -2 is EAI_NONAME.
    package let code: Int32
    /// This machine ran out of descriptors or memory: it says nothing about the name.
    package let shortage: Errno?

    package init(name: String, reason: String, isTemporary: Bool, code: Int32 = -2, shortage: Errno? = nil) {
        self.name = name
        self.reason = shortage?.explained ?? reason
        self.isTemporary = isTemporary
        self.code = code
        self.shortage = shortage
    }

    /// Whether the resolver gave an answer in time.
    package var isAnswered: Bool { !isOutOfTime }
    private var isOutOfTime = false

    /// Whether the answer was that there is no such name, or that it has no address.
    package var isNegativeAnswer: Bool {
        isAnswered && !isTemporary && shortage == nil && [EAI_NONAME, Self.noData, Self.noAddressOfFamily].contains(code)
    }

    /// EAI_NODATA and EAI_ADDRFAMILY, which netdb.h declares for _GNU_SOURCE alone.
    private static let noData: Int32 = -5
    private static let noAddressOfFamily: Int32 = -9

    /// Nothing was heard from the name server within `limit`.
    package init(noAnswerFor name: String, within limit: Nanoseconds) {
        let tenths = (limit.count + 50_000_000) / 100_000_000
        let time =
            tenths < 10 ? "\(limit.count / 1_000_000) ms" : tenths % 10 == 0 ? "\(tenths / 10) s" : "\(Double(tenths) / 10) s"
        self.init(name: name, reason: "no answer from the name server within \(time)", isTemporary: true, code: EAI_AGAIN)
        isOutOfTime = true
    }
}

/// Host and service names to addresses and ports, by the system's own resolver (getaddrinfo(3), nsswitch.conf(5)).
package enum Resolver {
    /// Resolves a host name or reads an address (`192.0.2.1`, `2001:db8::1`, `fe80::1%eth0`), of one family where asked.
    /// Blocks the thread for as long as the resolver takes.
    package static func resolve(_ name: String, family: IPAddress.Family? = nil) throws(ResolutionError) -> Resolution {
        if let literal = try literal(name) {
            guard family == nil || literal.address.family == family else {
                throw ResolutionError(name: name, reason: "it is no \(family == .v4 ? "IPv4" : "IPv6") address", isTemporary: false)
            }
            return Resolution(addresses: [literal], elapsed: .zero)
        }
        let start = MonotonicTime.now
        let asked: String
        do {
            asked = try InternationalName.ascii(name)
        } catch {
            throw ResolutionError(name: name, reason: "it is no host name: \(error)", isTemporary: false)
        }
        let addresses = try lookUp(name, asked: asked, family: family)
        return Resolution(addresses: addresses, elapsed: .now - start)
    }

    /// Resolves as above, within a limit, until the token is raised. The thread that asks is then left behind.
    ///
    /// - Returns: `nil` where the token was raised.
    package static func resolve(
        _ name: String,
        family: IPAddress.Family?,
        within limit: Nanoseconds,
        stop: StopToken
    ) throws -> Resolution? {
        let answer = Answer(try naming("eventfd") { () throws(Errno) in try Waker() })
        try WorkerThreads.detach {
            do throws(ResolutionError) {
                answer.give(Result<Resolution, ResolutionError>.success(try resolve(name, family: family)))
            } catch {
                answer.give(.failure(error))
            }
        }
        let outcome = try naming("poll") { () throws(Errno) in
            try waitForFirst(of: [(answer.waker.borrowed, .readable)], until: .now + limit, stop: stop)
        }
        if let outcome = answer.taken { return try outcome.get() }
        if case .stopped = outcome { return nil }
        throw ResolutionError(noAnswerFor: name, within: limit)
    }

    private final class Answer: Sendable {
        let waker: Waker
        private let outcome = Mutex<Result<Resolution, ResolutionError>?>(nil)

        init(_ waker: consuming Waker) { self.waker = waker }

        var taken: Result<Resolution, ResolutionError>? { outcome.withLock { $0 } }

        func give(_ result: Result<Resolution, ResolutionError>) {
            outcome.withLock { $0 = result }
            waker.wake()
        }
    }

    /// Reads an address with or without a zone, and asks no name server; `nil` where `name` is no address.
    ///
    /// - Throws: where the zone is no interface.
    package static func literal(_ name: String) throws(ResolutionError) -> ResolvedAddress? {
        guard let percent = name.firstIndex(of: "%") else { return IPAddress(name).map { ResolvedAddress($0) } }
        guard let address = IPAddress(name[..<percent]), address.family == .v6 else { return nil }
        let zone = String(name[name.index(after: percent)...])
        guard let index = UInt32(zone) ?? NetworkDatabase.interfaceIndex(zone), index != 0 else {
            throw ResolutionError(name: name, reason: "its zone names no interface", isTemporary: false)
        }
        return ResolvedAddress(address, zone: index)
    }

    /// RFC 6761, section 6.3: `localhost` is the loopback address, also where no /etc/hosts says so.
    private static func loopbackAddresses(of name: String, _ family: IPAddress.Family?) -> [ResolvedAddress]? {
        let name = InternationalName.canonical(name)
        guard name == "localhost" || name.hasSuffix(".localhost") else { return nil }
        let both = [IPAddress(v6High: 0, low: 1), IPAddress(v4: 0x7F00_0001)]
        return both.filter { family == nil || $0.family == family }.map { ResolvedAddress($0) }
    }

    /// - Parameter asked: the name as a name server knows it.
    private static func lookUp(
        _ name: String,
        asked: String,
        family: IPAddress.Family?
    ) throws(ResolutionError) -> [ResolvedAddress] {
        // A NUL would cut the name short on its way to C, and ask for another host than was named.
        guard !asked.isEmpty, !asked.utf8.contains(0) else {
            throw ResolutionError(name: name, reason: "it is no host name", isTemporary: false)
        }
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_family =
            switch family {
            case .v4: AF_INET
            case .v6: AF_INET6
            case nil: AF_UNSPEC
            }
        var list: UnsafeMutablePointer<addrinfo>?
        // Safe: the list is freed on every way out, and is read only before that.
        let status = unsafe getaddrinfo(asked, nil, &hints, &list)
        let errno = Errno.latest
        defer { if let list = unsafe list { unsafe freeaddrinfo(list) } }
        if status != 0, let loopback = loopbackAddresses(of: name, family) { return loopback }
        guard status == 0 else {
            throw ResolutionError(
                name: name,
                reason: unsafe String(cString: gai_strerror(status)),
                isTemporary: status == EAI_AGAIN,
                code: status,
                shortage: shortage(status, errno)
            )
        }
        var found: [ResolvedAddress] = []
        var entry = unsafe list
        while let current = unsafe entry {
            var raw = RawSocketAddress()
            let length = min(unsafe Int(current.pointee.ai_addrlen), MemoryLayout<sockaddr_storage>.size)
            unsafe withUnsafeMutableBytes(of: &raw.storage) {
                unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: current.pointee.ai_addr, count: length))
            }
            if case .ip(let endpoint, let zone) = raw.address {
                let resolved = ResolvedAddress(endpoint.address, zone: zone)
                if !found.contains(resolved) { found.append(resolved) }
            }
            unsafe entry = current.pointee.ai_next
        }
        return found
    }

    /// The C library reports a lack of descriptors as a missing file or a silent name server, so it is looked for here.
    private static func shortage(_ status: Int32, _ errno: Errno) -> Errno? {
        if status == EAI_MEMORY { return .noMemory }
        if [.tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory].contains(errno) { return errno }
        do throws(Errno) {
            // A lookup holds a configuration file and a socket at once.
            let file = try Descriptor.openForReading("/dev/null")
            _ = try Descriptor.openForReading("/dev/null")
            _ = consume file
        } catch {
            return error == .tooManyOpenFiles || error == .tooManyOpenFilesInSystem ? error : nil
        }
        return nil
    }
}
