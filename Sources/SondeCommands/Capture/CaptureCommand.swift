import ArgumentParser
import CaptureReports
import Console
import PacketCapture
import SondeSystem
import SystemPackage
import Terminal
import Time
import Tracking

/// `sonde capture`: what really happened on each connection, live or from a file.
struct CaptureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        _superCommandName: "sonde",
        abstract: "Capture TCP, live or from a file, and tell each handshake, teardown and fate.",
        discussion: """
            Live captures need CAP_NET_RAW, which is given up before the first frame is looked at: to the user who called sudo, or \
            --user. Ctrl-C ends a capture in order: what was seen is told, files are whole.
            """
    )

    @OptionGroup(title: "Source") var source: SourceArguments
    @OptionGroup(title: "View") var view: ViewArguments
    @OptionGroup(title: "Limits") var limit: LimitArguments
    @OptionGroup(title: "File") var write: WriteArguments
    @OptionGroup(title: "Tracking") var tracking: TrackingArguments

    func validate() throws {
        if write.path == "-", view.view != nil || view.format != nil || view.output.json {
            throw ValidationError("-w - takes standard output: leave the views out.")
        }
        if limit.duration != nil, !source.files.isEmpty {
            throw ValidationError("--duration is for live captures: a file ends by itself.")
        }
    }

    func run() throws {
        let stop = try naming("sigaction") { () throws(Errno) in try StopToken.catchSignals() }
        let policy = tracking.policy(
            likeZeek: view.isZeek,
            isLive: source.files.isEmpty,
            seesControlOnly: source.handshakes && !view.isZeek
        )
        let seed = policy.hashSeed
        if write.path == "-" {
            try run(SilentReport(), policy, stop)
        } else if view.output.json {
            try run(CaptureJSON(tellsSegments: view.view != .connections), policy, stop)
        } else if view.isZeek {
            try run(ZeekLog(seed: (seed.1, seed.0), clock: { .now }, zone: .local), policy, stop)
        } else {
            switch view.view ?? .segments {
            case .segments:
                let palette = view.output.palette
                let width = Terminal.outputWidth
                try run(SegmentLines(palette: palette, explains: view.explain, width: width, zone: .local), policy, stop)
            case .connections: try run(ConnectionLines(palette: view.output.palette, zone: .local), policy, stop)
            case .ladder:
                let palette = view.output.palette
                try run(LadderView(format: view.ladderFormat, width: Terminal.outputWidth, palette: palette), policy, stop)
            }
        }
    }

    private func run(_ report: some CaptureReport, _ policy: TrackingPolicy, _ stop: StopToken) throws {
        let ending =
            if source.files.isEmpty {
                try LiveRun(source: source, limit: limit, write: write).run(report, policy, stop)
            } else {
                try FileRun(source: source, limit: limit, write: write).run(report, policy, stop)
            }
        ending.tell(palette: Terminal.errorPalette(view.output.color))
        for failure in ending.failures.dropLast() { Sonde.report(failure, view.output.color) }
        if let failure = ending.failures.last { throw failure }
        if let signal = ending.signal { throw ExitStatus(endedBy: signal) }
    }
}
