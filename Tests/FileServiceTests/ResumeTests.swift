import Addresses
import Glibc
import Serving
import SondeSystem
import Synchronization
import Testing

@testable import FileService

/// A server of a folder in a thread of this process.
private final class ServerInThread: Sendable {
    let address: SocketAddress
    private let stop: StopToken
    private let thread: WorkerThread

    init(_ folder: String) throws {
        let stop = try StopToken()
        let bound = Mutex<SocketAddress?>(nil)
        let isBound = Semaphore(0)
        thread = try WorkerThreads.start {
            do {
                let request = ListenRequest(.tcp, SocketAddress(.loopbackV4, port: 0))
                let configuration = ServerConfiguration(listeners: [request])
                var server = try FileServer.make(ServedFolder(path: folder), configuration, stop: stop) { _ in }
                bound.withLock { $0 = server.listeners[0].address }
                isBound.signal()
                try server.run()
            } catch {
                isBound.signal()
            }
        }
        isBound.wait()
        address = try #require(bound.withLock { $0 })
        self.stop = stop
    }

    func end() {
        stop.abort()
        thread.join()
    }

    func connect() throws -> FileConnection {
        let socket = try Descriptor.socket(domain: AF_INET, .stream)
        let raw = try #require(RawSocketAddress(address))
        _ = socket.borrowed.connect(to: raw)
        _ = try socket.borrowed.wait(for: .writable)
        return try FileConnection.make(socket, stop: try StopToken(), patience: .seconds(20))
    }
}

/// A folder of this test, removed with everything in it.
private final class Folder {
    let path: String

    init() {
        var template = Array("/tmp/sonde-resume-XXXXXX".utf8CString)
        path = String(cString: mkdtemp(&template))
    }

    deinit {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    var names: [String] {
        guard let directory = try? Descriptor.openDirectory(path) else { return [] }
        return ((try? directory.borrowed.entryNames(limit: 1000)) ?? []).map { String(decoding: $0, as: UTF8.self) }.sorted()
    }

    func write(_ name: String, _ bytes: [UInt8]) {
        let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        _ = Glibc.write(file, bytes, bytes.count)
        close(file)
    }

    /// Overwrites the file where it is: it keeps its inode and, at the end, its time.
    func overwrite(_ name: String, _ bytes: [UInt8]) {
        var before = stat()
        stat("\(path)/\(name)", &before)
        let file = open("\(path)/\(name)", O_WRONLY)
        _ = pwrite(file, bytes, bytes.count, 0)
        ftruncate(file, bytes.count)
        futimens(file, [before.st_atim, before.st_mtim])
        close(file)
    }

    /// Puts another file of the same time in its place.
    func replace(_ name: String, _ bytes: [UInt8]) {
        var before = stat()
        stat("\(path)/\(name)", &before)
        write("new", bytes)
        utimensat(AT_FDCWD, "\(path)/new", [before.st_atim, before.st_mtim], 0)
        rename("\(path)/new", "\(path)/\(name)")
    }

    func read(_ name: String) -> [UInt8]? {
        let file = open("\(path)/\(name)", O_RDONLY)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        fstat(file, &status)
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        return Glibc.read(file, &bytes, bytes.count) == bytes.count ? bytes : nil
    }
}

@Suite("Continuing a download never joins two versions", .serialized)
struct ResumeTests {
    private static func content(_ count: Int, _ seed: UInt8) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) ^ seed }
    }

    /// What becomes of the first version, and whether the part still is the beginning of what then is served.
    enum Change: CaseIterable {
        case none, touched, overwritten, replaced, sameBeginning, appended, truncated, sameEnd, olderPart, foreignPart
    }

    @Test("980 pairs of versions: the result is the served version, or an error and no file")
    func pairs() throws {
        let (served, target) = (Folder(), Folder())
        let server = try ServerInThread(served.path)
        defer { server.end() }
        var outcomes: [Change: (whole: Int, refused: Int)] = [:]
        for round in 0..<980 {
            let change = Change.allCases[round % Change.allCases.count]
            let size = Int.random(in: 2...5000)
            let first = Self.content(size, UInt8.random(in: 0...127))
            served.write("f", first)
            let cut = Int.random(in: 1...size)
            var part = Array(first.prefix(cut))
            var connection = try server.connect()
            let (_, version) = try connection.request(.get(name: Array("f".utf8), from: 0))
            var second = first
            switch change {
            case .none: break
            case .touched: utimensat(AT_FDCWD, "\(served.path)/f", nil, 0)
            case .overwritten:
                second = first.map { ~$0 }
                served.overwrite("f", second)
            case .replaced:
                second = first.map { ~$0 }
                served.replace("f", second)
            case .sameBeginning:
                second = first.prefix(cut) + first.dropFirst(cut).map { ~$0 }
                served.overwrite("f", second)
            case .appended:
                second = first + Self.content(100, 200)
                served.overwrite("f", second)
            case .truncated:
                second = Array(first.prefix(size / 2))
                served.overwrite("f", second)
            case .sameEnd:
                second[Int.random(in: 0..<cut)] ^= 0x80
                served.overwrite("f", second)
            case .olderPart:
                part = part.map { $0 ^ 0x40 }
            case .foreignPart:
                part[part.count - 1] ^= 1
            }
            target.write(".f.\(size)-\(try #require(version)).part", part)
            let isBeginning = second.starts(with: part)
            do {
                let result = try Download.toFile(
                    "f",
                    target: "\(target.path)/f",
                    replaces: false,
                    resumes: true,
                    over: try server.connect()
                ) { _, _ in }
                #expect(target.read("f") == second && isBeginning, "round \(round), \(change)")
                #expect(Int(result.resumedFrom) == part.count && target.names == ["f"], "round \(round), \(change)")
                outcomes[change, default: (0, 0)].whole += 1
            } catch let error as DownloadError {
                guard case .changed = error.cause else { throw error }
                #expect(!isBeginning && target.names.count == 1 && target.read("f") == nil, "round \(round), \(change)")
                outcomes[change, default: (0, 0)].refused += 1
            }
            for name in target.names { unlink("\(target.path)/\(name)") }
        }
        for change in [Change.none, .touched, .sameBeginning, .appended] { #expect(outcomes[change]?.refused == 0, "\(change)") }
        for change in [Change.overwritten, .replaced, .sameEnd, .olderPart, .foreignPart] { #expect(outcomes[change]?.whole == 0) }
    }

    @Test("10 changes in mid-transfer: the result is one version whole, or an error and no file", arguments: [false, true])
    func midTransfer(resumes: Bool) throws {
        let (served, target) = (Folder(), Folder())
        let server = try ServerInThread(served.path)
        defer { server.end() }
        let size = 8 << 20
        let versions = [[UInt8](repeating: 0x41, count: size), [UInt8](repeating: 0x42, count: size)]
        var whole = 0
        for round in 0..<10 {
            served.write("f", versions[0])
            if round % 2 == 0 { usleep(150_000) }
            var connection = try server.connect()
            let (_, version) = try connection.request(.get(name: Array("f".utf8), from: 0))
            if resumes { target.write(".f.\(size)-\(try #require(version)).part", Array(versions[0].prefix(1000))) }
            let moment = Int.random(in: 0..<size)
            var isChanged = false
            do {
                _ = try Download.toFile(
                    "f",
                    target: "\(target.path)/f",
                    replaces: false,
                    resumes: resumes,
                    over: try server.connect()
                ) { received, _ in
                    guard received >= moment, !isChanged else { return }
                    isChanged = true
                    if round % 3 == 0 { served.replace("f", versions[1]) } else { served.overwrite("f", versions[1]) }
                }
                let result = target.read("f")
                #expect(result == versions[0] || result == versions[1], "round \(round)")
                whole += 1
            } catch let error as DownloadError {
                guard case .changedWhileSent = error.cause else { throw error }
                #expect(target.names == [], "round \(round)")
            }
            for name in target.names { unlink("\(target.path)/\(name)") }
        }
        // A file that another one replaces is sent whole from the one that was opened.
        #expect(whole >= 10 / 3)
    }

    @Test("of several parts the one that fits is continued, and the others are removed once the file is whole")
    func staleParts() throws {
        let (served, target) = (Folder(), Folder())
        let server = try ServerInThread(served.path)
        defer { server.end() }
        let content = Self.content(1000, 7)
        served.write("f", content)
        target.write(".f.1000-1.0.part", [UInt8](repeating: 1, count: 900))
        target.write(".f.1000-2.0.part", Array(content.prefix(10)))
        target.write(".f.500-3.0.part", [UInt8](repeating: 2, count: 400))
        target.write(".g.1000-1.0.part", [1])
        let result = try Download.toFile(
            "f",
            target: "\(target.path)/f",
            replaces: false,
            resumes: true,
            over: try server.connect()
        ) {
            _,
            _ in
        }
        #expect(result.resumedFrom == 10 && target.read("f") == content)
        #expect(target.names == [".g.1000-1.0.part", "f"])
    }

    @Test("names too long for a part's name do not share one")
    func longNames() {
        let name = String(repeating: "x", count: 240)
        let prefixes = Set(["a", "b", "c"].map { PartialFile.location(of: "dir/\(name)\($0)").prefix })
        #expect(prefixes.count == 3 && prefixes.allSatisfy { $0.utf8.count + "9223372036854775807-.part".utf8.count + 40 <= 255 })
        #expect(PartialFile.location(of: "dir/short").prefix == ".short." && PartialFile.location(of: "f").folder == "")
    }
}
