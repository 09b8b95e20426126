import Arguments
import Probing
import SondeSystem

/// When to probe: once, until a condition holds, or repeatedly.
struct ProbeScheduleArguments: ArgumentGroup {
    @Option("-w", "--wait", value: "duration", help: "Repeat until all ports are open; exit with 1 after DURATION.")
    var wait: DurationArgument?

    @Flag("--any", help: "With --wait: until at least one port is open.")
    var any = false

    @Flag("--invert", help: "With --wait: until the ports are not open.")
    var invert = false

    @Option("-c", "--count", value: "n", help: "Probe N times and print statistics; 0 repeats until Ctrl-C.")
    var count: Int?

    @Option(
        "--interval",
        value: "duration",
        help:
            "With --count: time from the start of a round to the next (default: 1s). With --wait: pause between rounds (default: 200ms)."
    )
    var interval: DurationArgument?

    init() {}
}

extension ProbeScheduleArguments {
    enum Mode {
        case once
        case wait(ProbeWait)
        case count(ProbeCount)
    }

    var mode: Mode {
        if let wait {
            let pause = interval?.duration ?? .milliseconds(200)
            return .wait(ProbeWait(limit: wait.duration, needsAll: !any, wantsOpen: !invert, pause: pause))
        }
        if let count {
            return .count(ProbeCount(rounds: count == 0 ? nil : count, interval: interval?.duration ?? .milliseconds(1000)))
        }
        return .once
    }

    func validate(_ report: ProbeReportArguments) throws {
        if wait == nil, any || invert {
            throw ValidationError("--any and --invert need --wait", next: "add --wait DURATION")
        }
        if interval != nil, wait == nil, count == nil {
            throw ValidationError("--interval needs --count or --wait", next: "add --count N")
        }
        if wait != nil, count != nil { throw ValidationError("--wait and --count are mutually exclusive", next: "choose one") }
        if let count {
            guard count >= 0 else { throw ValidationError("--count \(count): out of range", next: "give a number from 0") }
            if report.prometheus || report.connectEx || report.banner || report.open || report.quiet {
                throw ValidationError(
                    "--count excludes --prometheus, --connect-ex, --banner, --open and --quiet",
                    next: "leave them out: --count has a report of its own"
                )
            }
        }
    }
}
