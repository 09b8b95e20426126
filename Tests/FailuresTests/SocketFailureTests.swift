import SystemPackage
import Testing

@testable import Failures

@Suite("Failures of sockets and namespaces in words")
struct SocketFailureTests {
    @Test(arguments: nothingFound + namespaces) func item(item: FailureCase) { item.check() }

    static let nothingFound: [FailureCase] = [
        FailureCase(
            Failure(noSocket: ["80", "443"], process: nil, isConnection: false, mayBeHidden: false),
            1,
            "port 80,443: nothing listens",
            "list all listeners: sonde sockets"
        ),
        FailureCase(
            Failure(noSocket: ["80"], process: "nginx", isConnection: true, mayBeHidden: false),
            1,
            "port 80, process nginx: no connection",
            "list all connections: sonde sockets --connected"
        ),
        FailureCase(
            Failure(noSocket: [], process: "nginx", isConnection: false, mayBeHidden: true),
            1,
            "process nginx: nothing listens",
            "processes of other users are hidden: use sudo to see them"
        ),
    ]

    static let namespaces: [FailureCase] = [
        FailureCase(
            Failure(namespace: "blue", .noSuchFileOrDirectory),
            69,
            "network namespace blue: no such file or directory (ENOENT 2)",
            "list the names: ip netns; or give the id of a process that runs in it"
        ),
        FailureCase(
            Failure(namespace: "blue", .permissionDenied),
            77,
            "network namespace blue: permission denied (EACCES 13)",
            "run sonde with sudo: entering a namespace needs CAP_SYS_ADMIN"
        ),
        FailureCase(
            Failure(namespace: "blue", .notPermitted),
            77,
            "network namespace blue: operation not permitted (EPERM 1)",
            "run sonde with sudo: entering a namespace needs CAP_SYS_ADMIN"
        ),
        FailureCase(
            Failure(namespace: "../x", .invalidArgument),
            64,
            "network namespace ../x: invalid argument (EINVAL 22)",
            "give a name as ip netns lists it, or a process id"
        ),
        FailureCase(Failure(namespace: "blue", .noMemory), 71, "network namespace blue: cannot allocate memory (ENOMEM 12)"),
    ]
}
