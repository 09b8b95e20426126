import Addresses
import Console
import Packets
import SystemPackage
import Testing

@testable import Dialing
@testable import Failures
@testable import FileService
@testable import Interfaces
@testable import PacketCapture
@testable import Probing
@testable import Serving
@testable import SondeSystem
@testable import Terminal

/// Each error that a library throws, as the user reads it: exit code, message, next steps.
@Suite("Failures in words")
struct FailureTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let failure: Failure
        let status: Int32
        let lines: [String]
        var testDescription: String { lines[0] }

        init(_ failure: Failure, _ status: Int32, _ lines: String...) {
            self.failure = failure
            self.status = status
            self.lines = lines
        }
    }

    private static func address(_ text: String) -> IPAddress { IPAddress(text) ?? .loopbackV4 }

    private static func printed(_ error: OutputError) -> Failure { Failure(error) ?? Failure(.success, "no failure") }

    private static func check(_ item: Case) {
        #expect(item.failure.status.rawValue == item.status)
        #expect([item.failure.message] + item.failure.nextSteps == item.lines)
    }

    @Test(arguments: captures) func capture(item: Case) { Self.check(item) }
    @Test(arguments: transfers) func transfer(item: Case) { Self.check(item) }
    @Test(arguments: connections) func connecting(item: Case) { Self.check(item) }
    @Test(arguments: servers) func server(item: Case) { Self.check(item) }
    @Test(arguments: others) func other(item: Case) { Self.check(item) }

    @Test("a damaged capture says at which byte and why", arguments: damages)
    func damage(kind: CaptureDamage.Kind, words: String) {
        let failure = Failure(CaptureError.damaged(path: "f.pcap", CaptureDamage(kind, at: 40)))
        #expect(failure.status == .damagedInput)
        #expect(failure.message == "f.pcap: damaged at byte 40: \(words)")
    }

    @Test("output that nobody reads any more is no failure")
    func silentEndings() {
        for error in [OutputError.closed, .stopped(signal: 2), .unreadAndUnreported] { #expect(Failure(error) == nil) }
        #expect(ExitStatus(OutputError.closed) == .success)
        #expect(ExitStatus(OutputError.stopped(signal: 2)) == .interrupted)
        #expect(ExitStatus(OutputError.stopped(signal: 15)) == .terminated)
        #expect(ExitStatus(OutputError.stopped(signal: nil)) == .cannotWrite)
        #expect(ExitStatus(OutputError.unread(lines: 1)) == .cannotWrite)
    }

    @Test("each attempt is named, with who reported the error")
    func attempts() {
        let queued = QueuedError(errno: .noRouteToHost, origin: .icmp, icmpType: 3, icmpCode: 13, offender: IPAddress("192.0.2.9"))
        let failure = Failure(
            ConnectError(attempts: [
                FailedAttempt(address: .unix(path: "/run/s"), errno: .connectionRefused, queuedError: nil),
                FailedAttempt(
                    address: .ip(Endpoint(Self.address("192.0.2.1"), port: 80), zone: 0),
                    errno: .noRouteToHost,
                    queuedError: queued
                ),
            ])
        )
        #expect(
            failure.message == "can't connect to /run/s: connection refused (ECONNREFUSED 111); "
                + "can't connect to 192.0.2.1:80: no route to host (EHOSTUNREACH 113), reported by 192.0.2.9 (ICMP 3/13)"
        )
        #expect(failure.nextSteps == ["find the reason: sonde probe 192.0.2.1 80"])
    }

    @Test("is printed as the message and a line for each step, a warning as the message alone")
    func printing() {
        let failure = Failure(.usage, "a\u{1B}b: wrong", next: "first", "second")
        var text = TextBuffer()
        failure.write(into: &text, .plain)
        failure.writeWarning(into: &text, .plain)
        #expect(text.string == "sonde: a\\x1bb: wrong\n  → first\n  → second\nsonde: a\\x1bb: wrong\n")
    }

    static let captures: [Case] = [
        Case(
            Failure(CaptureError.input(operation: "open", path: "f", .noSuchFileOrDirectory)),
            66,
            "f: no such file or directory (ENOENT 2)",
            "check the path"
        ),
        Case(
            Failure(CaptureError.input(operation: "open", path: "f", .notDirectory)),
            66,
            "f: not a directory (ENOTDIR 20)",
            "check the path"
        ),
        Case(
            Failure(CaptureError.input(operation: "open", path: "f", .permissionDenied)),
            77,
            "f: permission denied (EACCES 13)",
            "reading the file needs its read permission: ls -l"
        ),
        Case(
            Failure(CaptureError.input(operation: "read", path: "f", .isDirectory)),
            66,
            "f: read failed: is a directory (EISDIR 21)"
        ),
        Case(
            Failure(CaptureError.output(operation: "open", path: "f", .permissionDenied)),
            73,
            "f: open failed: permission denied (EACCES 13)",
            "check the directory and its permissions"
        ),
        Case(
            Failure(CaptureError.output(operation: "write", path: "f", .noSpace)),
            74,
            "f: write failed: no space left on device (ENOSPC 28)",
            "check the space: df"
        ),
        Case(Failure(CaptureError.outputIsInput(path: "f")), 64, "-w f: -r reads that file", "give another name"),
        Case(
            Failure(CaptureError.mixedLinkTypes(path: "f", first: .ethernet, other: .raw)),
            74,
            "f: a pcap file has one link type, here 1, and a frame has 101",
            "write pcapng instead: --pcapng, or a name that ends in .pcapng"
        ),
        Case(
            Failure(CaptureError.notACapture(path: "f", firstBytes: [])),
            65,
            "f: not a capture file: it is empty",
            "give a pcap or pcapng file"
        ),
        Case(
            Failure(CaptureError.notACapture(path: "f", firstBytes: [1])),
            65,
            "f: not a capture file",
            "give a pcap or pcapng file"
        ),
        Case(
            Failure(CaptureError.cannotDecompress(path: "f", compression: "zstd", reason: "no libzstd")),
            69,
            "f is zstd: no libzstd",
            "unpack it first: zstd -d"
        ),
        Case(
            Failure(CaptureError.noSuchInterface("eth7", existing: ["lo", "eth0"])),
            69,
            "no such interface: \"eth7\"",
            "these exist: lo, eth0"
        ),
        Case(
            Failure(CaptureError.noSuchInterface("eth7", existing: [])),
            69,
            "no such interface: \"eth7\"",
            "see those that exist: sonde addrs"
        ),
        Case(
            Failure(CaptureError.notPermitted(interface: "lo")),
            77,
            "capturing on lo needs CAP_NET_RAW",
            "run it with sudo: sonde drops the privilege before it decodes a frame",
            "or for good: sudo setcap cap_net_raw=ep $(command -v sonde)"
        ),
        Case(Failure(CaptureError.interfaceDown("eth0")), 69, "interface eth0 is down", "bring it up: sudo ip link set eth0 up"),
        Case(Failure(CaptureError.interrupted(path: "f")), 74, "f: nobody read it", "read it as it is written"),
        Case(
            Failure(CaptureError.filter(expression: "tcp prot", message: "syntax error")),
            64,
            "filter \"tcp prot\": syntax error",
            "for filter syntax see pcap-filter(7)"
        ),
        Case(
            Failure(CaptureError.cannotFilter(path: "f", .ethernet, message: "no filter")),
            64,
            "f: libpcap cannot filter link type 1: no filter",
            "leave the filter out"
        ),
        Case(
            Failure(CaptureError.libpcapMissing(reason: "no such file")),
            69,
            "libpcap can't be loaded: no such file",
            "install it: sudo apt-get install libpcap0.8"
        ),
        Case(Failure(CaptureError.libpcap(operation: "pcap_activate", message: "gone")), 69, "pcap_activate: gone"),
        Case(
            Failure(CaptureError.privilege(operation: "setuid", .notPermitted)),
            77,
            "cannot drop privilege: setuid: operation not permitted (EPERM 1)",
            "nothing was captured"
        ),
    ]

    static let damages: [(CaptureDamage.Kind, String)] = [
        (.cut(needed: 16, present: 3), "the file ends after 3 of 16 bytes of a record"),
        (.recordTooLong(claimed: 900_000, limit: 262_144), "a record of 900000 bytes, above the limit of 262144"),
        (.badBlockLength(13), "a block length of 13, which is invalid"),
        (.unknownInterface(2), "a packet of interface 2, which no block describes"),
        (.compressed(reason: "bad data"), "the rest cannot be decompressed: bad data"),
        (.badByteOrderMagic, "a section with an invalid byte-order magic"), (.unknownMagic, "not the magic number of a capture"),
        (.unsupportedVersion(major: 3, minor: 0), "version 3.0 is not supported"),
    ]

    private static let partial = (path: ".f.part", count: UInt64(4))

    static let transfers: [Case] = [
        Case(
            Failure(FileTransferError.refused(reason: Array("no such file".utf8))),
            1,
            "the server refused the request: no such file",
            "list its files: sonde get --list"
        ),
        Case(
            Failure(FileTransferError.notTheProtocol(line: Array("HTTP/1.1".utf8))),
            65,
            "the server does not speak the file protocol: \"HTTP/1.1\"",
            "check that it is sonde serve"
        ),
        Case(
            Failure(FileTransferError.cut(received: 0, of: 0, .closed)),
            74,
            "no answer to the request: the server closed the connection",
            "check that it is sonde serve, then try again"
        ),
        Case(
            Failure(FileTransferError.cut(received: 0, of: 0, .stalled(.seconds(30)))),
            74,
            "no answer to the request: no data for 30.0 s",
            "check that it is sonde serve, then try again"
        ),
        Case(
            Failure(FileTransferError.cut(received: 4, of: 10, .failed(.connectionReset))),
            74,
            "the transfer was cut after 4 of 10 bytes: connection reset by peer (ECONNRESET 104)",
            "try again"
        ),
        Case(
            Failure(.cut(received: 4, of: 10, .closed), partial: partial, of: 10),
            74,
            "the transfer was cut after 4 of 10 bytes: the server closed the connection",
            "continue with --resume: .f.part holds 4 of 10 bytes"
        ),
        Case(
            Failure(FileTransferError.changed),
            1,
            "the file has changed on the server since the first part was received",
            "fetch it again without --resume"
        ),
        Case(
            Failure(FileTransferError.changedWhileSent),
            74,
            "the file changed on the server while it was sent; nothing was kept of it",
            "fetch it again"
        ),
        Case(
            Failure(FileTransferError.danglingLink(path: "f")),
            73,
            "f: a symbolic link to a file that does not exist",
            "remove it, or choose another name with -o"
        ),
        Case(
            Failure(FileTransferError.unusableTarget(path: "f")),
            73,
            "f: a folder or socket, which can't be replaced by a file",
            "choose another name with -o"
        ),
        Case(
            Failure(FileTransferError.refused(reason: Array(FileRefusal.busy.rawValue.utf8))),
            1,
            "the server refused the request: too many listings in progress: try again",
            "try again later"
        ),
        Case(
            Failure(FileTransferError.refused(reason: Array(FileRefusal.tooManyEntries.rawValue.utf8))),
            1,
            "the server refused the request: the folder has too many entries to list",
            "list a folder below it, or fetch files whose names you know"
        ),
        Case(
            Failure(.targetExists(path: "f"), partial: partial, of: 10),
            73,
            "f: file exists",
            "the whole file is .f.part: move it, or run this again with --resume --force"
        ),
        Case(
            Failure(FileTransferError.targetExists(path: "f")),
            73,
            "f: file exists",
            "replace it with --force, or choose another name with -o"
        ),
        Case(
            Failure(FileTransferError.targetBusy(path: "f")),
            73,
            "another process is downloading to f",
            "wait for it, or choose another name with -o"
        ),
        Case(
            Failure(FileTransferError.foreignPartialFile(path: ".f.part")),
            73,
            ".f.part: not a regular file of this user",
            "remove it, or choose another name with -o"
        ),
        Case(
            Failure(FileTransferError.noFileName),
            64,
            "the name has no last component to name the target after",
            "choose a name with -o"
        ),
        Case(
            Failure(FileTransferError.cannotCreate(SystemError("open", on: "f", .permissionDenied))),
            73,
            "can't create f: permission denied (EACCES 13)",
            "check the folder, or choose another target with -o"
        ),
        Case(
            Failure(FileTransferError.cannotWrite(SystemError("write", on: "f", .noSpace), received: 7)),
            74,
            "can't write f after 7 bytes: no space left on device (ENOSPC 28)",
            "check the free space"
        ),
        Case(
            Failure(.cannotWrite(SystemError("write", on: "f", .noSpace), received: 7), partial: partial, of: 10),
            74,
            "can't write f after 7 bytes: no space left on device (ENOSPC 28)",
            "continue with --resume: .f.part holds 4 of 10 bytes"
        ),
        Case(
            Failure(FileTransferError.cannotWrite(SystemError("write", .noSpace), received: 7)),
            74,
            "can't write standard output after 7 bytes: no space left on device (ENOSPC 28)",
            "check the free space"
        ),
        Case(Failure(FileTransferError.interrupted(signal: 2, received: 7)), 130, "interrupted after 7 bytes", "try again"),
        Case(
            Failure(.interrupted(signal: 15, received: 4), partial: partial, of: 10),
            143,
            "interrupted after 4 bytes",
            "continue with --resume: .f.part holds 4 of 10 bytes"
        ),
        Case(
            Failure(FileTransferError.system(SystemError("epoll_create1", .noMemory))),
            71,
            "epoll_create1: cannot allocate memory (ENOMEM 12)"
        ),
    ]

    private static func connect(
        to address: SocketAddress = .ip(Endpoint(address("192.0.2.1"), port: 80), zone: 0),
        _ errno: Errno,
        _ queued: QueuedError? = nil
    ) -> Failure {
        Failure(ConnectError(attempts: [FailedAttempt(address: address, errno: errno, queuedError: queued)]))
    }

    static let connections: [Case] = [
        Case(
            connect(.connectionRefused),
            1,
            "can't connect to 192.0.2.1:80: connection refused (ECONNREFUSED 111)",
            "find the reason: sonde probe 192.0.2.1 80"
        ),
        Case(
            connect(.permissionDenied),
            77,
            "can't connect to 192.0.2.1:80: permission denied (EACCES 13)",
            "find the reason: sonde probe 192.0.2.1 80"
        ),
        Case(
            connect(.tooManyOpenFiles),
            71,
            "can't connect to 192.0.2.1:80: too many open files (EMFILE 24)",
            "raise the limit of open files (ulimit -n)"
        ),
        Case(
            connect(to: .unix(path: "/run/s"), .connectionRefused),
            1,
            "can't connect to /run/s: connection refused (ECONNREFUSED 111)",
            "list the listening sockets: ss -lx"
        ),
        Case(
            connect(to: .unix(path: "/run/s"), .noSuchFileOrDirectory),
            1,
            "can't connect to /run/s: no such file or directory (ENOENT 2)",
            "check the path"
        ),
        Case(
            connect(to: .unix(path: "/run/s"), .fileNameTooLong),
            64,
            "can't connect to /run/s: file name too long (ENAMETOOLONG 36)",
            "choose a path of at most 107 bytes, the limit of Unix sockets"
        ),
        Case(
            connect(to: .ip(Endpoint(address("fe80::1"), port: 80), zone: 0), .invalidArgument),
            1,
            "can't connect to [fe80::1]:80: invalid argument (EINVAL 22)",
            "add the interface, e.g. fe80::1%eth0: sonde addrs lists them"
        ),
        Case(
            connect(to: .ip(Endpoint(address("fe80::1"), port: 80), zone: 3), .timedOut),
            1,
            "can't connect to [fe80::1%3]:80: connection timed out (ETIMEDOUT 110)",
            "find the reason: sonde probe fe80::1%3 80"
        ),
    ]

    private static func listen(
        _ operation: String = "bind",
        on address: SocketAddress = .ip(Endpoint(.anyV6, port: 80), zone: 0),
        _ errno: Errno
    ) -> Failure {
        let cause = SystemError(operation, on: address.description, errno)
        return Failure(listening: ListenError(transport: .tcp, address: address, cause: cause))
    }

    static let servers: [Case] = [
        Case(
            listen("bind", .addressInUse),
            71,
            "can't listen on [::]:80: address already in use (EADDRINUSE 98)",
            "choose another port (port 0 picks a free one), or find its owner: ss -lntup"
        ),
        Case(
            listen("bind", .addressNotAvailable),
            71,
            "can't listen on [::]:80: cannot assign requested address (EADDRNOTAVAIL 99)",
            "choose an address of this machine, neither multicast nor broadcast: sonde addrs lists them"
        ),
        Case(
            listen("bind", .permissionDenied),
            77,
            "can't listen on [::]:80: permission denied (EACCES 13)",
            "for ports below 1024, grant CAP_NET_BIND_SERVICE: sudo setcap cap_net_bind_service=ep $(command -v sonde)",
            "or choose a port from 1024 up"
        ),
        Case(
            listen(on: .ip(Endpoint(address("fe80::1"), port: 80), zone: 0), .invalidArgument),
            64,
            "can't listen on [fe80::1]:80: invalid argument (EINVAL 22)",
            "append the interface, as in fe80::1%eth0: sonde addrs lists them"
        ),
        Case(
            listen("listen", .tooManyOpenFiles),
            71,
            "listen [::]:80: too many open files (EMFILE 24)",
            "raise the limit of open files (ulimit -n), or open fewer at once"
        ),
        Case(
            listen(on: .unix(path: "/tmp/f"), .addressInUse),
            71,
            "can't listen on /tmp/f: address already in use (EADDRINUSE 98)",
            "choose another path, or find its owner: ss -lxp"
        ),
        Case(
            listen("connect", on: .unix(path: "/tmp/f"), .permissionDenied),
            77,
            "can't listen on /tmp/f: permission denied (EACCES 13)",
            "remove the socket of another user if its server is gone, or choose another path"
        ),
        Case(
            listen("unlink", on: .unix(path: "/tmp/f"), .notPermitted),
            77,
            "can't listen on /tmp/f: operation not permitted (EPERM 1)",
            "remove the socket of another user if its server is gone, or choose another path"
        ),
        Case(
            listen(on: .unix(path: "/tmp/f"), .permissionDenied),
            77,
            "can't listen on /tmp/f: permission denied (EACCES 13)",
            "choose a path in a directory that you may write to"
        ),
        Case(
            listen(on: .unix(path: "/tmp/f"), .fileExists),
            73,
            "can't listen on /tmp/f: file exists (EEXIST 17)",
            "choose another path: sonde replaces no file that is not a socket"
        ),
        Case(
            listen(on: .unix(path: "/tmp/f"), .fileNameTooLong),
            64,
            "can't listen on /tmp/f: file name too long (ENAMETOOLONG 36)",
            "choose a path or name of at most 107 bytes, the limit of Unix sockets"
        ),
        Case(
            listen(on: .unix(path: "/no/f"), .noSuchFileOrDirectory),
            73,
            "can't listen on /no/f: no such file or directory (ENOENT 2)",
            "create the directory first"
        ),
        Case(
            Failure(serving: SystemError("openat2", on: "d", .noFunction)),
            71,
            "can't serve d: function not implemented (ENOSYS 38)",
            "use Linux 5.6 or later: sonde serve needs openat2(2)"
        ),
        Case(
            Failure(serving: SystemError("open", on: "d", .notDirectory)),
            66,
            "can't serve d: not a directory (ENOTDIR 20)",
            "choose an existing folder"
        ),
        Case(
            Failure(serving: SystemError("open", on: "d", .permissionDenied)),
            77,
            "can't serve d: permission denied (EACCES 13)",
            "choose a folder that you may read"
        ),
        Case(Failure(serving: SystemError("open", on: "d", .ioError)), 71, "open d: input/output error (EIO 5)"),
    ]

    static let others: [Case] = [
        Case(
            Failure(SystemError("socket", .permissionDenied)),
            77,
            "socket: permission denied (EACCES 13)",
            "run sonde as a user who may do that, or with sudo"
        ),
        Case(
            Failure(SystemError("socket", .tooManyOpenFiles)),
            71,
            "socket: too many open files (EMFILE 24)",
            "raise the limit of open files (ulimit -n), or open fewer at once"
        ),
        Case(
            Failure(SystemError("bind", on: "[::]:80", .addressInUse)),
            71,
            "bind [::]:80: address already in use (EADDRINUSE 98)",
            "choose another port, or see who holds it: ss -lntup"
        ),
        Case(
            Failure(SystemError("bind", on: "[::]:80", .addressNotAvailable)),
            71,
            "bind [::]:80: cannot assign requested address (EADDRNOTAVAIL 99)",
            "choose an address of this machine: sonde addrs"
        ),
        Case(Failure(SystemError("epoll_wait", .invalidArgument)), 71, "epoll_wait: invalid argument (EINVAL 22)"),
        Case(
            Failure(ResolutionError(name: "h", reason: "Name or service not known", isTemporary: false)),
            68,
            "host \"h\" does not resolve: Name or service not known",
            "check the spelling, or give the address"
        ),
        Case(
            Failure(ResolutionError(name: "h", reason: "Temporary failure", isTemporary: true)),
            68,
            "host \"h\" does not resolve: Temporary failure",
            "try again: the name server did not answer"
        ),
        Case(
            printed(OutputError.failed(.output, .noSpace)),
            74,
            "standard output: no space left on device (ENOSPC 28)",
            "check the free space and the file or pipe that it writes to"
        ),
        Case(
            printed(OutputError.failed(.error, .ioError)),
            74,
            "standard error: input/output error (EIO 5)",
            "check the free space and the file or pipe that it writes to"
        ),
        Case(
            printed(OutputError.unread(lines: 1)),
            74,
            "standard output: nobody read it, a line lost",
            "read it continuously, or redirect it to a file"
        ),
        Case(
            printed(OutputError.unread(lines: 12)),
            74,
            "standard output: nobody read it, 12 lines lost",
            "read it continuously, or redirect it to a file"
        ),
        Case(
            printed(OutputError.unread(lines: nil)),
            74,
            "standard output: nobody read it, the last lines lost",
            "read it continuously, or redirect it to a file"
        ),
        Case(
            Failure(UnknownInterface(name: "eth7", known: ["lo", "eth0"])),
            69,
            "eth7: no such interface",
            "did you mean eth0?",
            "choose one of: lo, eth0"
        ),
        Case(
            Failure(UnknownInterface(name: "wlan", known: (0..<1000).map { InterfaceName("if\($0)") })),
            69,
            "wlan: no such interface",
            "choose one of: if0, if1, if2, if3, if4, if5, if6, if7, if8, if9 and 990 more: sonde addrs"
        ),
        Case(
            Failure(withoutDefaultRoute: .loopbackV4, of: "eth0"),
            1,
            "no default route: 127.0.0.1 is the address of eth0 on its own network"
        ),
        Case(
            Failure(NoRoute(destination: .loopbackV4, errno: .networkUnreachable)),
            1,
            "127.0.0.1: no route: network is unreachable (ENETUNREACH 101)",
            "check the routes: ip route; ip rule"
        ),
        Case(
            Failure(NoRoute(destination: IPAddress(v6High: 0xFE80 << 48, low: 1), errno: .invalidArgument)),
            1,
            "fe80::1: no route: invalid argument (EINVAL 22)",
            "name the interface: sonde addrs --to fe80::1%INTERFACE"
        ),
        Case(
            Failure(noPrimaryOf: nil, isSelection: false),
            1,
            "no primary address: no default route, and no address that another host could reach",
            "check the addresses and routes: sonde addrs; ip route"
        ),
        Case(
            Failure(noPrimaryOf: .v6, isSelection: false),
            1,
            "no primary address: no IPv6 default route, and no IPv6 address that another host could reach",
            "check the addresses and routes: sonde addrs; ip route"
        ),
        Case(
            Failure(noPrimaryOf: .v4, isSelection: true),
            1,
            "none of the selected interfaces has this machine's primary IPv4 address",
            "list all interfaces: sonde addrs"
        ),
        Case(
            Failure(TargetListError(path: "f", errno: .noSuchFileOrDirectory)),
            66,
            "f: no such file or directory (ENOENT 2)",
            "give a file with one target per line, or - for standard input"
        ),
        Case(
            Failure(TargetListError(path: "f", errno: .permissionDenied)),
            77,
            "f: permission denied (EACCES 13)",
            "run sonde as a user who may read it"
        ),
        Case(Failure(TargetListError(path: "f", errno: .ioError)), 66, "f: input/output error (EIO 5)"),
        Case(
            Failure(noPortsFor: "h"),
            64,
            "no ports for \"h\"",
            "give them after the targets (22,80,8000-8100,https), with -p, or with --top N",
            "for all ports: -p-"
        ),
        Case(
            Failure(noPortsFor: "h", lastWord: "htps"),
            64,
            "no ports for \"h\": \"htps\" is not a port number, range or service name",
            "give them after the targets (22,80,8000-8100,https), with -p, or with --top N",
            "for all ports: -p-"
        ),
    ]
}
