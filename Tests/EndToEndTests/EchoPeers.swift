import Glibc
import Testing

/// A loopback address of this test run alone: whoever scans 127.0.0.1 meanwhile is no client of its servers.
enum Loopback {
    static let bits: UInt32 = 0x7F4D_0000 | UInt32(truncatingIfNeeded: getpid()) & 0xFFFF
    static let text = "127.77.\(bits >> 8 & 0xFF).\(bits & 0xFF)"
}

/// A socket of the test's own, to be the other end: blocking, and given up after ten seconds.
final class Peer: Sendable {
    private let descriptor: Int32

    private init(_ domain: Int32, _ kind: __socket_type) {
        descriptor = socket(domain, Int32(kind.rawValue), 0)
        precondition(descriptor >= 0, "no socket: errno \(errno)")
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    static func tcp(_ port: Int, from source: UInt32? = nil) throws -> Peer {
        let peer = Peer(AF_INET, SOCK_STREAM)
        if let source { try peer.call(bind, ipv4(source, 0)) }
        try peer.call(Glibc.connect, ipv4(Loopback.bits, port))
        return peer
    }

    static func udp(_ port: Int) throws -> Peer {
        let peer = Peer(AF_INET, SOCK_DGRAM)
        try peer.call(Glibc.connect, ipv4(Loopback.bits, port))
        return peer
    }

    static func unix(_ path: String, _ kind: __socket_type = SOCK_STREAM, boundTo own: String? = nil) throws -> Peer {
        let peer = Peer(AF_UNIX, kind)
        if let own { try peer.call(bind, unixAddress(own)) }
        try peer.call(Glibc.connect, unixAddress(path))
        return peer
    }

    /// A Unix socket's file that nobody is bound to any more.
    static func leaveStaleSocket(at path: String) throws {
        try Peer(AF_UNIX, SOCK_STREAM).call(bind, unixAddress(path))
    }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Int { Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    /// Bytes that were sent and that the other end's kernel has not acknowledged (SIOCOUTQ, tcp(7)).
    var unacknowledged: Int32 {
        var count: Int32 = 0
        precondition(ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0, "no count of unacknowledged bytes: errno \(errno)")
        return count
    }

    @discardableResult
    func send(_ text: String) -> Int { send(Array(text.utf8)) }

    /// What one call gives; `nil` for an error, empty for the end.
    func receive(_ most: Int = 70_000) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: most)
        let count = recv(descriptor, &buffer, most, 0)
        return count < 0 ? nil : Array(buffer.prefix(count))
    }

    func receiveText(_ count: Int) -> String? {
        var bytes: [UInt8] = []
        while bytes.count < count, let more = receive(count - bytes.count), !more.isEmpty { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Everything up to the end; an error's number where there is no orderly one.
    func receiveToEnd() -> (bytes: [UInt8], errno: Int32?) {
        var bytes: [UInt8] = []
        while true {
            guard let more = receive() else { return (bytes, errno) }
            if more.isEmpty { return (bytes, nil) }
            bytes += more
        }
    }

    func closeSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Makes the close, which comes with the last reference, an RST.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Sends for as long as the other end takes it, and returns how much that was.
    func sendUntilFull() -> Int {
        let piece = [UInt8](repeating: 0x7A, count: 65536)
        var sent = 0
        var silence = 0
        while silence < 20 {
            let count = Glibc.send(descriptor, piece, piece.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
            if count > 0 {
                sent += count
                silence = 0
            } else {
                silence += 1
                usleep(10_000)
            }
        }
        return sent
    }

    private typealias Call = (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32

    private func call<Address>(_ call: Call, _ address: Address) throws {
        var address = address
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else { throw NoConnection(errno: errno) }
    }

    struct NoConnection: Error {
        let errno: Int32
    }

    private static func ipv4(_ address: UInt32, _ port: Int) -> sockaddr_in {
        var inet = sockaddr_in()
        inet.sin_family = sa_family_t(AF_INET)
        inet.sin_port = UInt16(port).bigEndian
        inet.sin_addr.s_addr = address.bigEndian
        return inet
    }

    private static func unixAddress(_ path: String) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        return address
    }
}

/// A folder of the test's own, removed with everything in it.
final class Scratch: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/sonde-echoing-XXXXXX\0".utf8CString.dropLast())
        precondition(mkdtemp(&template) != nil, "no folder: errno \(errno)")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, 0o755)
    }

    deinit {
        _ = system("rm -rf -- '\(path)'")
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let file = try #require(fopen("\(path)/\(name)", "w"), "errno \(errno)")
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    func read(_ name: String) -> [UInt8]? {
        guard let file = fopen("\(path)/\(name)", "r") else { return nil }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: ftell(file))
        rewind(file)
        fread(&bytes, 1, bytes.count, file)
        return bytes
    }

    var names: [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

extension RunningProcess {
    /// The port of the first `listening` object.
    func listeningPort() async throws -> Int {
        let line = try await line(within: .seconds(20)) { $0.contains("\"type\":\"listening\"") }
        return try #require(try JSONValue(line)["port"]?.int)
    }

    /// Waits for an object of that type, for a client where one is named.
    @discardableResult
    func object(_ type: String, client: Int? = nil) async throws -> JSONValue {
        let line = try await line(within: .seconds(20)) { line in
            line.contains("\"type\":\"\(type)\"") && (client.map { line.contains("\"client\":\($0),") } ?? true)
        }
        return try JSONValue(line)
    }

    /// A field of /proc/PID/status, in KiB.
    func memory(_ field: String) -> Int? {
        guard let file = fopen("/proc/\(id)/status", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix(field + ":") { return text.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } }
        }
        return nil
    }
}

/// Runs `sonde echo` on a free loopback port, gives it to the body, ends it in order and returns how it ended.
@discardableResult
func withEcho(
    _ arguments: String...,
    limit: Duration = .seconds(60),
    body: @Sendable (Int, RunningProcess) async throws -> Void
) async throws -> Outcome {
    let command = Command(Binary.sonde, ["echo", "0", "--json", "--bind", Loopback.text] + arguments).limit(limit)
    return try await command.running { process in
        try await body(try await process.listeningPort(), process)
        process.interrupt()
    }.1
}
