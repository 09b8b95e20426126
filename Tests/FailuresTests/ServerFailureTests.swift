import Addresses
import SystemPackage
import Testing

@testable import Failures
@testable import Serving
@testable import SondeSystem

@Suite("Failures of servers in words")
struct ServerFailureTests {
    @Test(arguments: servers) func server(item: FailureCase) { item.check() }

    private static func listen(
        _ operation: String = "bind",
        on address: SocketAddress = .ip(Endpoint(.anyV6, port: 80), zone: 0),
        _ errno: Errno
    ) -> Failure {
        let cause = SystemError(operation, on: address.description, errno)
        return Failure(listening: ListenError(transport: .tcp, address: address, cause: cause))
    }

    static let servers: [FailureCase] = [
        FailureCase(
            listen("bind", .addressInUse),
            71,
            "can't listen on [::]:80: address already in use (EADDRINUSE 98)",
            "choose another port (port 0 picks a free one), or find its owner: ss -lntup"
        ),
        FailureCase(
            listen("bind", .addressNotAvailable),
            71,
            "can't listen on [::]:80: cannot assign requested address (EADDRNOTAVAIL 99)",
            "choose an address of this machine, neither multicast nor broadcast: sonde addrs lists them"
        ),
        FailureCase(
            listen("bind", .permissionDenied),
            77,
            "can't listen on [::]:80: permission denied (EACCES 13)",
            "for ports below 1024, grant CAP_NET_BIND_SERVICE: \(CapabilityGrant.command(.netBindService))",
            "or choose a port from 1024 up"
        ),
        FailureCase(
            listen(on: .ip(Endpoint(FailureCase.address("fe80::1"), port: 80), zone: 0), .invalidArgument),
            64,
            "can't listen on [fe80::1]:80: invalid argument (EINVAL 22)",
            "append the interface, as in fe80::1%eth0: sonde addrs lists them"
        ),
        FailureCase(
            listen("listen", .tooManyOpenFiles),
            71,
            "listen [::]:80: too many open files (EMFILE 24)",
            "raise the limit of open files (ulimit -n), or open fewer at once"
        ),
        FailureCase(
            listen(on: .unix(path: "/tmp/f"), .addressInUse),
            71,
            "can't listen on /tmp/f: address already in use (EADDRINUSE 98)",
            "choose another path, or find its owner: ss -lxp"
        ),
        FailureCase(
            listen("connect", on: .unix(path: "/tmp/f"), .permissionDenied),
            77,
            "can't listen on /tmp/f: permission denied (EACCES 13)",
            "remove the socket of another user if its server is gone, or choose another path"
        ),
        FailureCase(
            listen("unlink", on: .unix(path: "/tmp/f"), .notPermitted),
            77,
            "can't listen on /tmp/f: operation not permitted (EPERM 1)",
            "remove the socket of another user if its server is gone, or choose another path"
        ),
        FailureCase(
            listen(on: .unix(path: "/tmp/f"), .permissionDenied),
            77,
            "can't listen on /tmp/f: permission denied (EACCES 13)",
            "choose a path in a directory that you may write to"
        ),
        FailureCase(
            listen(on: .unix(path: "/tmp/f"), .fileExists),
            73,
            "can't listen on /tmp/f: file exists (EEXIST 17)",
            "choose another path: sonde replaces no file that is not a socket"
        ),
        FailureCase(
            listen(on: .unix(path: "/tmp/f"), .fileNameTooLong),
            64,
            "can't listen on /tmp/f: file name too long (ENAMETOOLONG 36)",
            "choose a path or name of at most 107 bytes, the limit of Unix sockets"
        ),
        FailureCase(
            listen(on: .unix(path: "/no/f"), .noSuchFileOrDirectory),
            73,
            "can't listen on /no/f: no such file or directory (ENOENT 2)",
            "create the directory first"
        ),
        FailureCase(
            Failure(serving: SystemError("openat2", on: "d", .noFunction)),
            71,
            "can't serve d: function not implemented (ENOSYS 38)",
            "use Linux 5.6 or later: sonde serve needs openat2(2)"
        ),
        FailureCase(
            Failure(serving: SystemError("open", on: "d", .notDirectory)),
            66,
            "can't serve d: not a directory (ENOTDIR 20)",
            "choose an existing folder"
        ),
        FailureCase(
            Failure(serving: SystemError("open", on: "d", .permissionDenied)),
            77,
            "can't serve d: permission denied (EACCES 13)",
            "choose a folder that you may read"
        ),
        FailureCase(
            Failure(serving: SystemError("open", on: "d", .ioError)),
            71,
            "open d: input/output error (EIO 5)",
            "read what it means: sonde explain EIO"
        ),
    ]
}
