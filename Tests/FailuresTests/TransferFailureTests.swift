import SystemPackage
import Testing

@testable import Failures
@testable import FileService
@testable import SondeSystem

@Suite("Failures of transfers in words")
struct TransferFailureTests {
    @Test(arguments: transfers) func transfer(item: FailureCase) { item.check() }

    private static let partial = (path: ".f.part", count: UInt64(4))

    static let transfers: [FailureCase] = [
        FailureCase(
            Failure(FileTransferError.refused(reason: Array("no such file".utf8))),
            1,
            "the server refused the request: no such file",
            "list its files: sonde get --list"
        ),
        FailureCase(
            Failure(FileTransferError.notTheProtocol(line: Array("HTTP/1.1".utf8))),
            65,
            "the server does not speak the file protocol: \"HTTP/1.1\"",
            "check that it is sonde serve"
        ),
        FailureCase(
            Failure(FileTransferError.cut(received: 0, of: 0, .closed)),
            74,
            "no answer to the request: the server closed the connection",
            "check that it is sonde serve, then try again"
        ),
        FailureCase(
            Failure(FileTransferError.cut(received: 0, of: 0, .stalled(.seconds(30)))),
            74,
            "no answer to the request: no data for 30.0 s",
            "check that it is sonde serve, then try again"
        ),
        FailureCase(
            Failure(FileTransferError.cut(received: 4, of: 10, .failed(.connectionReset))),
            74,
            "the transfer was cut after 4 of 10 bytes: connection reset by peer (ECONNRESET 104)",
            "try again"
        ),
        FailureCase(
            Failure(.cut(received: 4, of: 10, .closed), partial: partial, of: 10),
            74,
            "the transfer was cut after 4 of 10 bytes: the server closed the connection",
            "continue with --resume: .f.part holds 4 of 10 bytes"
        ),
        FailureCase(
            Failure(FileTransferError.changed),
            1,
            "the file has changed on the server since the first part was received",
            "fetch it again without --resume"
        ),
        FailureCase(
            Failure(FileTransferError.changedWhileSent),
            74,
            "the file changed on the server while it was sent; nothing was kept of it",
            "fetch it again"
        ),
        FailureCase(
            Failure(FileTransferError.danglingLink(path: "f")),
            73,
            "f: a symbolic link to a file that does not exist",
            "remove it, or choose another name with -o"
        ),
        FailureCase(
            Failure(FileTransferError.unusableTarget(path: "f")),
            73,
            "f: a folder or socket, which can't be replaced by a file",
            "choose another name with -o"
        ),
        FailureCase(
            Failure(FileTransferError.refused(reason: Array(FileRefusal.busy.rawValue.utf8))),
            1,
            "the server refused the request: too many listings in progress: try again",
            "try again later"
        ),
        FailureCase(
            Failure(FileTransferError.refused(reason: Array(FileRefusal.tooManyEntries.rawValue.utf8))),
            1,
            "the server refused the request: the folder has too many entries to list",
            "list a folder below it, or fetch files whose names you know"
        ),
        FailureCase(
            Failure(.targetExists(path: "f"), partial: partial, of: 10),
            73,
            "f: file exists",
            "the whole file is .f.part: move it, or run this again with --resume --force"
        ),
        FailureCase(
            Failure(FileTransferError.targetExists(path: "f")),
            73,
            "f: file exists",
            "replace it with --force, or choose another name with -o"
        ),
        FailureCase(
            Failure(FileTransferError.targetBusy(path: "f")),
            73,
            "another process is downloading to f",
            "wait for it, or choose another name with -o"
        ),
        FailureCase(
            Failure(FileTransferError.foreignPartialFile(path: ".f.part")),
            73,
            ".f.part: not a regular file of this user",
            "remove it, or choose another name with -o"
        ),
        FailureCase(
            Failure(FileTransferError.noFileName),
            64,
            "the name has no last component to name the target after",
            "choose a name with -o"
        ),
        FailureCase(
            Failure(FileTransferError.cannotCreate(SystemError("open", on: "f", .permissionDenied))),
            73,
            "can't create f: permission denied (EACCES 13)",
            "check the folder, or choose another target with -o"
        ),
        FailureCase(
            Failure(FileTransferError.cannotWrite(SystemError("write", on: "f", .noSpace), received: 7)),
            74,
            "can't write f after 7 bytes: no space left on device (ENOSPC 28)",
            "check the free space"
        ),
        FailureCase(
            Failure(.cannotWrite(SystemError("write", on: "f", .noSpace), received: 7), partial: partial, of: 10),
            74,
            "can't write f after 7 bytes: no space left on device (ENOSPC 28)",
            "continue with --resume: .f.part holds 4 of 10 bytes"
        ),
        FailureCase(
            Failure(FileTransferError.cannotWrite(SystemError("write", .noSpace), received: 7)),
            74,
            "can't write standard output after 7 bytes: no space left on device (ENOSPC 28)",
            "check the free space"
        ),
        FailureCase(Failure(FileTransferError.interrupted(signal: 2, received: 7)), 130, "interrupted after 7 bytes", "try again"),
        FailureCase(
            Failure(.interrupted(signal: 15, received: 4), partial: partial, of: 10),
            143,
            "interrupted after 4 bytes",
            "continue with --resume: .f.part holds 4 of 10 bytes"
        ),
        FailureCase(
            Failure(FileTransferError.system(SystemError("epoll_create1", .noMemory))),
            71,
            "epoll_create1: cannot allocate memory (ENOMEM 12)",
            "read what it means: sonde explain ENOMEM"
        ),
    ]
}
