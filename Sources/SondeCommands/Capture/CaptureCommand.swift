import Arguments
import CaptureReports
import Console
import Failures
import PacketCapture
import Sessions
import SondeSystem
import SystemPackage
import Terminal
import Time
import Tracking

/// `sonde capture`: annotates TCP connections, live or from a file.
struct CaptureCommand: Command {
    static let description = CommandDescription(
        "capture",
        abstract: "Capture TCP live or from a file, annotate handshakes and teardowns, report how each connection ended.",
        summary: "Capture TCP live or from a file",
        usage: "[<options>] [<filter> ...] [-- <command> ...]",
        discussion: """
            Live captures need CAP_NET_RAW. sonde drops it before it decodes the first frame and becomes the user who called sudo, or \
            --user. Ctrl-C ends a capture in order: sonde reports what it saw and completes its files.

            With a command, sonde captures from before its start to after its end, keeps the connections of its processes, and ends with \
            its exit code.

            Each step of the connections to a port:
              sudo sonde capture -i lo tcp port 8007
            What the connections of a command did:
              sonde capture --connections -w fail.pcapng -- make integration
            """,
        usualOptions: ["-i", "-r", "-w", "-c", "--until-closed", "--connections", "--ladder", "--explain", "-v", "--json"]
    )

    @OptionGroup("Source") var source: SourceArguments
    @OptionGroup("Source") var ofCommand: CommandArguments
    @OptionGroup("Source") var namespace: NamespaceOptions
    @OptionGroup("View") var view: ViewArguments
    @OptionGroup("Limits") var limit: LimitArguments
    @OptionGroup("File") var write: WriteArguments
    @OptionGroup("Tracking") var tracking: TrackingArguments

    @Trailing var programWords

    /// The program behind `--`, whose connections are captured.
    private var program: CommandLineToRun? { CommandLineToRun(programWords) }

    func validate() throws {
        if write.path == "-", view.view != nil || view.format != nil || view.output.json {
            throw ValidationError("-w - takes standard output", next: "leave the views out")
        }
        if namespace.netns != nil, !source.files.isEmpty {
            throw ValidationError("--netns is for live captures", next: "a file has no namespace")
        }
        if limit.duration != nil, !source.files.isEmpty {
            throw ValidationError("--duration is for live captures", next: "a file ends by itself")
        }
    }

    func run() throws {
        if source.listsInterfaces { return try source.writeInterfaces(view.output, in: namespace) }
        try checkProgram()
        try namespace.enter()
        let stop = try naming("sigaction") { () throws(Errno) in try StopToken.catchSignals() }
        let isLive = source.files.isEmpty
        let interfaces = InterfaceNames(isLive ? source.interface ?? "any" : nil, asksKernel: isLive)
        let order = CaptureOrder(source.order, limit.order, write.order, view.output.color)
        let capture = CaptureRun(
            order,
            command: try program.map { try CapturedCommand($0, order.source, isForAll: ofCommand.all) },
            interfaces: interfaces,
            stop: stop
        )
        let policy = tracking.policy(likeZeek: view.isZeek, isLive: isLive, seesControlOnly: source.handshakes && !view.isZeek)
        let seed = policy.hashSeed
        // The sandbox of the capture does not reach the files of the system.
        let names = view.names ? EndpointNames.current() : nil
        if write.path == "-" {
            try capture.run(SilentReport(), policy)
        } else if view.output.json {
            try capture.run(CaptureJSON(tellsSegments: view.view != .connections, interfaceName: interfaces.name), policy)
        } else if view.isZeek {
            try capture.run(ZeekLog(seed: (seed.1, seed.0), clock: { .now }, zone: .local), policy)
        } else {
            switch view.view ?? .segments {
            case .segments:
                let lines = SegmentLines(
                    palette: view.output.palette,
                    explains: view.explain,
                    isVerbose: view.verbose,
                    width: Terminal.outputWidth,
                    zone: .local,
                    names: names
                )
                try capture.run(lines, policy)
            case .connections: try capture.run(ConnectionLines(palette: view.output.palette, zone: .local, names: names), policy)
            case .ladder:
                let ladders = LadderView(
                    format: view.ladderFormat,
                    width: Terminal.outputWidth,
                    zone: .local,
                    palette: view.output.palette,
                    names: names
                )
                try capture.run(ladders, policy, needsConnection: true)
            }
        }
    }

    private func checkProgram() throws {
        if program == nil, ofCommand.all {
            throw Failure(.usage, "--all needs a command", next: "add it: -- COMMAND")
        }
        if program != nil, !source.files.isEmpty {
            throw Failure(.usage, "a command after -- needs a live capture", next: "leave -r out")
        }
    }
}
