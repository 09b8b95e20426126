import Addresses
import Arguments
import Failures
import Probing

/// What to probe.
struct ProbeTargetArguments: ArgumentGroup {
    @Argument("target", help: "Targets; the last word is the port list, unless -p or --top gives it.")
    var words: [String] = []

    @Option(
        "-p",
        "--ports",
        value: "ports",
        takesDashes: true,
        help: "Ports for targets that name none, e.g. 22,80,8000-8100,https; -p- is all ports."
    )
    var ports: [String] = []

    @Option(
        "--top",
        value: "n",
        help: "The N most used ports: at most \(PortList.topCount(over: .tcp)) for TCP, \(PortList.topCount(over: .udp)) for UDP."
    )
    var top: Int?

    @Option("--exclude", value: "targets", help: "Leave out targets: HOST, ADDRESS, ADDRESS/LENGTH or @FILE, separated by commas.")
    var exclude: [String] = []

    @Option("--exclude-ports", value: "ports", help: "Leave out ports, e.g. 25,8000-8100.")
    var excludePorts: [String] = []

    @Flag("--keep-going", help: "Skip unreadable lines of a target list instead of stopping.")
    var keepGoing = false

    init() {}
}

extension ProbeTargetArguments {
    /// - Parameter rules: transport and family; whether targets need ports follows from the words.
    func plan(_ rules: TargetRules) throws -> ProbePlan {
        var words = words
        var ports = try namedPorts(over: rules.transport)
        var portWord: String?
        if ports == nil, words.count > 1, let last = words.last, PortList.looksLikePorts(last, over: rules.transport) {
            try requireOnePortList(words, over: rules.transport)
            ports = try readPorts(last, over: rules.transport)
            portWord = words.removeLast()
        }
        guard !words.isEmpty else {
            throw Failure(.usage, "no target given", next: "give one: sonde probe example.org 443")
        }
        var plan = ProbePlan(ports: ports, keepsGoing: keepGoing)
        plan.exclusions = try exclusions(rules)
        var unusable: Failure?
        for word in words {
            let failure = try add(word, rules, to: &plan)
            unusable = unusable ?? failure
        }
        guard plan.total != 0 else { throw unusable ?? Failure(nothingIn: plan) }
        if ports != nil, !plan.usesDefaultPorts {
            throw Failure(unusedPorts: portWord ?? self.ports.last ?? "--top", target: words.last ?? "")
        }
        return plan
    }

    /// `HOST 22 80` has two lists of ports, and the first would be taken for a host.
    private func requireOnePortList(_ words: [String], over transport: Transport) throws {
        let lists = words.reversed().prefix {
            // The last check asks the system's list of services for what is neither a number nor one of our own.
            ($0.utf8.first.map { $0 < 0x3A } ?? false) && IPAddress($0) == nil && PortList.looksLikePorts($0, over: transport)
        }
        guard lists.count > 1, lists.count < words.count else { return }
        throw Failure(
            .usage,
            "\"\(lists[lists.index(before: lists.endIndex)])\": not a host",
            next: "write the ports with commas between them: \(lists.reversed().joined(separator: ","))"
        )
    }

    private func exclusions(_ rules: TargetRules) throws -> Exclusions {
        var exclusions = Exclusions()
        for list in excludePorts { exclusions.add(try readPorts(list, over: rules.transport)) }
        let rules = TargetRules.exclusion(rules.transport)
        for word in exclude.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }) {
            guard word.first == "@" else {
                exclusions.add(try readExcluded(word, rules))
                continue
            }
            let path = try path(of: word)
            var lines = try surveying { () throws(TargetListError) in try TargetList(path, rules) }
            while let line = try surveying({ () throws(TargetListError) in try lines.next() }) {
                switch line.target {
                case .success(let target): exclusions.add(target)
                case .failure(let error): throw Failure(error, line: line.number, file: lines.name)
                }
            }
        }
        return exclusions
    }

    private func readExcluded(_ word: String, _ rules: TargetRules) throws -> Target {
        let target = try readTarget(word, rules)
        guard target.ports == nil else {
            throw Failure(.usage, "--exclude \(word): ports are left out with --exclude-ports", next: "give the host alone")
        }
        return target
    }

    private func namedPorts(over transport: Transport) throws -> PortList? {
        if let top {
            guard ports.isEmpty else { throw Failure(.usage, "-p and --top are mutually exclusive", next: "choose one") }
            let most = PortList.topCount(over: transport)
            guard (1...most).contains(top) else {
                let name = transport == .udp ? "UDP" : "TCP"
                throw Failure(
                    .usage,
                    "--top \(top): the \(name) list has \(most) ports",
                    next: "use --top \(most), or -p- for all"
                )
            }
            return .top(top, over: transport)
        }
        guard !ports.isEmpty else { return nil }
        return PortList(try ports.flatMap { try readPorts($0, over: transport).ports })
    }

    private func readPorts(_ text: String, over transport: Transport) throws -> PortList {
        do throws(PortListError) {
            return try PortList(parsing: text, over: transport)
        } catch {
            throw Failure(error)
        }
    }

    private func add(_ word: String, _ rules: TargetRules, to plan: inout ProbePlan) throws -> Failure? {
        if word == "-" {
            plan.add(unread: .standardInput)
        } else if word.first == "@" {
            return try addFile(try path(of: word), rules, to: &plan)
        } else {
            guard plan.add(try readTarget(word, rules)) else { throw Failure(noPortsFor: word, lastWord: words.last) }
        }
        return nil
    }

    /// Of `@FILE`.
    private func path(of word: String) throws -> String {
        guard word != "@" else {
            throw Failure(.usage, "@: no file named", next: "write @FILE, a file with one target per line, or - for standard input")
        }
        return String(word.dropFirst())
    }

    private func readTarget(_ word: String, _ rules: TargetRules) throws -> Target {
        do throws(TargetError) {
            return try rules.parse(word)
        } catch {
            throw Failure(error)
        }
    }

    /// A file is read through before anything is probed, so that a mistake on its last line costs no half-done scan.
    ///
    /// - Returns: the failure of a list without a target, where the other targets are probed all the same.
    private func addFile(_ path: String, _ rules: TargetRules, to plan: inout ProbePlan) throws -> Failure? {
        guard try surveying({ () throws(TargetListError) in try TargetList.isRegularFile(path) }) else {
            plan.add(unread: .file(path: path))
            return nil
        }
        let count = plan.ports?.ports.count ?? 0
        let survey = try surveying { () throws(TargetListError) in try TargetList.survey(path, rules, defaultPorts: count) }
        guard survey.badLineCount == 0 || keepGoing else { throw Failure(survey, file: path) }
        plan.add(list: path, survey)
        return survey.targets == 0 && survey.badLineCount > 0 ? Failure(survey, file: path) : nil
    }

    private func surveying<Result: ~Copyable>(_ body: () throws(TargetListError) -> Result) throws -> Result {
        do throws(TargetListError) {
            return try body()
        } catch {
            throw Failure(error)
        }
    }
}

extension ProbePlan {
    func requireRepeatable() throws {
        guard !isRepeatable else { return }
        throw Failure(.usage, "targets from a pipe cannot be probed repeatedly", next: "write them to a file: @FILE")
    }
}
