import ArgumentParser
import CaptureEngine
import Console
import PacketCapture
import SondeSystem
import Tracking

/// Where frames come from.
struct SourceArguments: ParsableArguments {
    @Option(
        name: [.customShort("i", allowingJoined: true), .long],
        help: ArgumentHelp("Capture on this interface; \"any\" is all of them (default: any).", valueName: "name")
    )
    var interface: String?

    @Option(
        name: [.customShort("r", allowingJoined: true), .customLong("read")],
        parsing: .singleValue,
        help: ArgumentHelp("Read this capture file; - is standard input. Repeatable.", valueName: "file")
    )
    var files: [String] = []

    @Flag(
        name: [.customShort("p"), .customLong("no-promiscuous")],
        help: "Do not put the interface into promiscuous mode."
    )
    var noPromiscuous = false

    @Flag(
        name: [.customShort("D"), .customLong("list-interfaces")],
        help: "List the interfaces that can be captured on, with their addresses."
    )
    var listsInterfaces = false

    @Option(
        name: [.customShort("B", allowingJoined: true), .customLong("buffer-size")],
        help: ArgumentHelp("Size of the kernel's buffer in KiB (default: 16384).", valueName: "kib")
    )
    var bufferSize: Int?

    @Flag(name: .customLong("immediate-mode"), help: "Get each frame from the kernel at once.")
    var isImmediate = false

    @Flag(help: "Capture only segments with SYN, FIN or RST. Live, the kernel filters out most others.")
    var handshakes = false

    @Option(help: ArgumentHelp("Run, and run the command, as this user once the interface is open.", valueName: "name"))
    var user: String?

    @Flag(help: "Do without Landlock and seccomp; privilege is dropped all the same.")
    var noSandbox = false

    @Argument(parsing: .remaining, help: ArgumentHelp("Capture filter, see pcap-filter(7).", valueName: "filter"))
    var filter: [String] = []

    init() {}

    func validate() throws {
        if interface != nil, !files.isEmpty { throw ValidationError("-i and -r are mutually exclusive", next: "choose one") }
        if user != nil, !files.isEmpty { throw ValidationError("--user is for live captures: reading a file needs no privilege.") }
        if let bufferSize, !(1...2_000_000).contains(bufferSize) {
            throw ValidationError("-B \(bufferSize): give a number of KiB from 1 to 2000000.")
        }
        if !files.isEmpty, bufferSize != nil || isImmediate {
            throw ValidationError("-B and --immediate-mode are for live captures: leave them out.")
        }
        if files.count(where: { $0 == "-" }) > 1 { throw ValidationError("-r -: standard input can be read once.") }
    }

    /// The filter expression that was given, empty for all.
    var expression: String { filter.joined(separator: " ") }

    /// The filter expression for the kernel, empty for all.
    var liveExpression: String {
        handshakes ? HandshakePrefilter.expression(and: expression) : expression
    }
}

/// How connections are tracked.
struct TrackingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Ports that mark the server where no SYN was seen: a list, or \"none\" (default: Zeek's list).",
            valueName: "list"
        )
    )
    var serverPorts: ServerPorts?

    @Flag(help: "Accept segments with wrong checksums.")
    var ignoreChecksums = false

    @Option(help: ArgumentHelp("Maximum tracked connections.", valueName: "n"))
    var maxConnections = TrackingPolicy.defaultMaximumConnections

    init() {}

    func validate() throws {
        guard (1...100_000_000).contains(maxConnections) else {
            throw ValidationError("--max-connections \(maxConnections): give a number from 1 to 100000000.")
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
struct ServerPorts: ExpressibleByArgument {
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
struct CommandArguments: ParsableArguments {
    @Flag(help: "With a command: keep the connections of all programs, not of the command alone.")
    var all = false

    init() {}
}

/// When the capture ends.
struct LimitArguments: ParsableArguments {
    @Option(name: [.customShort("c", allowingJoined: true), .long], help: ArgumentHelp("Stop after N frames.", valueName: "n"))
    var count: UInt64?

    @Option(help: ArgumentHelp("Stop a live capture after DURATION.", valueName: "duration"))
    var duration: DurationArgument?

    @Flag(help: "Stop once every connection seen is closed.")
    var untilClosed = false

    init() {}

    func validate() throws {
        if count == 0 { throw ValidationError("-c 0: give a number from 1.") }
    }

    /// Whether the capture ends by itself at some time.
    var isSet: Bool { count != nil || duration != nil || untilClosed }
}

/// The capture file to write.
struct WriteArguments: ParsableArguments {
    @Option(
        name: [.customShort("w", allowingJoined: true), .customLong("write")],
        help: ArgumentHelp(
            "Write frames to this file: pcapng with notes as comments if its name ends in .pcapng, else pcap.",
            valueName: "file"
        )
    )
    var path: String?

    @Flag(help: "Write pcapng whatever the file name.")
    var pcapng = false

    @Option(
        name: .customShort("C", allowingJoined: true),
        help: ArgumentHelp("Start a new file after this many million bytes.", valueName: "megabytes")
    )
    var megabytes: Int?

    @Option(
        name: .customShort("G", allowingJoined: true),
        help: ArgumentHelp("Start a new file every N seconds; the name is a strftime(3) format.", valueName: "seconds")
    )
    var seconds: Int?

    @Option(
        name: .customShort("W", allowingJoined: true),
        help: ArgumentHelp("Number of files: a ring with -C; with -G, stop after the last.", valueName: "files")
    )
    var fileCount: Int?

    init() {}

    func validate() throws {
        if path == nil, pcapng || megabytes != nil || seconds != nil || fileCount != nil {
            throw ValidationError("--pcapng, -C, -G and -W say how -w writes: give -w as well.")
        }
        for (name, value) in [("-C", megabytes), ("-G", seconds), ("-W", fileCount)] {
            if let value, !(1...1_000_000).contains(value) {
                throw ValidationError("\(name) \(value): give a number from 1 to 1000000.")
            }
        }
        if fileCount != nil, megabytes == nil, seconds == nil {
            throw ValidationError("-W says how many files -C or -G write: give one of them as well.")
        }
        if let path, seconds != nil, megabytes == nil, fileCount != 1, !path.contains("%") {
            throw ValidationError(
                "-G with -w \(path): each file would replace the last; name them by time, as in trace-%H%M%S.pcap."
            )
        }
    }

    /// Whether the capture ends with the last file.
    var endsCapture: Bool { seconds != nil && fileCount != nil }

    /// - Parameter sources: the files that are read.
    func sink(
        resolution: TimeResolution,
        snapshotLength: Int,
        interface: String? = nil,
        sources: [String] = [],
        stop: StopToken
    ) -> FrameSink? {
        guard let path else { return nil }
        let isNext = pcapng || path.hasSuffix(".pcapng") || path.hasSuffix(".ntar")
        let writer = CaptureWriter(
            path: path,
            format: isNext ? .pcapng : .pcap,
            resolution: resolution,
            snapshotLength: snapshotLength,
            interface: interface,
            rotation: Rotation(bytes: megabytes.map { $0 * 1_000_000 }, seconds: seconds, files: fileCount),
            sources: sources.compactMap { FileIdentity($0) },
            stop: stop
        )
        return FrameSink(writer)
    }
}
