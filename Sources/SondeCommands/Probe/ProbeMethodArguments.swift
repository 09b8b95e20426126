import Addresses
import Arguments
import Failures
import Interfaces
import Probing
import SondeSystem
import SystemPackage

/// How to probe.
struct ProbeMethodArguments: ArgumentGroup {
    @Flag("-u", "--udp", help: "Probe UDP ports instead of TCP.")
    var udp = false

    @OptionGroup var family: FamilyOptions

    @Flag("--all-addresses", help: "Probe every address of a name, not only the first that connects.")
    var allAddresses = false

    @Option(
        "-t",
        "--timeout",
        value: "duration",
        help: "Time to wait for each port, and for each name to resolve. (default: 2s; a name: 10s)"
    )
    var timeout: DurationArgument?

    @Option("--retries", value: "n", help: "Maximum retransmissions per probe. (default: 5, 15 on a lossy path)")
    var retries: Int?

    @Option("--concurrency", value: "n", help: "Maximum probes in flight.")
    var concurrency = 10_000

    @Option("--rate", value: "n", help: "Maximum connection attempts per second. (default: unlimited)")
    var rate: Double?

    @Option(
        "--settle",
        value: "duration",
        help:
            "Time to watch each accepted connection for a close, a reset or data. (default: 100ms and a round trip; 0 for over 64 ports)"
    )
    var settle: DurationArgument?

    @Option("--source", value: "address", help: "Source address, one of this machine's.")
    var source: String?

    @Option("--source-port", value: "port", help: "Source port of every packet. (default: any)")
    var sourcePort: UInt16?

    @Option("--interface", value: "interface", help: "Interface to probe through.")
    var interface: String?

    private static let usualTimeout = Nanoseconds.milliseconds(2000)

    init() {}

    func validate() throws {
        guard timeout.map({ $0.duration > .zero }) ?? true else {
            throw ValidationError("--timeout 0: out of range", next: DurationArgument.explanation)
        }
        guard sourcePort != 0 else {
            throw ValidationError("--source-port 0: not a port", next: "a port is a number from 1 to 65535")
        }
        if sourcePort != nil, let retries, retries > 0 {
            throw ValidationError(
                "--source-port and --retries are mutually exclusive",
                next: "leave out --retries: the kernel retransmits, since one port takes one connection to a target"
            )
        }
        if settle != nil, udp {
            throw ValidationError("--settle and --udp are mutually exclusive", next: "leave out --settle: UDP has no connections")
        }
        if let retries, !(0...50).contains(retries) {
            throw ValidationError("--retries \(retries): out of range", next: "give a number from 0 to 50")
        }
        guard (1...1_000_000).contains(concurrency) else {
            throw ValidationError("--concurrency \(concurrency): out of range", next: "give a number from 1 to 1000000")
        }
        if let rate {
            guard rate >= 0.001, rate <= 10_000_000 else {
                let text = Int(exactly: rate).map(String.init) ?? "\(rate)"
                throw ValidationError("--rate \(text): out of range", next: "give a number from 0.001 to 10000000")
            }
        }
    }
}

extension ProbeMethodArguments {
    var transport: Transport { udp ? .udp : .tcp }

    func configuration() throws -> ProbeConfiguration {
        var configuration = ProbeConfiguration()
        configuration.transport = transport
        configuration.family = family.family
        configuration.allAddresses = allAddresses
        configuration.policy = RetryPolicy(deadline: timeout?.duration ?? ProbeMethodArguments.usualTimeout, retries: retries)
        if let timeout { configuration.resolveLimit = timeout.duration }
        configuration.concurrency = concurrency
        configuration.rate = rate
        if let settle { configuration.settle = settle.duration > .zero ? Settle(settle.duration) : nil }
        configuration.sourcePort = sourcePort
        // A second attempt beside the first would have the same endpoints.
        if sourcePort != nil, !udp { configuration.policy = RetryPolicy(deadline: configuration.policy.deadline, retries: 0) }
        configuration.interface = try checkedInterface()
        configuration.source = try checkedSource()
        if let source = configuration.source { configuration.family = source.address.family }
        return configuration
    }

    private func checkedInterface() throws -> String? {
        guard let interface else { return nil }
        guard NetworkDatabase.interfaceIndex(interface) != nil else {
            throw Failure(.unavailable, "\"\(interface)\": no such interface", next: "list the interfaces: sonde addrs")
        }
        return interface
    }

    /// The address must be one of this machine's: binding to it shows whether it is. Binding to a group's address or the unspecified one
    /// works, too, and the kernel then chooses another.
    private func checkedSource() throws -> ResolvedAddress? {
        guard let source else { return nil }
        guard let address = try? Resolver.literal(source), family.family.map({ $0 == address.address.family }) ?? true else {
            throw Failure(.usage, "--source \(source): not an address", next: "choose an address of this machine: sonde addrs")
        }
        let endpoint = Endpoint(address.address, port: 0)
        do throws(Errno) {
            let socket = try Descriptor.socket(address.address.family, .datagram)
            try socket.borrowed.bind(to: RawSocketAddress(endpoint, zone: address.zone))
        } catch {
            let message = "--source \(source): \(error.explained)"
            let isUnknown = error == .addressNotAvailable
            throw Failure(isUnknown ? .usage : .systemRefused, message, next: "choose an address of this machine: sonde addrs")
        }
        if let kind = Self.sharedKind(of: address) {
            throw Failure(
                .usage,
                "--source \(source): \(kind), not an address of one machine",
                next: "choose an address of this machine: sonde addrs"
            )
        }
        return address
    }

    private static func sharedKind(of resolved: ResolvedAddress) -> String? {
        let address = resolved.address.unmapped
        if address.isUnspecified { return "the unspecified address" }
        if address.isMulticast { return "a multicast address" }
        let isBroadcast = address == IPAddress(v4: .max) || Route.toward(address, zone: resolved.zone)?.kind == .broadcast
        return isBroadcast ? "a broadcast address" : nil
    }
}
