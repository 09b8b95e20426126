package import PacketCapture
import Packets
import SondeSystem
import SystemPackage

extension Failure {
    package init(_ error: CaptureError) {
        switch error {
        case .input(let operation, let path, let errno): self.init(input: operation, path, errno)
        case .output(let operation, let path, let errno): self.init(output: operation, path, errno)
        case .outputIsInput(let path):
            self.init(.usage, "-w \(path): -r reads that file", next: "give another name")
        case .mixedLinkTypes(let path, let first, let other):
            self.init(
                .cannotWrite,
                "\(path): a pcap file has one link type, here \(first.rawValue), and a frame has \(other.rawValue)",
                next: "write pcapng instead: --pcapng, or a name that ends in .pcapng"
            )
        case .timeOutsidePcap(let path, let isBefore):
            self.init(
                .cannotWrite,
                "\(path): a pcap file has no times \(isBefore ? "before 1970" : "after 2106"), and a frame has one",
                next: "write pcapng instead: --pcapng, or a name that ends in .pcapng"
            )
        case .notACapture(let path, let firstBytes):
            let reason = firstBytes.isEmpty ? "not a capture file: it is empty" : "not a capture file"
            self.init(.damagedInput, "\(path): \(reason)", next: "give a pcap or pcapng file")
        case .cannotDecompress(let path, let compression, let reason):
            self.init(.unavailable, "\(path) is \(compression): \(reason)", next: "unpack it first: \(compression) -d")
        case .damaged(let path, let damage):
            self.init(
                .damagedInput,
                "\(path): damaged at byte \(damage.offset): \(damage.kind.words)",
                next: "records before that offset were processed; the rest is unreadable"
            )
        case .noSuchInterface(let name, let existing):
            let known = existing.isEmpty ? "see those that exist: sonde addrs" : "these exist: \(existing.joined(separator: ", "))"
            let near = nearestName(to: name, in: existing).map { "did you mean \($0)?" }
            self.init(.unavailable, "no such interface: \"\(name)\"", nextSteps: [near, known].compactMap { $0 })
        case .notPermitted(let interface):
            self.init(
                .noPermission,
                "capturing on \(interface) needs CAP_NET_RAW",
                next: "run it with sudo: sonde drops the privilege before it decodes a frame",
                "or for good: \(CapabilityGrant.command(.netRaw))"
            )
        case .interfaceDisappeared(let name):
            self.init(.unavailable, "interface \(name) disappeared during the capture", next: "see those that exist: sonde addrs")
        case .interfaceDown(let name):
            self.init(.unavailable, "interface \(name) is down", next: "bring it up: sudo ip link set \(name) up")
        case .interrupted(let path): self.init(.cannotWrite, "\(path): nobody read it", next: "read it as it is written")
        case .filter(let expression, let message):
            self.init(.usage, "filter \"\(expression)\": \(message)", next: "for filter syntax see pcap-filter(7)")
        case .cannotFilter(let path, let linkType, let message):
            self.init(
                .usage,
                "\(path): libpcap cannot filter link type \(linkType.rawValue): \(message)",
                next: "leave the filter out"
            )
        case .libpcapMissing(let reason):
            self.init(.unavailable, "libpcap can't be loaded: \(reason)", next: "install it: sudo apt-get install libpcap0.8")
        case .libpcap(let operation, let message):
            self.init(.unavailable, "\(operation): \(message)")
        case .privilege(let operation, let errno):
            self.init(
                .noPermission,
                "cannot drop privilege: \(operation): \(errno.explained)",
                next: "nothing was captured"
            )
        }
    }

    private init(input operation: String, _ path: String, _ errno: Errno) {
        let message = "\(path): \(errno.explained)"
        switch errno {
        case .noSuchFileOrDirectory, .notDirectory:
            self.init(.noInput, message, next: "check the path")
        case .permissionDenied, .notPermitted:
            self.init(.noPermission, message, next: "reading the file needs its read permission: ls -l")
        default:
            self.init(.noInput, "\(path): \(operation) failed: \(errno.explained)")
        }
    }

    private init(output operation: String, _ path: String, _ errno: Errno) {
        let message = "\(path): \(operation) failed: \(errno.explained)"
        guard operation == "open" else {
            self.init(.cannotWrite, message, next: "check the space: df")
            return
        }
        guard errno == .permissionDenied || errno == .notPermitted else {
            self.init(.cannotCreate, message, next: "check the directory and its permissions")
            return
        }
        self.init(
            .cannotCreate,
            message,
            next: "check the permissions of the directory: a live capture under sudo writes as the user who called it, or as --user"
        )
    }
}

extension CaptureDamage.Kind {
    fileprivate var words: String {
        switch self {
        case .cut(let needed, let present): "the file ends after \(present) of \(needed) bytes of a record"
        case .recordTooLong(let claimed, let limit): "a record of \(claimed) bytes, above the limit of \(limit)"
        case .badBlockLength(let length): "a block length of \(length), which is invalid"
        case .unknownInterface(let number): "a packet of interface \(number), which no block describes"
        case .compressed(let reason): "the rest cannot be decompressed: \(reason)"
        case .badByteOrderMagic: "a section with an invalid byte-order magic"
        case .unknownMagic: "not the magic number of a capture"
        case .unsupportedVersion(let major, let minor): "version \(major).\(minor) is not supported"
        }
    }
}
