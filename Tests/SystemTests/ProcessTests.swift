import Glibc
import Synchronization
import SystemPackage
import Testing

@testable import SondeSystem

@Suite struct WorkerThreadTests {
    @Test func coresFollowTheAffinityOfTheThread() throws {
        let all = WorkerThreads.availableCores
        #expect(all >= 1)
        // In a thread of its own: the mask is the thread's.
        let seen = Atomic(0)
        let thread = try WorkerThreads.start {
            // Glibc's module lacks both, and cpu_set_t's macros.
            typealias Call = @convention(c) (Int32, Int, UnsafeMutableRawPointer) -> Int32
            let get = unsafeBitCast(dlsym(nil, "sched_getaffinity"), to: Call.self)
            let set = unsafeBitCast(dlsym(nil, "sched_setaffinity"), to: Call.self)
            var mask = [UInt](repeating: 0, count: 16)
            guard get(0, 128, &mask) == 0, let word = mask.firstIndex(where: { $0 != 0 }) else { return }
            let lowest = mask[word] & (0 &- mask[word])
            mask = mask.indices.map { $0 == word ? lowest : 0 }
            guard set(0, 128, &mask) == 0 else { return }
            seen.store(WorkerThreads.availableCores, ordering: .relaxed)
        }
        thread.join()
        #expect(seen.load(ordering: .relaxed) == 1)
    }
}

@Suite struct LocalTimeTests {
    @Test func formatsWhatTheClockShows() throws {
        let time = try #require(LocalTime(secondsSinceEpoch: 1_700_000_000))
        let text = try #require(time.formatted("%H:%M:%S"))
        let parts = text.split(separator: ":").compactMap { Int($0) }
        #expect(parts == [time.hour, time.minute, time.second])
        #expect(time.formatted("") == nil)
        #expect(time.formatted(String(repeating: "x", count: 5000)) == nil)
    }
}

/// The limit belongs to the process.
@Suite(.serialized) struct OpenFileLimitTests {
    @Test func restoresTheSoftLimit() {
        func soft() -> rlim_t {
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            return limit.rlim_cur
        }
        let before = soft()
        let raised = OpenFileLimit.raise()
        #expect(raised == Int(clamping: soft()))
        #expect(OpenFileLimit.raise() == raised)
        OpenFileLimit.restore()
        #expect(soft() == before)
    }
}

@Suite struct NetworkDatabaseTests {
    @Test(arguments: [("lo", true), ("", false), ("nosuchif0", false), ("lo\0x", false), ("a-name-too-long-for-linux", false)])
    func findsInterfaces(name: String, exists: Bool) {
        #expect((NetworkDatabase.interfaceIndex(name) != nil) == exists)
    }
}

@Suite struct FileStatusTests {
    @Test(arguments: [
        ("/dev/null", FileStatus.Kind.characterDevice), ("/", .directory), ("/proc/self/exe", .regular), ("/nonexistent", nil),
    ])
    func tellsKinds(path: String, kind: FileStatus.Kind?) throws {
        #expect(try FileStatus.of(path)?.kind == kind)
        #expect(FileStatus.isRegular(path) == (kind == .regular))
    }

    @Test func linksShareAnIdentity() throws {
        let link = try #require(try FileStatus.of("/proc/self/exe"))
        #expect(try FileStatus.of("/proc/self/exe", followsLinks: false)?.kind == .symbolicLink)
        let open = try Descriptor.openForReading("/proc/self/exe")
        #expect(try open.borrowed.fileStatus().identity == link.identity)
        #expect(try FileStatus.of("/")?.identity != link.identity)
    }
}
