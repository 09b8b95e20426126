import Glibc
import SondeSystem
import SystemPackage

// Enters the sandbox of `sonde capture`, tries what a captured program might, and prints what came of each attempt.
//
// Arguments: a folder that may be written, a file that may be read.

let folder = CommandLine.arguments[1]
let readable = CommandLine.arguments[2]

func report(_ attempt: String, _ result: Int) {
    let outcome = result == -1 ? Errno(rawValue: errno).description : "done"
    print("\(attempt): \(outcome)")
}

func descriptor(_ path: String, _ flags: Int32) -> Int { Int(open(path, flags, 0o600)) }

func connects(_ family: Int32) -> Int {
    let socket = Int(socket(family, Int32(SOCK_STREAM.rawValue), 0))
    if socket == -1 { return -1 }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(family)
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            Int(connect(Int32(socket), $0, socklen_t(MemoryLayout<sockaddr_un>.size)))
        }
    }
}

try Credentials.dropCapabilities()
var files = Sandbox.Files()
files.writtenFolders = [folder]
files.read = [readable]
for gap in Sandbox.enter(files) { print("gap: \(gap.feature.name)") }

report("read the shadow file", descriptor("/etc/shadow", O_RDONLY))
report("write to another folder", descriptor("/var/tmp/sonde-sandbox-probe", O_WRONLY | O_CREAT))
report("read in the folder", descriptor("/proc/self/mem", O_RDONLY))
report("remove the file", Int(unlink(readable)))
report("connect by TCP", connects(AF_INET))
report("connect to a Unix socket", connects(AF_UNIX))
var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
report("execute", Int(execv("/bin/true", &arguments)))
var child: pid_t = 0
let spawned = posix_spawn(&child, "/bin/true", nil, nil, &arguments, nil)
errno = spawned
report("spawn", spawned == 0 ? 0 : -1)
report("signal another process", Int(kill(getppid(), 0)))
let page = mmap(nil, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
report("map code", page == MAP_FAILED ? -1 : 0)

report("write in the folder", descriptor(folder + "/new", O_WRONLY | O_CREAT | O_TRUNC))
report("read the file", descriptor(readable, O_RDONLY))
let thread = try? WorkerThreads.start {}
thread?.join()
print("start a thread: \(thread == nil ? "refused" : "done")")
print("state of an interface: \(NetworkDatabase.isUp("lo") == nil ? "refused" : "done")")
