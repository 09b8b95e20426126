import Arguments
import Failures
import Probing
import Sessions
import SondeSystem

/// `--path` and what belongs to it.
struct PathArguments: ArgumentGroup {
    @Flag("--path", help: "Trace the path of each port: which hop loses or changes the SYN.")
    var path = false

    @Flag("--mtu", help: "Find the largest packet that reaches a UDP port of one target, and who reports the limit.")
    var mtu = false

    @Option("--max-hops", value: "n", help: "With --path: highest TTL.")
    var maxHops = 30

    @Option(
        "--control",
        value: "port",
        help: "With --path: a port that answers, to tell silent hops from loss. (default: an open one)"
    )
    var control: UInt16?

    @Flag("--parallel", help: "With --path: ask several hops at once, from different source ports.")
    var parallel = false

    init() {}

    private static let mostPorts = 16

    func validate(_ schedule: ProbeScheduleArguments, _ report: ProbeReportArguments, _ method: ProbeMethodArguments) throws {
        guard !path || !mtu else { throw ValidationError("--path and --mtu are mutually exclusive", next: "choose one") }
        if path || mtu { try checkAlone(path ? "--path" : "--mtu", schedule, report) }
        guard path else {
            if maxHops != 30 || control != nil || parallel {
                throw ValidationError("--max-hops, --control and --parallel need --path", next: "add --path")
            }
            return
        }
        guard (1...255).contains(maxHops) else {
            throw ValidationError("--max-hops \(maxHops): out of range", next: "give a number from 1 to 255")
        }
        guard control != 0 else { throw ValidationError("--control 0: not a port", next: "a port is a number from 1 to 65535") }
        guard method.sourcePort == nil || !parallel else {
            throw ValidationError("--source-port and --parallel are mutually exclusive", next: "choose one")
        }
    }

    /// `--path` and `--mtu` have reports of their own.
    private func checkAlone(_ option: String, _ schedule: ProbeScheduleArguments, _ report: ProbeReportArguments) throws {
        guard schedule.wait == nil, schedule.count == nil else {
            throw ValidationError("\(option) excludes --wait and --count", next: "use it in a run of its own")
        }
        if report.prometheus || report.connectEx || report.banner || report.open {
            throw ValidationError(
                "\(option) excludes --prometheus, --connect-ex, --banner and --open",
                next: "leave them out: \(option) has a report of its own, also with --json"
            )
        }
    }

    /// One host with few ports.
    func check(_ plan: ProbePlan) throws {
        let (option, ports, most) = path ? ("--path", "PORTS", Self.mostPorts) : ("--mtu", "PORT", 1)
        let form = "name one host: sonde probe \(option) HOST \(ports)"
        guard plan.isOneHost, let total = plan.total else { throw Failure(.usage, "\(option) takes one target", next: form) }
        if case .target(let target) = plan.sources[0], case .unix = target.subject {
            throw Failure(.usage, "\(option) takes no Unix socket", next: form)
        }
        guard total <= most else {
            let limit = most == 1 ? "one port" : "at most \(most) ports"
            throw Failure(.usage, "\(option) takes \(limit), not \(total)", next: most == 1 ? form : "name fewer ports")
        }
    }

    func session(_ plan: ProbePlan, _ configuration: ProbeConfiguration, _ stop: StopToken) -> PathSession {
        var session = PathSession(plan, configuration, stop: stop)
        session.maximumHops = maxHops
        session.isParallel = parallel
        session.controlPort = control
        return session
    }
}
