import ArgumentParser
import Probing
import SondeSystem

/// When to probe: once, until something is so, or again and again.
struct ProbeScheduleArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Probe until all ports are open, at most so long; exit code 1 when the time is up.",
            valueName: "duration"
        )
    )
    var wait: DurationArgument?

    @Flag(help: "With --wait: until one of them is.")
    var any = false

    @Flag(help: "With --wait: until they are not open.")
    var invert = false

    @Option(help: ArgumentHelp("Probe N times and give statistics; 0 goes on until Ctrl-C.", valueName: "n"))
    var count: Int?

    @Option(help: ArgumentHelp("With --count: the time between two rounds.", valueName: "duration"))
    var interval = DurationArgument(.milliseconds(1000))

    init() {}
}

/// What to wait for.
struct ProbeWait: Sendable {
    let limit: Nanoseconds
    let needsAll: Bool
    let wantsOpen: Bool
}

struct ProbeCount: Sendable {
    /// `nil`: until a signal.
    let rounds: Int?
    let interval: Nanoseconds
}

extension ProbeScheduleArguments {
    enum Mode {
        case once
        case wait(ProbeWait)
        case count(ProbeCount)
    }

    var mode: Mode {
        if let wait { return .wait(ProbeWait(limit: wait.duration, needsAll: !any, wantsOpen: !invert)) }
        if let count { return .count(ProbeCount(rounds: count == 0 ? nil : count, interval: interval.duration)) }
        return .once
    }

    func validate(_ report: ProbeReportArguments, command: CommandLineToRun?) throws {
        if wait == nil, any || invert {
            throw ValidationError("--any and --invert say what --wait waits for: add --wait DURATION.")
        }
        if wait == nil, command != nil {
            throw ValidationError("a command after -- runs when a wait is over: add --wait DURATION.")
        }
        if wait != nil, count != nil { throw ValidationError("--wait and --count exclude each other: choose one.") }
        if let count {
            guard count >= 0 else { throw ValidationError("--count \(count): give a number from 0.") }
            if report.prometheus || report.connectEx || report.banner || report.open {
                throw ValidationError("--count has a report of its own: leave --prometheus, --connect-ex, --banner and --open out.")
            }
        }
    }
}
