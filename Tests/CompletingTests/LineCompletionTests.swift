import Arguments
import Testing

@testable import Completing

@Suite("Completion of a command line")
struct LineCompletionTests {
    static let probe: [ArgumentSyntax] = {
        var allow = ArgumentSyntax(.option, ["--allow"], valueName: "cidr", help: "Serve only these.")
        allow.isRepeatable = true
        var color = ArgumentSyntax(.option, ["--color"], valueName: "when", help: "When to use colours.")
        color.choices = ["auto", "always", "never"]
        return [
            ArgumentSyntax(.argument, [], valueName: "target", help: "Targets."),
            ArgumentSyntax(.option, ["-p", "--ports"], valueName: "ports", help: "Ports for targets that name none."),
            ArgumentSyntax(.flag, ["-u", "--udp"], help: "Probe UDP ports instead of TCP."),
            ArgumentSyntax(.flag, ["-4", "--ipv4"], help: "IPv4 only."),
            ArgumentSyntax(.option, ["-t", "--timeout"], valueName: "duration", help: "Time to wait for each port."),
            ArgumentSyntax(.flag, ["--tuning"], help: nil),
            ArgumentSyntax(.option, ["--source"], valueName: "address", help: "Source address."),
            ArgumentSyntax(.option, ["--exclude"], valueName: "targets", help: "Leave out targets."),
            ArgumentSyntax(.option, ["--exclude-ports"], valueName: "ports", help: "Leave out ports."),
            allow,
            color,
            ArgumentSyntax(.rest, [], help: nil),
            .help,
        ]
    }()

    static var completion: LineCompletion {
        LineCompletion(
            commands: [
                LineCompletion.Command(name: "addrs", aliases: ["interfaces"], abstract: "List."),
                LineCompletion.Command(name: "capture", aliases: [], abstract: "Capture."),
                LineCompletion.Command(name: "connect", aliases: [], abstract: "Connect."),
                LineCompletion.Command(name: "probe", aliases: [], abstract: "Probe."),
            ],
            syntax: { _ in probe },
            values: { kind, prefix, previous in [Candidate("\(kind.rawValue):\(prefix)\(previous.isEmpty ? "" : "<\(previous)")")] }
        )
    }

    static let rows: [(line: String, values: [String], prefix: String)] = [
        ("sonde ", ["addrs", "capture", "connect", "help", "interfaces", "probe"], ""),
        ("sonde pr", ["probe"], ""),
        ("sonde i", ["interfaces"], ""),
        ("sonde help p", ["probe"], ""),
        ("sonde help probe p", [], ""),
        ("sonde nosuch p", [], ""),
        ("sonde interfaces ", ["interface:"], ""),
        ("sonde addrs lo ", ["interface:<lo"], ""),
        ("sonde probe --t", ["--timeout"], ""),
        ("sonde probe --exclude-p", ["--exclude-ports"], ""),
        ("sonde probe -4", ["-4"], ""),
        ("sonde probe --timeout ", ["duration:"], ""),
        ("sonde probe --timeout=1", ["duration:1"], "--timeout="),
        ("sonde probe -t1", ["duration:1"], "-t"),
        ("sonde probe -ut ", ["duration:"], ""),
        ("sonde probe --color=a", ["auto", "always"], "--color="),
        ("sonde probe --color a", ["auto", "always"], ""),
        ("sonde probe --udp --u", [], ""),
        ("sonde probe --allow 1 --al", ["--allow"], ""),
        ("sonde probe --udp=x", [], ""),
        ("sonde probe --source ", ["address:"], ""),
        ("sonde probe we", ["target:we"], ""),
        ("sonde probe web1 ", ["target-or-ports:<web1"], ""),
        ("sonde probe web1:8", ["ports:8"], "web1:"),
        ("sonde probe web1:22,8", ["ports:8"], "web1:22,"),
        ("sonde probe web1 22,8", ["ports:8<web1"], "22,"),
        ("sonde probe -p 22,8", ["ports:8"], "22,"),
        ("sonde probe -t 1s web1 ht", ["target-or-ports:ht<web1"], ""),
        ("sonde probe 2001:db8::", ["host:2001:db8::"], ""),
        ("sonde probe -p=22,8", ["ports:8"], "-p=22,"),
        ("sonde probe -4ut5", ["duration:5"], "-4ut"),
        ("sonde probe -4ut=5", ["duration:5"], "-4ut="),
        ("sonde probe -ux5", [], ""),
        ("sonde probe [2001:db8::7]:8", ["ports:8"], "[2001:db8::7]:"),
        ("sonde probe [2001:db8::7]:22,8", ["ports:8"], "[2001:db8::7]:22,"),
        ("sonde probe [2001:d", ["[host:2001:d]"], ""),
        ("sonde probe 2001:d", ["host:2001:d"], ""),
        ("sonde probe web1 2001:d", ["host:2001:d"], ""),
        ("sonde probe https://we", ["endpoint:we"], "https://"),
        ("sonde probe https://web1:8", ["port:8"], "https://web1:"),
        ("sonde probe --exclude web1,we", ["targets:we"], "web1,"),
        ("sonde connect web1:8", ["port:8"], "web1:"),
        ("sonde capture tcp po", ["filter:po<tcp"], ""),
        ("sonde capture 'tcp and po", ["filter:po<and"], "tcp and "),
        ("sonde capture tcp and \\(po", ["filter:po<and"], "("),
        ("sonde capture 'not (host we", ["filter:we<host"], "not (host "),
        ("sonde capture portrange 8", ["ports:8<portrange"], ""),
    ]

    @Test("the values that fit, and what stays before them", arguments: rows)
    func offers(_ row: (line: String, values: [String], prefix: String)) {
        let answer = Self.completion.answer(to: ShellLine(row.line).words)
        guard case .values(let candidates, let prefix) = answer else {
            Issue.record("\(row.line): \(answer)")
            return
        }
        #expect(candidates.map(\.value) == row.values)
        #expect(prefix == row.prefix)
    }

    static let others: [(line: String, answer: CompletionAnswer)] = [
        ("sonde probe ./x", .files(prefix: "", endings: [])),
        ("sonde probe @li", .files(prefix: "@", endings: [])),
        ("sonde probe --exclude=web1,@li", .files(prefix: "--exclude=web1,@", endings: [])),
        ("sonde probe --wait 1s a:1 -- m", .command(at: 6)),
        ("sonde capture -- ", .command(at: 3)),
        ("sonde capture -- make ", .command(at: 3)),
    ]

    @Test("files and commands", arguments: others)
    func handsOver(_ row: (line: String, answer: CompletionAnswer)) {
        #expect(Self.completion.answer(to: ShellLine(row.line).words) == row.answer)
    }

    @Test("every kind of value is known by its name")
    func kinds() {
        for kind in ValueKind.allCases { #expect(ValueKind(rawValue: kind.rawValue) == kind) }
    }

    static let lines: [(text: String, words: [String])] = [
        ("", [""]), ("sonde", ["sonde"]), ("sonde ", ["sonde", ""]), ("a  b", ["a", "b"]), ("a 'b c' d", ["a", "b c", "d"]),
        ("a \"b c", ["a", "b c"]), ("a b\\ c", ["a", "b c"]), ("a '' ", ["a", "", ""]), ("a 'b\\' ", ["a", "b\\", ""]),
        ("a\tb", ["a", "b"]),
        ("a \\", ["a", ""]), ("a >b c", ["a", "c"]), ("a 2>&1 c", ["a", "c"]), ("a &> b ", ["a", ""]),
        ("a '>b' c", ["a", ">b", "c"]),
        ("a b>c d", ["a", "b", "d"]), ("a >>b", ["a", "b"]), ("a <", ["a", ""]),
    ]

    static let texts: [(text: String, answer: CompletionAnswer, word: String)] = [
        ("sonde probe --udp > no", .files(prefix: "", endings: []), "no"),
        ("sonde probe --udp >no", .files(prefix: "", endings: []), "no"),
        ("sonde probe 2> ", .files(prefix: "", endings: []), ""),
        ("sonde probe >out --ud", .values([Candidate("--udp", "Probe UDP ports instead of TCP.")], prefix: ""), "--ud"),
        ("sonde probe 'a>", .values([Candidate("target:a>")], prefix: ""), "a>"),
    ]

    @Test("the file of a redirection is a file", arguments: texts)
    func redirections(_ row: (text: String, answer: CompletionAnswer, word: String)) {
        let (answer, word) = Self.completion.answer(toText: row.text)
        #expect(answer == row.answer)
        #expect(word == row.word)
    }

    @Test("a line is split as a shell splits it", arguments: lines)
    func splits(_ row: (text: String, words: [String])) {
        #expect(ShellLine(row.text).words == row.words)
    }
}

@Suite("Hosts of files")
struct HostNamesTests {
    @Test("known_hosts: names and addresses, without hashed lines, patterns and options")
    func knownHosts() {
        var names = HostNames()
        names.add(
            knownHosts: """
                web1,192.0.2.1 ssh-ed25519 AAAA
                |1|abc=|def= ssh-rsa AAAA
                [git.example.org]:2222 ssh-rsa AAAA
                @cert-authority *.example.org ssh-rsa AAAA
                @revoked old.example.org ssh-rsa AAAA
                # comment
                !not.example.org,bad\u{1B}[31m,-oProxyCommand=x ssh-rsa AAAA
                """
        )
        #expect(names.candidates(beginningWith: "").map(\.value) == ["web1", "192.0.2.1", "git.example.org", "old.example.org"])
    }

    @Test("hosts(5): every name, with its address")
    func hosts() {
        var names = HostNames()
        names.add(hosts: "127.0.0.1 localhost\n192.0.2.7\tdb db.lan # comment name\n#192.0.2.8 no\n\n")
        #expect(names.candidates(beginningWith: "D") == [Candidate("db", "192.0.2.7"), Candidate("db.lan", "192.0.2.7")])
    }

    @Test("ssh_config(5): hosts, not patterns")
    func configuration() {
        var names = HostNames()
        names.add(
            configuration:
                "Host web1 web2\n  HostName 192.0.2.1\nhost *\nHost=bastion\nHost !x db-?\nMatch host y\nHost \"db1\" # no\n"
        )
        #expect(names.candidates(beginningWith: "").map(\.value) == ["web1", "web2", "bastion", "db1"])
    }

    @Test("a file without end names a bounded number of hosts")
    func bounded() {
        var names = HostNames()
        names.add(knownHosts: (0..<20_000).map { "host\($0) ssh-rsa AAAA" }.joined(separator: "\n"))
        #expect(names.candidates(beginningWith: "").count == 5000)
    }
}
