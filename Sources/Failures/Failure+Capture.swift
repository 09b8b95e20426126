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
                "\(path): a pcap file holds one link type, this one \(first.rawValue), and a frame has \(other.rawValue)",
                next: "write pcapng instead: --pcapng, or a name that ends in .pcapng"
            )
        case .notACapture(let path, let firstBytes):
            self.init(.damagedInput, "\(path): not a capture file\(Self.looks(firstBytes))", next: "give a pcap or pcapng file")
        case .cannotDecompress(let path, let compression, let reason):
            self.init(.unavailable, "\(path) is \(compression): \(reason)", next: "unpack it first: \(compression) -d")
        case .damaged(let path, let damage):
            self.init(
                .damagedInput,
                "\(path): \(damage.kind.words) at byte \(damage.offset)",
                next: "records before that offset were processed; the rest is unreadable"
            )
        case .noSuchInterface(let name, let existing):
            let known = existing.isEmpty ? "see those that exist: sonde addrs" : "these exist: \(existing.joined(separator: ", "))"
            self.init(.unavailable, "no such interface: \"\(name)\"", next: known)
        case .notPermitted(let interface):
            self.init(
                .noPermission,
                "capturing on \(interface) needs CAP_NET_RAW",
                next: "run it with sudo: sonde drops the privilege before it decodes a frame",
                "or for good: sudo setcap cap_net_raw=ep $(command -v sonde)"
            )
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
        self.init(.cannotCreate, message, next: "check the directory and its permissions")
    }

    private static func looks(_ firstBytes: [UInt8]) -> String {
        if firstBytes.isEmpty { return ": it is empty" }
        return ""
    }
}

extension CaptureDamage.Kind {
    fileprivate var words: String {
        switch self {
        case .cut(let needed, let present): "cut: \(needed) bytes are needed and \(present) are there,"
        case .recordTooLong(let claimed, let limit): "a record claims \(claimed) bytes, at most \(limit) can be,"
        case .badBlockLength(let length): "a block of length \(length), which can't be,"
        case .unknownInterface(let number): "a packet of interface \(number), which nothing described,"
        case .compressed(let reason): "the compressed data can't be read on (\(reason)), plain data"
        case .badByteOrderMagic: "a section in no byte order"
        case .unknownMagic: "no magic number of a capture"
        case .unsupportedVersion(let major, let minor): "version \(major).\(minor), which sonde does not read,"
        }
    }
}
