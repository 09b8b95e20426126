import Addresses
import Console
import ProbeReports
package import Probing
import SondeSystem
import SystemPackage

/// Mistakes in targets, ports and lists of them, and waits that ran out.
extension Failure {
    package init(_ error: PortListError) {
        let near = error.problem == .unknownService ? Self.nearService(to: error.part) : nil
        let forms = "give numbers from 1 to 65535, ranges or service names: 22,80,8000-8100,https"
        self.init(.usage, error.explained, nextSteps: [near, forms].compactMap { $0 })
    }

    package init(_ error: TargetError) {
        let isPorts = error.problem == .badHost && PortList.looksLikePorts(error.text)
        self.init(.usage, error.explained, next: error.nextStep ?? (isPorts ? Failure.commas : Failure.targetForms))
    }

    /// - Parameter ports: the list that no target takes.
    package init(unusedPorts ports: String, target: String) {
        self.init(
            .usage,
            "ports \"\(ports)\": every target has its own ports, so these would not be probed",
            next: "leave them out, or write them with the target: HOST:22,80"
        )
    }

    package init(_ error: TargetError, line: Int, file: String) {
        self.init(
            .usage,
            "\(file == "-" ? "standard input" : file), line \(line): \(error.explained)",
            next: "fix the line, or skip it with --keep-going"
        )
    }

    /// A file with unreadable lines: the first of them are named.
    package init(_ survey: TargetList.Survey, file: String) {
        let lines = survey.badLines.map { "line \($0.number): \($0.error.explained)" }
        let more = survey.badLineCount - lines.count
        let count = survey.badLineCount == 1 ? "one line is not a target" : "\(survey.badLineCount) lines are not targets"
        let steps =
            lines + (more > 0 ? ["and \(more) more"] : []) + [
                survey.targets > 0 ? "fix them, or skip them with --keep-going" : "fix them"
            ]
        self.init(.usage, "\(file): \(count), nothing was probed", nextSteps: steps)
    }

    package init(_ error: TargetListError) {
        switch error.errno {
        case .noSuchFileOrDirectory, .isDirectory:
            self.init(
                .noInput,
                "\(error.path): \(error.errno.explained)",
                next: "give a file with one target per line, or - for standard input"
            )
        case .permissionDenied:
            self.init(.noPermission, "\(error.path): \(error.errno.explained)", next: "run sonde as a user who may read it")
        default:
            self.init(.noInput, "\(error.path): \(error.errno.explained)")
        }
    }

    /// - Parameter lastWord: the last word of the command line, possibly meant as ports.
    package init(noPortsFor target: String, lastWord: String? = nil) {
        if let colon = target.lastIndex(of: ":"), let host = try? Target(parsing: target[..<colon]), case .address = host.subject,
            let ports = try? PortList(parsing: target[target.index(after: colon)...])
        {
            let text = "[\(target[..<colon])]:\(target[target.index(after: colon)...])"
            self.init(
                .usage,
                "no ports for \"\(target)\"",
                next: "\(ports.ports.count == 1 ? "for that port" : "for those ports") write \(text)"
            )
            return
        }
        let steps = [
            "give them after the targets (22,80,8000-8100,https), with -p, or with --top N",
            "for all ports: -p-",
        ]
        guard let lastWord, lastWord != target else {
            self.init(.usage, "no ports for \"\(target)\"", nextSteps: steps)
            return
        }
        let message = "no ports for \"\(target)\": \"\(lastWord)\" is not a port number, range or service name"
        self.init(.usage, message, nextSteps: [Self.nearService(to: lastWord)].compactMap { $0 } + steps)
    }

    /// A run that had nothing to probe: its lists hold no target, or the exclusions leave nothing.
    package init(nothingIn plan: ProbePlan) {
        guard plan.total == 0 || plan.exclusions.isEmpty else {
            self.init(
                .usage,
                "every target is excluded, nothing was probed",
                next: "leave fewer targets and ports out with --exclude and --exclude-ports"
            )
            return
        }
        let names = plan.sources.compactMap { source -> String? in
            switch source {
            case .target: nil
            case .file(let path): path
            case .standardInput: "standard input"
            }
        }
        let missing = plan.ports == nil ? "no target with ports" : "no target"
        self.init(
            .usage,
            "\(names.joined(separator: ", ")): \(missing), nothing was probed",
            next: plan.ports == nil
                ? "write HOST:PORTS, one per line, or give the ports for all with -p"
                : "write one target per line: HOST, HOST:PORTS or ADDRESS/LENGTH"
        )
    }

    private static let targetForms = "a target is HOST, HOST:PORTS, [V6]:PORTS, ADDRESS/LENGTH, a URL, /PATH, @FILE or -"
    private static let commas = "write the ports after the host, with commas between them: HOST 22,80,443"
}

extension Failure {
    /// `--wait` whose time ran out.
    package init(_ wait: ProbeWait, endedWith results: [ProbeResult], _ unresolved: [UnresolvedTarget]) {
        let missing = unresolved.filter { !wait.isGone($0) }
        let failing = results.lazy.filter { !wait.fits($0) }
        let named =
            failing.prefix(3).map { "\($0.endpoint(showsAddress: false)) \(Self.condition($0))" }
            + missing.prefix(3).map { "\($0.error.name) does not resolve" }
        let others = failing.count + missing.count - min(3, named.count)
        let list = named.prefix(3).joined(separator: ", ") + (others > 0 ? " and \(others) more are not as wanted" : "")
        let what = named.isEmpty ? "not every target was reached" : list
        self.init(
            missing.isEmpty ? .negative : .noHost,
            "--wait \(wait.limit.inOneUnit): timed out, \(what)",
            nextSteps: missing.prefix(3).map { "\($0.error.name) does not resolve: \($0.error.reason)" }
                + ["give a longer --wait, or follow the reason of each port"]
        )
    }
}

extension Failure {
    private static func nearService(to name: String) -> String? {
        nearestName(to: name.lowercased(), in: ServiceNames.all.map(\.name)).map { "did you mean \($0)?" }
    }

    private static func condition(_ result: ProbeResult) -> String {
        switch result.fate {
        case .ended: "accepts connections, then drops them"
        case .stalled: "is a SYN proxy without a server"
        case .unknown: "was not watched for the whole of --settle"
        case .held, nil: "is \(result.verdict.state.rawValue)"
        }
    }
}

extension PortListError {
    fileprivate var explained: String {
        let reason =
            switch problem {
            case .empty: list.isEmpty ? "the list is empty" : "nothing between two commas"
            case .outOfRange: "not within 1 to 65535"
            case .descending: "its end is before its beginning"
            case .notARange: "not a range"
            case .unknownService: "no service has that name"
            }
        guard !list.isEmpty else { return "no ports: \(reason)" }
        guard !part.isEmpty else { return "ports \"\(list)\": \(reason)" }
        return part == list ? "port \"\(part)\": \(reason)" : "port \"\(part)\" in \"\(list)\": \(reason)"
    }
}

extension TargetError {
    /// A line of a binary file can have 64 KiB: its beginning is enough.
    private static let quotedColumns = 120

    /// What helps against this problem in particular.
    fileprivate var nextStep: String? {
        switch problem {
        case .addressRange: "write ADDRESS/LENGTH, e.g. 192.0.2.0/29, or one target per address"
        case .blockTooLarge(let shortest): "split it into blocks of /\(shortest), or check the length"
        case .wrongFamily: "leave out -4, -6 or --source of the other family, or give another address"
        case .needsZone: "write the interface after the address: \(fitted(text, columns: Self.quotedColumns))%eth0"
        case .badName: "write parts of letters, digits and inner hyphens, of at most 63 bytes each, with full stops between them"
        case .otherTransport(let scheme): scheme == "udp" ? "add -u" : "leave out -u"
        default: nil
        }
    }

    fileprivate var explained: String {
        let text = fitted(text, columns: Self.quotedColumns)
        return switch problem {
        case .empty: "an empty target"
        case .badHost: "\"\(text)\": not a host"
        case .badName(let problem): "\"\(text)\": not a host name: \(problem)"
        case .badPath: "\"\(text)\": not a path"
        case .badAddress: "\"\(text)\": not an address before the slash"
        case .badPrefix(let widest): "\"\(text)\": a prefix length is 0 to \(widest)"
        case .blockTooLarge(let shortest): "\"\(text)\": a block is /\(shortest) or smaller"
        case .addressRange: "\"\(text)\": not a host: a range of addresses is written as a block"
        case .wrongFamily(let family): "\"\(text)\": not an \(family == .v4 ? "IPv4" : "IPv6") address"
        case .needsZone: "\"\(text)\": a link-local address without its interface"
        case .otherTransport(let scheme): "\"\(text)\": \(scheme) ports are not probed in this run"
        case .unclosedBracket: "\"\(text)\": write an IPv6 address with ports as [ADDRESS]:PORTS"
        case .unknownScheme(let scheme): "\"\(text)\": no known port for \"\(scheme)\""
        case .noPorts: "\"\(text)\" names no ports, and neither does -p or --top"
        case .ports(let error): "\"\(text)\": \(error.explained)"
        }
    }
}
