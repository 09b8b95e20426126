import Arguments
import Console
import Failures
import PacketCapture
import Sessions
import Tracking

/// Where frames come from.
struct SourceArguments: ArgumentGroup {
    @Option("-i", "--interface", value: "name", help: "Capture on this interface; \"any\" is all of them (default: any).")
    var interface: String?

    @Option("-r", "--read", value: "file", help: "Read this capture file; - is standard input. Repeatable.")
    var files: [String] = []

    @Flag("-p", "--no-promiscuous", help: "Do not put the interface into promiscuous mode.")
    var noPromiscuous = false

    @Flag("-D", "--list-interfaces", help: "List the interfaces that can be captured on, with their addresses.")
    var listsInterfaces = false

    @Option("-B", "--buffer-size", value: "kib", help: "Size of the kernel's buffer in KiB (default: 16384).")
    var bufferSize: Int?

    @Flag("--immediate-mode", help: "Get each frame from the kernel at once.")
    var isImmediate = false

    @Flag("--handshakes", help: "Capture only segments with SYN, FIN or RST. Live, the kernel filters out most others.")
    var handshakes = false

    @Option("--user", value: "name", help: "Run, and run the command, as this user once the interface is open.")
    var user: String?

    @Flag("--no-sandbox", help: "Do without Landlock and seccomp; privilege is dropped all the same.")
    var noSandbox = false

    @Argument("filter", help: "Capture filter, see pcap-filter(7).")
    var filter: [String] = []

    init() {}

    func validate() throws {
        if interface != nil, !files.isEmpty { throw ValidationError("-i and -r are mutually exclusive", next: "choose one") }
        if user != nil, !files.isEmpty {
            throw ValidationError("--user is for live captures", next: "leave it out: reading a file needs no privilege")
        }
        if let bufferSize, !(1...2_000_000).contains(bufferSize) {
            throw ValidationError("-B \(bufferSize): invalid value", next: "give a number of KiB from 1 to 2000000")
        }
        if !files.isEmpty, bufferSize != nil || isImmediate {
            throw ValidationError("-B and --immediate-mode are for live captures", next: "leave them out")
        }
        if files.count(where: { $0 == "-" }) > 1 {
            throw ValidationError("-r -: invalid value", next: "standard input can be read once")
        }
    }

    /// `-D`.
    func writeInterfaces(_ output: OutputOptions, in namespace: NamespaceOptions) throws {
        guard !output.json else {
            throw Failure(.usage, "-D writes a table, no JSON", next: "list the interfaces: sonde addrs --json")
        }
        try namespace.enter()
        try CaptureInterfaces(output.palette).write()
    }

    var order: CaptureOrder.Source {
        var source = CaptureOrder.Source()
        source.files = files
        source.interface = interface
        source.filter = filter
        source.takesHandshakesOnly = handshakes
        source.isPromiscuous = !noPromiscuous
        source.bufferSize = bufferSize
        source.isImmediate = isImmediate
        source.user = user
        source.entersSandbox = !noSandbox
        return source
    }
}

/// How connections are tracked.
struct TrackingArguments: ArgumentGroup {
    @Option(
        "--server-ports",
        value: "list",
        help: "Ports that mark the server where no SYN was seen: a list, or \"none\" (default: Zeek's list)."
    )
    var serverPorts: ServerPorts?

    @Flag("--ignore-checksums", help: "Accept segments with wrong checksums.")
    var ignoreChecksums = false

    @Option("--max-connections", value: "n", help: "Maximum tracked connections.")
    var maxConnections = TrackingPolicy.defaultMaximumConnections

    init() {}

    func validate() throws {
        guard (1...100_000_000).contains(maxConnections) else {
            throw ValidationError("--max-connections \(maxConnections): invalid value", next: "give a number from 1 to 100000000")
        }
    }

    func policy(likeZeek: Bool, isLive: Bool, seesControlOnly: Bool) -> TrackingPolicy {
        var random = SystemRandomNumberGenerator()
        let seed = (random.next(), random.next())
        var policy = likeZeek ? TrackingPolicy.zeek(hashSeed: seed) : .patient(hashSeed: seed)
        // On a live capture, show the end of a connection soon after it happened.
        if isLive, !likeZeek { policy.timeouts.linger = 2 }
        if let serverPorts { policy.serverPorts = serverPorts.ports }
        policy.ignoresChecksums = ignoreChecksums
        policy.seesControlOnly = seesControlOnly
        policy.maximumConnections = maxConnections
        return policy
    }
}

/// `80,443,8000`, or `none`.
struct ServerPorts: ArgumentValue {
    let ports: PortSet

    init?(argument: String) {
        guard argument != "none" else {
            ports = []
            return
        }
        var ports = PortSet()
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let port = UInt16(part), port > 0 else { return nil }
            ports.insert(port)
        }
        self.ports = ports
    }
}

/// The command that is run and captured.
struct CommandArguments: ArgumentGroup {
    @Flag("--all", help: "With a command: keep the connections of all programs, not of the command alone.")
    var all = false

    init() {}
}

/// When the capture ends.
struct LimitArguments: ArgumentGroup {
    @Option("-c", "--count", value: "n", help: "Stop after N frames.")
    var count: UInt64?

    @Option("--duration", value: "duration", help: "Stop a live capture after DURATION.")
    var duration: DurationArgument?

    @Flag("--until-closed", help: "Stop once every connection seen is closed.")
    var untilClosed = false

    init() {}

    func validate() throws {
        if count == 0 { throw ValidationError("-c 0: invalid value", next: "give a number from 1") }
    }

    var order: CaptureOrder.Limit {
        var limit = CaptureOrder.Limit()
        limit.frames = count
        limit.duration = duration?.duration
        limit.untilClosed = untilClosed
        return limit
    }
}

/// The capture file to write.
struct WriteArguments: ArgumentGroup {
    @Option(
        "-w",
        "--write",
        value: "file",
        help: "Write frames to this file: pcapng with notes as comments if its name ends in .pcapng, else pcap."
    )
    var path: String?

    @Flag("--pcapng", help: "Write pcapng whatever the file name.")
    var pcapng = false

    @Option("-C", value: "megabytes", help: "Start a new file after this many million bytes.")
    var megabytes: Int?

    @Option("-G", value: "seconds", help: "Start a new file every N seconds; the name is a strftime(3) format.")
    var seconds: Int?

    @Option("-W", value: "files", help: "Number of files: a ring with -C; with -G, stop after the last.")
    var fileCount: Int?

    init() {}

    func validate() throws {
        if path == nil, pcapng || megabytes != nil || seconds != nil || fileCount != nil {
            throw ValidationError("--pcapng, -C, -G and -W say how -w writes", next: "give -w as well")
        }
        for (name, value) in [("-C", megabytes), ("-G", seconds), ("-W", fileCount)] {
            if let value, !(1...1_000_000).contains(value) {
                throw ValidationError("\(name) \(value): invalid value", next: "give a number from 1 to 1000000")
            }
        }
        if fileCount != nil, megabytes == nil, seconds == nil {
            throw ValidationError("-W says how many files -C or -G write", next: "give one of them as well")
        }
        if let path, seconds != nil, megabytes == nil, fileCount != 1, !path.contains("%") {
            throw ValidationError(
                "-G with -w \(path)",
                next: "each file would replace the last; name them by time, as in trace-%H%M%S.pcap"
            )
        }
    }

    var order: CaptureOrder.Target {
        var target = CaptureOrder.Target()
        target.path = path
        target.isPcapng = pcapng
        target.rotation = Rotation(bytes: megabytes.map { $0 * 1_000_000 }, seconds: seconds, files: fileCount)
        return target
    }
}
