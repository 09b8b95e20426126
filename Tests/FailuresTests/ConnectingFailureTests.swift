import Addresses
import SystemPackage
import Testing

@testable import Dialing
@testable import Failures
@testable import SondeSystem

@Suite("Failures of connections in words")
struct ConnectingFailureTests {
    @Test(arguments: connections) func connecting(item: FailureCase) { item.check() }

    @Test("each attempt is named, with who reported the error")
    func attempts() {
        let queued = QueuedError(errno: .noRouteToHost, origin: .icmp, icmpType: 3, icmpCode: 13, offender: IPAddress("192.0.2.9"))
        let failure = Failure(
            ConnectError(attempts: [
                FailedAttempt(address: .unix(path: "/run/s"), errno: .connectionRefused, queuedError: nil),
                FailedAttempt(
                    address: .ip(Endpoint(FailureCase.address("192.0.2.1"), port: 80), zone: 0),
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

    private static func connect(
        to address: SocketAddress = .ip(Endpoint(FailureCase.address("192.0.2.1"), port: 80), zone: 0),
        _ errno: Errno,
        _ queued: QueuedError? = nil
    ) -> Failure {
        Failure(ConnectError(attempts: [FailedAttempt(address: address, errno: errno, queuedError: queued)]))
    }

    static let connections: [FailureCase] = [
        FailureCase(
            connect(.connectionRefused),
            1,
            "can't connect to 192.0.2.1:80: connection refused (ECONNREFUSED 111)",
            "find the reason: sonde probe 192.0.2.1 80"
        ),
        FailureCase(
            connect(.permissionDenied),
            77,
            "can't connect to 192.0.2.1:80: permission denied (EACCES 13)",
            "find the reason: sonde probe 192.0.2.1 80"
        ),
        FailureCase(
            connect(.tooManyOpenFiles),
            71,
            "can't connect to 192.0.2.1:80: too many open files (EMFILE 24)",
            "raise the limit of open files (ulimit -n)"
        ),
        FailureCase(
            connect(to: .unix(path: "/run/s"), .connectionRefused),
            1,
            "can't connect to /run/s: connection refused (ECONNREFUSED 111)",
            "list the listening sockets: ss -lx"
        ),
        FailureCase(
            connect(to: .unix(path: "/run/s"), .noSuchFileOrDirectory),
            1,
            "can't connect to /run/s: no such file or directory (ENOENT 2)",
            "check the path"
        ),
        FailureCase(
            connect(to: .unix(path: "/run/s"), .permissionDenied),
            77,
            "can't connect to /run/s: permission denied (EACCES 13)",
            "check the mode of the socket and of the folders above it"
        ),
        FailureCase(
            connect(.noBufferSpace),
            71,
            "can't connect to 192.0.2.1:80: no buffer space available (ENOBUFS 105)",
            "free memory, then try again"
        ),
        FailureCase(
            connect(.addressNotAvailable),
            71,
            "can't connect to 192.0.2.1:80: cannot assign requested address (EADDRNOTAVAIL 99)",
            "check that this machine has an address of that family and free ports: sonde addrs"
        ),
        FailureCase(
            connect(to: .unix(path: "/run/s"), .fileNameTooLong),
            64,
            "can't connect to /run/s: file name too long (ENAMETOOLONG 36)",
            "choose a path of at most 107 bytes, the limit of Unix sockets"
        ),
        FailureCase(
            connect(to: .ip(Endpoint(FailureCase.address("fe80::1"), port: 80), zone: 0), .invalidArgument),
            1,
            "can't connect to [fe80::1]:80: invalid argument (EINVAL 22)",
            "add the interface, e.g. fe80::1%eth0: sonde addrs lists them"
        ),
        FailureCase(
            connect(to: .ip(Endpoint(FailureCase.address("fe80::1"), port: 80), zone: 3), .timedOut),
            1,
            "can't connect to [fe80::1%3]:80: connection timed out (ETIMEDOUT 110)",
            "find the reason: sonde probe fe80::1%3 80"
        ),
    ]
}
