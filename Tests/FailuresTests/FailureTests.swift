import Addresses
import Console
import SystemPackage
import Testing

@testable import Failures
@testable import Interfaces
@testable import Probing
@testable import SondeSystem
@testable import Terminal

@Suite("Failures in words")
struct FailureTests {
    @Test(arguments: others) func failure(item: FailureCase) { item.check() }

    @Test("output that nobody reads any more is no failure")
    func silentEndings() {
        for error in [OutputError.closed, .stopped(signal: 2), .unreadAndUnreported] { #expect(Failure(error) == nil) }
        #expect(ExitStatus(OutputError.closed) == .success)
        #expect(ExitStatus(OutputError.stopped(signal: 2)) == .interrupted)
        #expect(ExitStatus(OutputError.stopped(signal: 15)) == .terminated)
        #expect(ExitStatus(OutputError.stopped(signal: nil)) == .cannotWrite)
        #expect(ExitStatus(OutputError.unread(lines: 1)) == .cannotWrite)
    }

    @Test("is printed as the message and a line for each step, a warning as the message alone")
    func printing() {
        let failure = Failure(.usage, "a\u{1B}b: wrong", next: "first", "second")
        var text = TextBuffer()
        failure.write(into: &text, .plain)
        failure.writeWarning(into: &text, .plain)
        #expect(text.string == "sonde: a\\x1bb: wrong\n  → first\n  → second\nsonde: a\\x1bb: wrong\n")
    }

    private static func printed(_ error: OutputError) -> Failure { Failure(error) ?? Failure(.success, "no failure") }

    static let others: [FailureCase] = [
        FailureCase(
            Failure(SystemError("socket", .permissionDenied)),
            77,
            "socket: permission denied (EACCES 13)",
            "run sonde as a user who may do that, or with sudo"
        ),
        FailureCase(
            Failure(SystemError("socket", .tooManyOpenFiles)),
            71,
            "socket: too many open files (EMFILE 24)",
            "raise the limit of open files (ulimit -n), or open fewer at once"
        ),
        FailureCase(
            Failure(SystemError("bind", on: "[::]:80", .addressInUse)),
            71,
            "bind [::]:80: address already in use (EADDRINUSE 98)",
            "choose another port, or see who holds it: ss -lntup"
        ),
        FailureCase(
            Failure(SystemError("bind", on: "[::]:80", .addressNotAvailable)),
            71,
            "bind [::]:80: cannot assign requested address (EADDRNOTAVAIL 99)",
            "choose an address of this machine: sonde addrs"
        ),
        FailureCase(
            Failure(SystemError("epoll_wait", .invalidArgument)),
            71,
            "epoll_wait: invalid argument (EINVAL 22)",
            "read what it means: sonde explain EINVAL"
        ),
        FailureCase(
            Failure(ResolutionError(name: "h", reason: "Name or service not known", isTemporary: false)),
            68,
            "host \"h\" does not resolve: Name or service not known",
            "check the spelling, or give the address"
        ),
        FailureCase(
            Failure(ResolutionError(name: "h", reason: "Temporary failure", isTemporary: true)),
            68,
            "host \"h\" does not resolve: Temporary failure",
            "try again: the name server did not answer"
        ),
        FailureCase(
            Failure(ResolutionError(name: "h", reason: "System error", isTemporary: false, code: -11, shortage: .tooManyOpenFiles)),
            71,
            "getaddrinfo h: too many open files (EMFILE 24)",
            "raise the limit of open files (ulimit -n), or open fewer at once"
        ),
        FailureCase(
            printed(OutputError.failed(.output, .noSpace)),
            74,
            "standard output: no space left on device (ENOSPC 28)",
            "check the free space and the file or pipe that it writes to"
        ),
        FailureCase(
            printed(OutputError.failed(.error, .ioError)),
            74,
            "standard error: input/output error (EIO 5)",
            "check the free space and the file or pipe that it writes to"
        ),
        FailureCase(
            printed(OutputError.unread(lines: 1)),
            74,
            "standard output: nobody read it, a line lost",
            "read it continuously, or redirect it to a file"
        ),
        FailureCase(
            printed(OutputError.unread(lines: 12)),
            74,
            "standard output: nobody read it, 12 lines lost",
            "read it continuously, or redirect it to a file"
        ),
        FailureCase(
            printed(OutputError.unread(lines: nil)),
            74,
            "standard output: nobody read it, the last lines lost",
            "read it continuously, or redirect it to a file"
        ),
        FailureCase(
            Failure(UnknownInterface(name: "eth7", known: ["lo", "eth0"])),
            69,
            "eth7: no such interface",
            "did you mean eth0?",
            "choose one of: lo, eth0"
        ),
        FailureCase(
            Failure(UnknownInterface(name: "wlan", known: (0..<1000).map { InterfaceName("if\($0)") })),
            69,
            "wlan: no such interface",
            "choose one of: if0, if1, if2, if3, if4, if5, if6, if7, if8, if9 and 990 more: sonde addrs"
        ),
        FailureCase(
            Failure(withoutDefaultRoute: .loopbackV4, of: "eth0"),
            1,
            "no default route: 127.0.0.1 is the address of eth0 on its own network"
        ),
        FailureCase(
            Failure(NoRoute(destination: .loopbackV4, errno: .networkUnreachable)),
            1,
            "127.0.0.1: no route: network is unreachable (ENETUNREACH 101)",
            "check the routes: ip route; ip rule"
        ),
        FailureCase(
            Failure(NoRoute(destination: IPAddress(v6High: 0xFE80 << 48, low: 1), errno: .invalidArgument)),
            1,
            "fe80::1: no route: invalid argument (EINVAL 22)",
            "name the interface: sonde addrs --to fe80::1%INTERFACE"
        ),
        FailureCase(
            Failure(noPrimaryOf: nil, isSelection: false),
            1,
            "no primary address: no default route, and no address that another host could reach",
            "check the addresses and routes: sonde addrs; ip route"
        ),
        FailureCase(
            Failure(noPrimaryOf: .v6, isSelection: false),
            1,
            "no primary address: no IPv6 default route, and no IPv6 address that another host could reach",
            "check the addresses and routes: sonde addrs; ip route"
        ),
        FailureCase(
            Failure(noPrimaryOf: .v4, isSelection: true),
            1,
            "none of the selected interfaces has this machine's primary IPv4 address",
            "list all interfaces: sonde addrs"
        ),
        FailureCase(
            Failure(TargetListError(path: "f", errno: .noSuchFileOrDirectory)),
            66,
            "f: no such file or directory (ENOENT 2)",
            "give a file with one target per line, or - for standard input"
        ),
        FailureCase(
            Failure(TargetListError(path: "f", errno: .permissionDenied)),
            77,
            "f: permission denied (EACCES 13)",
            "run sonde as a user who may read it"
        ),
        FailureCase(Failure(TargetListError(path: "f", errno: .ioError)), 66, "f: input/output error (EIO 5)"),
        FailureCase(
            Failure(unusedPorts: "22,80", target: "h:443"),
            64,
            "ports \"22,80\": every target has its own ports, so these would not be probed",
            "leave them out, or write them with the target: HOST:22,80"
        ),
        FailureCase(
            Failure(noPortsFor: "::1:22,80"),
            64,
            "no ports for \"::1:22,80\"",
            "for those ports write [::1]:22,80"
        ),
        FailureCase(
            Failure(noPortsFor: "h"),
            64,
            "no ports for \"h\"",
            "give them after the targets (22,80,8000-8100,https), with -p, or with --top N",
            "for all ports: -p-"
        ),
        FailureCase(
            Failure(noPortsFor: "h", lastWord: "htps"),
            64,
            "no ports for \"h\": \"htps\" is not a port number, range or service name",
            "did you mean https?",
            "give them after the targets (22,80,8000-8100,https), with -p, or with --top N",
            "for all ports: -p-"
        ),
    ]
}
