import Addresses
import Probing
import Testing

@testable import Failures
@testable import Probing
@testable import SondeSystem

@Suite("What is wrong with targets and ports")
struct ProbeFailureTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let text: String
        let message: String
        let step: String
        var testDescription: String { text }

        init(_ text: String, _ message: String, _ step: String) {
            self.text = text
            self.message = message
            self.step = step
        }
    }

    private static let portForms = "give numbers from 1 to 65535, ranges or service names: 22,80,8000-8100,https"
    private static let targetForms = "a target is HOST, HOST:PORTS, [V6]:PORTS, ADDRESS/LENGTH, a URL, /PATH, @FILE or -"
    private static let commas = "write the ports after the host, with commas between them: HOST 22,80,443"

    static let ports: [Case] = [
        Case("", "no ports: the list is empty", portForms),
        Case("22,,80", "ports \"22,,80\": nothing between two commas", portForms),
        Case("0", "port \"0\": not within 1 to 65535", portForms),
        Case("22,65536", "port \"65536\" in \"22,65536\": not within 1 to 65535", portForms),
        Case("80-70", "port \"80-70\": its end is before its beginning", portForms),
        Case("1-2-3", "port \"1-2-3\": not a range", portForms),
        Case("nosuchname", "port \"nosuchname\": no service has that name", portForms),
    ]

    static let targets: [Case] = [
        Case("", "an empty target", targetForms),
        Case("a b", "\"a b\": not a host", targetForms),
        Case("22", "\"22\": not a host", commas),
        Case("unix:", "\"unix:\": not a path", targetForms),
        Case("host/24", "\"host/24\": not an address before the slash", targetForms),
        Case("10.0.0.0/33", "\"10.0.0.0/33\": a prefix length is 0 to 32", targetForms),
        Case("2001:db8::/64", "\"2001:db8::/64\": a block is /112 or smaller", "split it into blocks of /112, or check the length"),
        Case("0.0.0.0/0", "\"0.0.0.0/0\": a block is /8 or smaller", "split it into blocks of /8, or check the length"),
        Case(
            "192.0.2.1-5",
            "\"192.0.2.1-5\": not a host: a range of addresses is written as a block",
            "write ADDRESS/LENGTH, e.g. 192.0.2.0/29, or one target per address"
        ),
        Case("udp://host:53", "\"udp://host:53\": udp ports are not probed in this run", "add -u"),
        Case("[::1", "\"[::1\": write an IPv6 address with ports as [ADDRESS]:PORTS", targetForms),
        Case("nosuch://host/", "\"nosuch://host/\": no known port for \"nosuch\"", targetForms),
        Case("host:0", "\"host:0\": port \"0\": not within 1 to 65535", targetForms),
    ]

    @Test("ports", arguments: ports)
    func portList(_ row: Case) throws {
        let error = try #require(throws: PortListError.self) { try PortList(parsing: row.text) }
        check(Failure(error), row)
    }

    @Test("a mistyped service leads to the near one")
    func service() throws {
        let error = try #require(throws: PortListError.self) { try PortList(parsing: "22,htpp") }
        #expect(Failure(error).nextSteps == ["did you mean http?", Self.portForms])
        #expect(Failure(noPortsFor: "web1", lastWord: "HTPPS").nextSteps.first == "did you mean https?")
    }

    @Test("targets", arguments: targets)
    func target(_ row: Case) throws {
        let error = try #require(throws: TargetError.self) { try TargetRules().parse(row.text) }
        check(Failure(error), row)
    }

    @Test("a line of a list")
    func line() {
        let error = TargetError(text: "192.0.2.1", problem: .noPorts)
        let message = "line 7: \"192.0.2.1\" names no ports, and neither does -p or --top"
        let step = "fix the line, or skip it with --keep-going"
        check(Failure(error, line: 7, file: "-"), Case("-", "standard input, \(message)", step))
        check(Failure(error, line: 7, file: "hosts"), Case("hosts", "hosts, \(message)", step))
    }

    @Test(
        "addresses of the other family, or without their interface",
        arguments: [
            ("192.0.2.1", "not an IPv6 address", "leave out -4, -6 or --source of the other family, or give another address"),
            ("192.0.2.0/24:80", "not an IPv6 address", "leave out -4, -6 or --source of the other family, or give another address"),
            ("fe80::1", "a link-local address without its interface", "write the interface after the address: fe80::1%eth0"),
        ]
    )
    func rules(text: String, message: String, step: String) throws {
        let error = try #require(throws: TargetError.self) { try TargetRules(family: .v6).parse(text) }
        check(Failure(error), Case(text, "\"\(text)\": \(message)", step))
    }

    @Test(
        "an IPv6 address with a port and no bracket",
        arguments: [("::1:22", "for that port write [::1]:22"), ("2001:db8::1:22", "for that port write [2001:db8::1]:22")]
    )
    func bracket(target: String, step: String) {
        #expect(Failure(noPortsFor: target).nextSteps == [step])
    }

    private func check(_ failure: Failure, _ row: Case) {
        #expect(failure.message == row.message)
        #expect(failure.nextSteps == [row.step])
        #expect(failure.status == .usage)
    }
}

@Suite("A wait that ran out")
struct WaitFailureTests {
    private static func result(_ port: UInt16, _ state: PortState) -> ProbeResult {
        ProbeResult(
            ordinal: 0,
            round: 1,
            portIndex: 0,
            portCount: 1,
            name: "db",
            address: ResolvedAddress(.loopbackV4),
            port: port,
            transport: .tcp,
            verdict: Verdict(state, nil),
            errno: nil,
            icmp: nil,
            cause: nil,
            listener: nil,
            resolveTime: nil,
            answerTime: nil,
            rttMicroseconds: nil,
            retransmits: nil,
            banner: nil,
            aftermath: nil,
            aftermathTime: nil,
            fate: nil,
            local: nil,
            time: 0
        )
    }

    private static let unresolved = UnresolvedTarget(
        ordinal: 1,
        ports: PortList([80]),
        error: ResolutionError(name: "nosuch", reason: "Name or service not known", isTemporary: false)
    )

    private static let wait = ProbeWait(limit: .milliseconds(2000), needsAll: true, wantsOpen: true)
    private static let inverted = ProbeWait(limit: .milliseconds(1500), needsAll: true, wantsOpen: false)
    private static let advice = "give a longer --wait, or follow the reason of each port"

    @Test("names the ports that are not as wanted")
    func ports() {
        let one = Failure(Self.wait, endedWith: [Self.result(80, .open), Self.result(443, .closed)], [])
        #expect(one.message == "--wait 2s: timed out, db:443 is closed")
        #expect(one.nextSteps == [Self.advice] && one.status == .negative)
        let many = Failure(Self.wait, endedWith: (1...5).map { Self.result($0, .filtered) }, [])
        #expect(
            many.message
                == "--wait 2s: timed out, db:1 is filtered, db:2 is filtered, db:3 is filtered and 2 more are not as wanted"
        )
        let open = Failure(
            Self.inverted,
            endedWith: [Self.result(80, .open), Self.result(81, .open), Self.result(443, .closed)],
            []
        )
        #expect(open.message == "--wait 1500ms: timed out, db:80 is open, db:81 is open")
        let last = Failure(Self.inverted, endedWith: [Self.result(80, .open)], [Self.unresolved])
        #expect(last.message == "--wait 1500ms: timed out, db:80 is open")
        let none = Failure(Self.wait, endedWith: [], [])
        #expect(none.message == "--wait 2s: timed out, not every target was reached")
    }

    @Test("names hosts that do not resolve; which ends with 68")
    func names() {
        let failure = Failure(Self.wait, endedWith: [], [Self.unresolved])
        #expect(failure.message == "--wait 2s: timed out, nosuch does not resolve")
        #expect(failure.nextSteps == ["nosuch does not resolve: Name or service not known", Self.advice])
        #expect(failure.status == .noHost)
        #expect(Failure(Self.wait, endedWith: [Self.result(80, .closed)], [Self.unresolved]).status == .noHost)
    }
}

@Suite("Lists of targets that cannot be probed")
struct TargetListFailureTests {
    private static func survey(_ targets: Int, bad: Int) -> TargetList.Survey {
        let lines = (1...2).map { (number: $0 * 3, error: TargetError(text: "a b", problem: .badHost)) }
        return TargetList.Survey(targets: targets, badLines: Array(lines.prefix(bad)), badLineCount: bad)
    }

    @Test("the first bad lines are named, the others counted")
    func badLines() {
        let one = Failure(Self.survey(2, bad: 1), file: "hosts")
        #expect(one.status == .usage && one.message == "hosts: one line is not a target, nothing was probed")
        #expect(one.nextSteps == ["line 3: \"a b\": not a host", "fix them, or skip them with --keep-going"])
        let many = Failure(Self.survey(0, bad: 9), file: "hosts")
        #expect(many.message == "hosts: 9 lines are not targets, nothing was probed")
        #expect(many.nextSteps == ["line 3: \"a b\": not a host", "line 6: \"a b\": not a host", "and 7 more", "fix them"])
    }

    @Test("lists without a target are named")
    func nothing() {
        func plan(_ names: String?..., ports: PortList? = nil) -> ProbePlan {
            var plan = ProbePlan(ports: ports)
            for name in names { plan.add(unread: name.map { .file(path: $0) } ?? .standardInput) }
            return plan
        }
        let without = Failure(nothingIn: plan("hosts", nil))
        #expect(without.message == "hosts, standard input: no target with ports, nothing was probed")
        #expect(without.nextSteps == ["write HOST:PORTS, one per line, or give the ports for all with -p"])
        var left = plan("hosts", ports: PortList([80]))
        left.exclusions.add(PortList([80]))
        let excluded = Failure(nothingIn: left)
        #expect(excluded.status == .usage && excluded.message == "every target is excluded, nothing was probed")
        #expect(excluded.nextSteps == ["leave fewer targets and ports out with --exclude and --exclude-ports"])
        let with = Failure(nothingIn: plan(nil, ports: PortList([80])))
        #expect(with.status == .usage && with.message == "standard input: no target, nothing was probed")
        #expect(with.nextSteps == ["write one target per line: HOST, HOST:PORTS or ADDRESS/LENGTH"])
    }
}
