import ArgumentParser
import Failures
import Probing

/// What to probe.
struct ProbeTargetArguments: ParsableArguments {
    @Argument(help: ArgumentHelp("Targets; the last word is the port list, unless -p or --top gives it.", valueName: "target"))
    var words: [String] = []

    @Option(
        name: [.customShort("p", allowingJoined: true), .customLong("ports")],
        parsing: .unconditional,
        help: ArgumentHelp("Ports for targets that name none, e.g. 22,80,8000-8100,https; -p- is all ports.", valueName: "ports")
    )
    var ports: String?

    @Option(
        help: ArgumentHelp(
            "The N most used ports: at most \(PortList.topCount(over: .tcp)) for TCP, \(PortList.topCount(over: .udp)) for UDP.",
            valueName: "n"
        )
    )
    var top: Int?

    @Flag(help: "Skip unreadable lines of a target list instead of stopping.")
    var keepGoing = false

    init() {}
}

extension ProbeTargetArguments {
    func plan(over transport: Transport) throws -> ProbePlan {
        var words = words
        var ports = try namedPorts(over: transport)
        if ports == nil, words.count > 1, let last = words.last, PortList.looksLikePorts(last, over: transport) {
            ports = try readPorts(last, over: transport)
            words.removeLast()
        }
        guard !words.isEmpty else {
            throw Failure(.usage, "no target given", next: "give one: sonde probe example.org 443")
        }
        var plan = ProbePlan(ports: ports, keepsGoing: keepGoing)
        for word in words { try add(word, over: transport, to: &plan) }
        guard plan.total != 0 else { throw Failure(nothingIn: plan.sources, ports: plan.ports) }
        return plan
    }

    private func namedPorts(over transport: Transport) throws -> PortList? {
        if let top {
            guard ports == nil else { throw Failure(.usage, "-p and --top are mutually exclusive", next: "choose one") }
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
        return try ports.map { try readPorts($0, over: transport) }
    }

    private func readPorts(_ text: String, over transport: Transport) throws -> PortList {
        do throws(PortListError) {
            return try PortList(parsing: text, over: transport)
        } catch {
            throw Failure(error)
        }
    }

    private func add(_ word: String, over transport: Transport, to plan: inout ProbePlan) throws {
        if word == "-" {
            plan.add(unread: .standardInput)
        } else if word.first == "@" {
            try addFile(String(word.dropFirst()), over: transport, to: &plan)
        } else {
            guard plan.add(try readTarget(word, over: transport)) else { throw Failure(noPortsFor: word, lastWord: words.last) }
        }
    }

    private func readTarget(_ word: String, over transport: Transport) throws -> Target {
        do throws(TargetError) {
            return try Target(parsing: word, over: transport)
        } catch {
            throw Failure(error)
        }
    }

    /// A file is read through before anything is probed, so that a mistake on its last line costs no half-done scan.
    private func addFile(_ path: String, over transport: Transport, to plan: inout ProbePlan) throws {
        guard TargetList.isRegularFile(path) else { return plan.add(unread: .file(path: path)) }
        let survey = try readThrough(path, over: transport, defaultPorts: plan.ports?.ports.count ?? 0)
        guard survey.badLineCount == 0 || keepGoing && survey.targets > 0 else { throw Failure(survey, file: path) }
        plan.add(list: path, survey)
    }

    private func readThrough(_ path: String, over transport: Transport, defaultPorts: Int) throws -> TargetList.Survey {
        do throws(TargetListError) {
            return try TargetList.survey(path, over: transport, defaultPorts: defaultPorts)
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
