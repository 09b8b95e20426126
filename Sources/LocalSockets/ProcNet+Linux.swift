import Addresses
import NetlinkQueries
import RawText
import SondeSystem
import SystemPackage

/// The tables as text (proc_net(5)), for systems that refuse sock_diag.
///
/// The text of a Unix socket's name is not escaped by the kernel: a name with a line feed makes lines that look like sockets.
enum ProcNet {
    static func sockets(
        _ part: SocketTable.Part,
        _ query: SocketQuery,
        from source: SocketSource
    ) throws(Errno) -> [LocalSocket] {
        let file = try source.openProcNet(part.fileName)
        var sockets: [LocalSocket] = []
        var lines = LineReader()
        var isHeading = true
        while let line = try lines.next(from: file.borrowed) {
            // The first line holds the names of the columns.
            if !isHeading, let socket = part.socket(line) { sockets.append(socket) }
            isHeading = false
        }
        return sockets
    }

    /// One line of tcp, tcp6, udp or udp6; `nil` if it is none.
    static func inetSocket(_ kind: LocalSocket.Kind, _ family: IPAddress.Family, _ line: ArraySlice<UInt8>) -> LocalSocket? {
        let fields = line.split(separator: space)
        guard fields.count >= 10, let local = endpoint(fields[1], family), let remote = endpoint(fields[2], family),
            let state = hexadecimal(fields[3]).flatMap({ SocketState(rawValue: UInt8(truncatingIfNeeded: $0)) }),
            let user = decimal(fields[7]), let inode = decimal(fields[9])
        else { return nil }
        // tx_queue:rx_queue
        let waiting = fields[4].split(separator: colon).last.flatMap { hexadecimal($0) } ?? 0
        return LocalSocket(
            kind,
            state,
            family: family,
            local: .ip(local),
            peer: remote.port == 0 ? nil : remote,
            interface: nil,
            queue: LocalSocket.Queue(waiting: UInt32(truncatingIfNeeded: waiting), limit: nil),
            drops: kind == .udp && fields.count >= 13 ? decimal(fields[12]) : nil,
            user: user,
            inode: inode
        )
    }

    /// One line of unix; `nil` if it is none.
    static func unixSocket(_ line: ArraySlice<UInt8>) -> LocalSocket? {
        let fields = line.split(separator: space, maxSplits: 7, omittingEmptySubsequences: true)
        guard fields.count >= 7, let flags = hexadecimal(fields[3]), let type = hexadecimal(fields[4]),
            let kind = UnixDiagnosis.kind(UInt8(truncatingIfNeeded: type)), let state = hexadecimal(fields[5]),
            let inode = decimal(fields[6])
        else { return nil }
        var name = fields.count > 7 ? Array(fields[7]) : []
        // The kernel shows each NUL of an abstract name as @.
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        return LocalSocket(
            kind,
            flags & listening != 0 ? .listen : state == connected ? .established : .close,
            local: .unix(path: String(rawBytes: name)),
            inode: inode
        )
    }

    /// __SO_ACCEPTCON of linux/net.h, and SS_CONNECTED.
    private static let listening: UInt64 = 0x10000
    private static let connected: UInt64 = 3
    private static let space = UInt8(ascii: " ")
    private static let colon = UInt8(ascii: ":")

    /// `0100007F:1F90`: each 32-bit word of the address as this machine reads it, and the port.
    private static func endpoint(_ text: ArraySlice<UInt8>, _ family: IPAddress.Family) -> Endpoint? {
        let parts = text.split(separator: colon)
        guard parts.count == 2, parts[0].count == (family == .v4 ? 8 : 32), let port = hexadecimal(parts[1]), port <= 0xFFFF
        else { return nil }
        var bytes: [UInt8] = []
        var rest = parts[0]
        while !rest.isEmpty {
            guard let word = hexadecimal(rest.prefix(8)) else { return nil }
            rest = rest.dropFirst(8)
            bytes += Netlink.bytes(of: UInt32(truncatingIfNeeded: word))
        }
        return IPAddress(networkBytes: bytes).map { Endpoint($0, port: UInt16(port)) }
    }

    private static func decimal(_ text: ArraySlice<UInt8>) -> UInt32? { UInt32(String(decoding: text, as: UTF8.self)) }

    private static func hexadecimal(_ text: ArraySlice<UInt8>) -> UInt64? {
        UInt64(String(decoding: text, as: UTF8.self), radix: 16)
    }
}

extension SocketTable.Part {
    fileprivate var fileName: String {
        switch self {
        case .inet(let kind, let family): (kind == .tcp ? "tcp" : "udp") + (family == .v4 ? "" : "6")
        case .unix: "unix"
        }
    }

    fileprivate func socket(_ line: ArraySlice<UInt8>) -> LocalSocket? {
        switch self {
        case .inet(let kind, let family): ProcNet.inetSocket(kind, family, line)
        case .unix: ProcNet.unixSocket(line)
        }
    }
}

/// The lines of a file, read in pieces. A line longer than any of the kernel's ends the file.
private struct LineReader {
    private var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    private var filled = 0
    private var start = 0
    private var isAtEnd = false

    mutating func next(from file: BorrowedDescriptor) throws(Errno) -> ArraySlice<UInt8>? {
        while true {
            if let end = buffer[start..<filled].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return buffer[start..<end]
            }
            guard !isAtEnd else { return nil }
            buffer.replaceSubrange(0..<filled - start, with: Array(buffer[start..<filled]))
            filled -= start
            start = 0
            guard filled < buffer.count else { return nil }
            if case .bytes(let count) = try file.read(into: &buffer, from: filled) { filled += count } else { isAtEnd = true }
        }
    }
}
