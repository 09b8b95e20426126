import Arguments
import Failures
import ProbeReports
import Probing
import Sessions
import SondeSystem
import SystemPackage
import Terminal

/// `sonde probe`: which ports are open, and why the others are not.
struct ProbeCommand: Command {
    static let description = CommandDescription(
        "probe",
        abstract: "Probe TCP and UDP ports, and say why a port is not open.",
        summary: "Probe TCP and UDP ports",
        usage: "[<options>] <target> ... [<ports>] [-- <command> ...]",
        discussion: """
            A target is HOST, HOST:PORTS, [V6]:PORTS, a CIDR block, a URL, the path of a Unix socket, @FILE (one target per line), or - \
            for standard input. PORTS are numbers, ranges and service names: 22,80,8000-8100,https. Exit code 0: all ports are open; 1: \
            at least one is not.

            Which ports are open, and why not the others:
              sonde probe example.org 22,80,443
            Wait for a database, then start a program:
              sonde probe --wait 30s db:5432 -- ./server
            """,
        usualOptions: ["-p", "-u", "-t", "-w", "-c", "--path", "--open", "--banner", "--json"]
    )

    @OptionGroup("Targets") var targets: ProbeTargetArguments
    @OptionGroup("Probes") var method: ProbeMethodArguments
    @OptionGroup("Path") var path: PathArguments
    @OptionGroup("Repetition") var schedule: ProbeScheduleArguments
    @OptionGroup("Probes") var namespace: NamespaceOptions
    @OptionGroup("Output") var report: ProbeReportArguments
    @OptionGroup("Output") var output: OutputOptions

    @Trailing var programWords

    /// The program behind `--`, run when a wait succeeds.
    private var program: CommandLineToRun? { CommandLineToRun(programWords) }

    func validate() throws {
        try schedule.validate(report)
        try report.validate(output)
        try path.validate(schedule, report, method)
    }

    func run() throws {
        if case .wait = schedule.mode {} else { try requireNoProgram() }
        try namespace.enter()
        let stop = try naming("sigaction") { () throws(Errno) in try StopToken.catchSignals() }
        var configuration = try method.configuration()
        configuration.bannerLimit = report.bannerLimit
        configuration.recordsLocalEndpoints = output.json
        configuration.looksUpListeners = output.json || report.explainsPorts || schedule.wait != nil
        let plan = try targets.plan(TargetRules(transport: configuration.transport, family: configuration.family))
        if case .once = schedule.mode {} else { try plan.requireRepeatable() }

        if settlesByDefault(plan) { configuration.settle = .usual }

        if path.path || path.mtu {
            try path.check(plan)
            let session = path.session(plan, configuration, stop)
            let stream = ReportStream(width: Terminal.outputWidth, output.palette)
            return path.mtu ? try session.findMTU(isJSON: output.json, stream) : try session.trace(isJSON: output.json, stream)
        }
        var manner = ProbeSession.Manner(errors: output.errorPalette)
        manner.isQuiet = report.quiet
        manner.reportsState = !report.prometheus
        manner.usesErrorStream = program != nil
        manner.file = report.file
        let session = ProbeSession(plan: plan, configuration: configuration, stop: stop, manner: manner)
        switch schedule.mode {
        case .once:
            try session.runOnce(makeReport(plan))
        case .wait(let wait):
            try session.runWaiting(wait, makeReport(plan))
            try program?.replaceProcess()
        case .count(let count):
            try session.runCounting(count, ProbeCountReport(isJSON: output.json, output.palette, interval: count.interval))
        }
    }

    /// Whether accepted connections are watched although nobody asked for it: where that delays little, and its result is shown.
    private func settlesByDefault(_ plan: ProbePlan) -> Bool {
        guard method.settle == nil, !path.path, !report.connectEx else { return false }
        return switch schedule.mode {
        case .wait: true
        case .once: plan.total.map { $0 <= Settle.mostPorts } ?? false
        case .count: false
        }
    }

    private func requireNoProgram() throws {
        guard program != nil else { return }
        throw Failure(.usage, "a command after -- needs --wait", next: "add --wait DURATION")
    }

    private func makeReport(_ plan: ProbePlan) -> any ProbeReport {
        report.makeReport(
            output,
            isOneHost: plan.isOneHost && !method.allAddresses,
            showsAddress: plan.isOneName && !method.allAddresses
        )
    }
}
