import Addresses
import Time

/// The messages between the process that captures and the one that runs the command, 52 bytes each.
enum WatchMessage: Equatable, Sendable {
    // From the capture.
    /// Run the command.
    case start
    /// Report every socket that a call before this message has connected, then answer with the same number.
    case barrier(Int32)
    case signal(Int32)
    // To the capture; it gets `barrier` as well.
    case claim(SocketClaim)
    /// The command could not be executed; the error's number.
    case failed(Int32)
    /// The command has ended, as a shell gives it.
    case ended(exitCode: Int32)
    /// The kernel does not show connects, so /proc is searched; the error's number.
    case isLimited(Int32)

    static let length = 52

    private enum Kind: UInt8 {
        case start = 1
        case barrier
        case signal
        case connection
        case listener
        case failed
        case ended
        case isLimited
    }

    var bytes: [UInt8] {
        switch self {
        case .start: Self.bytes(.start)
        case .barrier(let number): Self.bytes(.barrier, number: number)
        case .signal(let number): Self.bytes(.signal, number: number)
        case .claim(.connection(let local, let peer, let time)): Self.bytes(.connection, local: local, peer: peer, time: time)
        case .claim(.listener(let local)): Self.bytes(.listener, local: local)
        case .failed(let errno): Self.bytes(.failed, number: errno)
        case .ended(let exitCode): Self.bytes(.ended, number: exitCode)
        case .isLimited(let errno): Self.bytes(.isLimited, number: errno)
        }
    }

    /// Kind, families of both endpoints (0: none), whether there is a time; the number; both ports; both addresses; the time.
    private static func bytes(
        _ kind: Kind,
        number: Int32 = 0,
        local: Endpoint? = nil,
        peer: Endpoint? = nil,
        time: Timestamp? = nil
    ) -> [UInt8] {
        var bytes = [kind.rawValue, local?.address.family.rawValue ?? 0, peer?.address.family.rawValue ?? 0, time == nil ? 0 : 1]
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: number >> Int32(shift))) }
        for endpoint in [local, peer] {
            let port = endpoint?.port ?? 0
            bytes += [UInt8(port >> 8), UInt8(port & 0xFF)]
        }
        for endpoint in [local, peer] {
            let address = endpoint?.address.networkBytes ?? []
            bytes += address + [UInt8](repeating: 0, count: 16 - address.count)
        }
        let nanoseconds = time?.nanoseconds ?? 0
        for shift in stride(from: Int64(56), through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: nanoseconds >> shift)) }
        return bytes
    }

    /// `nil` where the bytes are none of these.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.length, let kind = Kind(rawValue: bytes[0]) else { return nil }
        let number = bytes[4..<8].reduce(Int32(0)) { $0 << 8 | Int32($1) }
        let local = Self.endpoint(bytes, family: bytes[1], port: 8, address: 12)
        let peer = Self.endpoint(bytes, family: bytes[2], port: 10, address: 28)
        switch kind {
        case .start: self = .start
        case .barrier: self = .barrier(number)
        case .signal: self = .signal(number)
        case .connection:
            guard let local else { return nil }
            let nanoseconds = bytes[44...].reduce(Int64(0)) { $0 << 8 | Int64($1) }
            self = .claim(.connection(local: local, peer: peer, time: bytes[3] == 0 ? nil : Timestamp(nanoseconds: nanoseconds)))
        case .listener:
            guard let local else { return nil }
            self = .claim(.listener(local))
        case .failed: self = .failed(number)
        case .ended: self = .ended(exitCode: number)
        case .isLimited: self = .isLimited(number)
        }
    }

    private static func endpoint(_ bytes: [UInt8], family: UInt8, port: Int, address: Int) -> Endpoint? {
        guard let family = IPAddress.Family(rawValue: family) else { return nil }
        let width = family == .v4 ? 4 : 16
        return IPAddress(networkBytes: bytes[address..<(address + width)]).map {
            Endpoint($0, port: UInt16(bytes[port]) << 8 | UInt16(bytes[port + 1]))
        }
    }
}
