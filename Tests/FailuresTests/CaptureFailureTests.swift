import Packets
import SondeSystem
import SystemPackage
import Testing

@testable import Failures
@testable import PacketCapture

@Suite("Failures of capture in words")
struct CaptureFailureTests {
    @Test(arguments: captures) func capture(item: FailureCase) { item.check() }

    @Test("a damaged capture says at which byte and why", arguments: damages)
    func damage(kind: CaptureDamage.Kind, words: String) {
        let failure = Failure(CaptureError.damaged(path: "f.pcap", CaptureDamage(kind, at: 40)))
        #expect(failure.status == .damagedInput)
        #expect(failure.message == "f.pcap: damaged at byte 40: \(words)")
    }

    static let captures: [FailureCase] = [
        FailureCase(
            Failure(CaptureError.input(operation: "open", path: "f", .noSuchFileOrDirectory)),
            66,
            "f: no such file or directory (ENOENT 2)",
            "check the path"
        ),
        FailureCase(
            Failure(CaptureError.input(operation: "open", path: "f", .notDirectory)),
            66,
            "f: not a directory (ENOTDIR 20)",
            "check the path"
        ),
        FailureCase(
            Failure(CaptureError.input(operation: "open", path: "f", .permissionDenied)),
            77,
            "f: permission denied (EACCES 13)",
            "reading the file needs its read permission: ls -l"
        ),
        FailureCase(
            Failure(CaptureError.input(operation: "read", path: "f", .isDirectory)),
            66,
            "f: read failed: is a directory (EISDIR 21)"
        ),
        FailureCase(
            Failure(CaptureError.output(operation: "open", path: "f", .permissionDenied)),
            73,
            "f: open failed: permission denied (EACCES 13)",
            "check the permissions of the directory: a live capture under sudo writes as the user who called it, or as --user"
        ),
        FailureCase(
            Failure(CaptureError.output(operation: "open", path: "f", .noSuchFileOrDirectory)),
            73,
            "f: open failed: no such file or directory (ENOENT 2)",
            "check the directory and its permissions"
        ),
        FailureCase(
            Failure(CaptureError.output(operation: "write", path: "f", .noSpace)),
            74,
            "f: write failed: no space left on device (ENOSPC 28)",
            "check the space: df"
        ),
        FailureCase(Failure(CaptureError.outputIsInput(path: "f")), 64, "-w f: -r reads that file", "give another name"),
        FailureCase(
            Failure(CaptureError.mixedLinkTypes(path: "f", first: .ethernet, other: .raw)),
            74,
            "f: a pcap file has one link type, here 1, and a frame has 101",
            "write pcapng instead: --pcapng, or a name that ends in .pcapng"
        ),
        FailureCase(
            Failure(CaptureError.timeOutsidePcap(path: "f", isBefore: true)),
            74,
            "f: a pcap file has no times before 1970, and a frame has one",
            "write pcapng instead: --pcapng, or a name that ends in .pcapng"
        ),
        FailureCase(
            Failure(CaptureError.timeOutsidePcap(path: "f", isBefore: false)),
            74,
            "f: a pcap file has no times after 2106, and a frame has one",
            "write pcapng instead: --pcapng, or a name that ends in .pcapng"
        ),
        FailureCase(
            Failure(CaptureError.notACapture(path: "f", firstBytes: [])),
            65,
            "f: not a capture file: it is empty",
            "give a pcap or pcapng file"
        ),
        FailureCase(
            Failure(CaptureError.notACapture(path: "f", firstBytes: [1])),
            65,
            "f: not a capture file",
            "give a pcap or pcapng file"
        ),
        FailureCase(
            Failure(CaptureError.cannotDecompress(path: "f", compression: "zstd", reason: "no libzstd")),
            69,
            "f is zstd: no libzstd",
            "unpack it first: zstd -d"
        ),
        FailureCase(
            Failure(CaptureError.noSuchInterface("eth7", existing: ["lo", "eth0"])),
            69,
            "no such interface: \"eth7\"",
            "did you mean eth0?",
            "these exist: lo, eth0"
        ),
        FailureCase(
            Failure(CaptureError.noSuchInterface("eth7", existing: [])),
            69,
            "no such interface: \"eth7\"",
            "see those that exist: sonde addrs"
        ),
        FailureCase(
            Failure(CaptureError.notPermitted(interface: "lo")),
            77,
            "capturing on lo needs CAP_NET_RAW",
            "run it with sudo: sonde drops the privilege before it decodes a frame",
            "or for good: \(CapabilityGrant.command(.netRaw))"
        ),
        FailureCase(
            Failure(CaptureError.interfaceDown("eth0")),
            69,
            "interface eth0 is down",
            "bring it up: sudo ip link set eth0 up"
        ),
        FailureCase(
            Failure(CaptureError.interfaceDisappeared("eth0")),
            69,
            "interface eth0 disappeared during the capture",
            "see those that exist: sonde addrs"
        ),
        FailureCase(Failure(CaptureError.interrupted(path: "f")), 74, "f: nobody read it", "read it as it is written"),
        FailureCase(
            Failure(CaptureError.filter(expression: "tcp prot", message: "syntax error")),
            64,
            "filter \"tcp prot\": syntax error",
            "for filter syntax see pcap-filter(7)"
        ),
        FailureCase(
            Failure(CaptureError.cannotFilter(path: "f", .ethernet, message: "no filter")),
            64,
            "f: libpcap cannot filter link type 1: no filter",
            "leave the filter out"
        ),
        FailureCase(
            Failure(CaptureError.libpcapMissing(reason: "no such file")),
            69,
            "libpcap can't be loaded: no such file",
            "install it: sudo apt-get install libpcap0.8"
        ),
        FailureCase(Failure(CaptureError.libpcap(operation: "pcap_activate", message: "gone")), 69, "pcap_activate: gone"),
        FailureCase(
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
}
