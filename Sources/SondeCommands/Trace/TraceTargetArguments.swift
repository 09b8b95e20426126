import Addresses
import Arguments
import ConnectionTracing
import Probing
import SondeSystem

/// The port of a host: `HOST PORT` or `HOST:PORT`.
struct TraceTargetArguments: ArgumentGroup {
    @Argument("host", help: "Host, or HOST:PORT.")
    var host: String

    @Argument("port", help: "Port: a number or a service name.")
    var port: String?

    init() {}

    var parsed: Parsed {
        get throws {
            let parts = try HostPort(validating: host)
            if let port, let second = parts.port {
                throw ValidationError("two ports given: \(second) and \(port)", next: "give one: sonde trace HOST PORT")
            }
            guard let port else {
                guard let number = parts.port else {
                    throw ValidationError("no port given", next: "give one: sonde trace HOST PORT")
                }
                return try Parsed(host: parts.host, port: Self.valid(number, "\(number)"))
            }
            guard let number = HostPortText.port(port) ?? ServiceNames.port(named: port, over: .tcp) else {
                throw ValidationError(
                    "\"\(port)\": not a port",
                    next: "give a number from 1 to 65535 or a service name, e.g. https"
                )
            }
            return try Parsed(host: parts.host, port: Self.valid(number, port))
        }
    }

    private static func valid(_ number: UInt16, _ text: String) throws -> UInt16 {
        guard number > 0 else { throw ValidationError("port \(text): out of range", next: "give a port from 1 to 65535") }
        return number
    }

    struct Parsed {
        let host: String
        let port: UInt16

        func resolve(family: IPAddress.Family?) throws(ResolutionError) -> TraceTarget {
            let isNumber = try Resolver.literal(host) != nil
            let resolution = try Resolver.resolve(host, family: family)
            return TraceTarget(
                name: host,
                port: port,
                addresses: resolution.addresses,
                resolveTime: isNumber ? nil : resolution.elapsed
            )
        }
    }
}

/// Text with the escapes `\r`, `\n`, `\t`, `\\` and `\xHH`, as bytes.
struct EscapedText: ArgumentValue, Equatable {
    let bytes: [UInt8]

    static let explanation = "escapes are \\r, \\n, \\t, \\\\ and \\xHH with two hexadecimal digits"

    init?(argument: String) {
        var bytes: [UInt8] = []
        var rest = Array(argument.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "x"):
                let digits = rest.prefix(2)
                guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: return nil
            }
        }
        guard !bytes.isEmpty else { return nil }
        self.bytes = bytes
    }
}
