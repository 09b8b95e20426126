import Addresses
import SondeSystem
import SystemPackage
import Testing

@testable import Probing

@Suite struct TargetFeedTests {
    /// Everything that the feed hands out, as `address:port`; the sources here need neither thread nor resolver.
    static func drain(
        _ targets: [String],
        ports: [UInt16]?,
        chunkSize: Int,
        excluding: (inout Exclusions) -> Void = { _ in },
        _ change: (inout ProbeConfiguration) -> Void = { _ in }
    ) throws -> [String] {
        var configuration = ProbeConfiguration()
        change(&configuration)
        var plan = ProbePlan(ports: ports.map { PortList($0) })
        excluding(&plan.exclusions)
        for target in targets { #expect(plan.add(try Target(parsing: target))) }
        let feed = TargetFeed(plan, configuration: configuration)
        var events: [ProbeEvent] = []
        var found: [String] = []
        while found.count < 10_000, case .chunk(let chunk) = feed.next(limit: chunkSize, events: &events) {
            #expect(chunk.ports.count <= chunkSize)
            for index in chunk.ports {
                let address = chunk.target.addresses.first?.description ?? chunk.target.unixPath ?? ""
                found.append("\(address):\(chunk.target.ports.ports[index])")
            }
        }
        return found
    }

    @Test(arguments: [1, 2, 3, 128])
    func targetsInOrderWithTheirPorts(chunkSize: Int) throws {
        let found = try TargetFeedTests.drain(["192.0.2.1", "192.0.2.9:7", "/run/x"], ports: [80, 22], chunkSize: chunkSize)
        #expect(found == ["192.0.2.1:80", "192.0.2.1:22", "192.0.2.9:7", "/run/x:0"])
    }

    @Test func blocksAreCountedThrough() throws {
        let found = try TargetFeedTests.drain(["192.0.2.254/31", "2001:db8::fffe/127"], ports: [1], chunkSize: 8)
        #expect(found == ["192.0.2.254:1", "192.0.2.255:1", "2001:db8::fffe:1", "2001:db8::ffff:1"])
    }

    @Test func theLastBlockEnds() throws {
        #expect(try TargetFeedTests.drain(["255.255.255.252/30"], ports: [1], chunkSize: 8).count == 4)
        #expect(try TargetFeedTests.drain(["10.0.0.0/8"], ports: [1], chunkSize: 8).count == 10_000)
    }

    // MARK: - Once each

    @Test(
        "no port of an address twice",
        arguments: [
            (["192.0.2.0/31", "192.0.2.1", "192.0.2.1"], ["192.0.2.0:80", "192.0.2.1:80"]),
            (["192.0.2.1:80", "192.0.2.1:80,443", "192.0.2.1:443"], ["192.0.2.1:80", "192.0.2.1:443"]),
            (["192.0.2.1", "192.0.2.0/30"], ["192.0.2.1:80", "192.0.2.0:80", "192.0.2.2:80", "192.0.2.3:80"]),
            (["192.0.2.0/31", "192.0.2.0/30"], ["192.0.2.0:80", "192.0.2.1:80", "192.0.2.2:80", "192.0.2.3:80"]),
            (["192.0.2.0/30", "192.0.2.2/31", "192.0.2.0/30"], ["192.0.2.0:80", "192.0.2.1:80", "192.0.2.2:80", "192.0.2.3:80"]),
            (["192.0.2.0/31:1", "192.0.2.0/31:1-2"], ["192.0.2.0:1", "192.0.2.1:1", "192.0.2.0:2", "192.0.2.1:2"]),
            (["/run/x", "/run/y", "/run/x", "/run/X"], ["/run/x:0", "/run/y:0", "/run/X:0"]),
            (["192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:0202"], ["192.0.2.1:80", "::ffff:192.0.2.2:80"]),
        ] as [([String], [String])]
    )
    func duplicates(targets: [String], expected: [String]) throws {
        #expect(try TargetFeedTests.drain(targets, ports: [80], chunkSize: 8) == expected)
    }

    @Test("what is excluded is left out, wherever it is named")
    func exclusions() throws {
        let targets = ["192.0.2.0/29", "192.0.2.3:80", "2001:db8::1:", "/run/x", "/run/y"].map {
            $0.hasSuffix("1:") ? "2001:db8::1" : $0
        }
        let found = try TargetFeedTests.drain(
            targets,
            ports: [22, 80, 443],
            chunkSize: 8,
            excluding: { exclusions in
                for text in ["192.0.2.0/30", "192.0.2.5", "2001:db8::/120", "/run/x"] {
                    if let target = try? Target(parsing: text) { exclusions.add(target) }
                }
                exclusions.add(PortList([22, 443]))
            }
        )
        #expect(found == ["192.0.2.4:80", "192.0.2.6:80", "192.0.2.7:80", "/run/y:0"])
    }

    @Test(
        "an address is excluded in every form",
        arguments: [
            ("192.0.2.1", "::ffff:192.0.2.1", true), ("::ffff:192.0.2.1", "192.0.2.1", true),
            ("192.0.2.0/24", "::ffff:c000:201", true),
            ("::ffff:192.0.2.0/120", "192.0.2.1", true), ("::ffff:0:0/96", "192.0.2.1", true),
            ("0.0.0.0/0", "::ffff:192.0.2.1", true),
            ("::/0", "::ffff:192.0.2.1", true), ("::/0", "2001:db8::1", true), ("0.0.0.0/0", "192.0.2.1", true),
            ("::/0", "192.0.2.1", false), ("0.0.0.0/0", "2001:db8::1", false), ("::ffff:192.0.2.0/120", "192.0.3.1", false),
            ("fe80::/10", "fe80::1%lo", true), ("fe80::1", "fe80::1%lo", true), ("fe80::1%lo", "fe80::1%lo", true),
            ("fe80::1%lo", "fe80::2%lo", false), ("/run/x", "/run/x", true), ("/run/x", "/run/X", false),
        ]
    )
    func excludedForms(excluded: String, target: String, isLeftOut: Bool) throws {
        let exclusion = try TargetRules.exclusion(.tcp).parse(excluded)
        let found = try TargetFeedTests.drain([target], ports: [80], chunkSize: 8, excluding: { $0.add(exclusion) })
        #expect(found.isEmpty == isLeftOut, "\(found)")
    }

    @Test(
        "a name is excluded in every spelling",
        arguments: [
            ("localhost", "LOCALHOST.", true), ("localhost.", "localhost", true), ("bücher.example", "xn--bcher-kva.example", true),
            ("XN--BCHER-KVA.example.", "bu\u{308}cher。example", true), ("example.org", "www.example.org", false),
        ]
    )
    func excludedNames(excluded: String, name: String, isLeftOut: Bool) throws {
        var exclusions = Exclusions()
        exclusions.add(try TargetRules.exclusion(.tcp).parse(excluded))
        #expect(exclusions.contains(name: name) == isLeftOut)
    }

    // MARK: - Rounds

    @Test("rounds without a target that is left end at once", arguments: [nil, 5])
    func nothingLeft(rounds: Int?) throws {
        var plan = ProbePlan(ports: PortList([80]))
        plan.exclusions.add(try Target(parsing: "192.0.2.0/24"))
        for text in ["192.0.2.1", "192.0.2.8/30"] { #expect(plan.add(try Target(parsing: text))) }
        let repetition = Repetition(rounds: rounds, interval: .seconds(10))
        let feed = TargetFeed(plan, configuration: ProbeConfiguration(), repetition: repetition)
        var events: [ProbeEvent] = []
        guard case .end = feed.next(limit: 8, events: &events) else { return #expect(Bool(false), "another round would follow") }
        #expect(events.isEmpty)
    }

    @Test("rounds begin on a grid, whatever becomes of the ports")
    func rounds() throws {
        var plan = ProbePlan(ports: PortList([80]))
        #expect(plan.add(try Target(parsing: "192.0.2.1")))
        let repetition = Repetition(rounds: 3, interval: .milliseconds(100))
        let feed = TargetFeed(plan, configuration: ProbeConfiguration(), repetition: repetition)
        var events: [ProbeEvent] = []
        func next(_ milliseconds: Int64) -> String {
            switch feed.next(limit: 8, at: MonotonicTime(nanoseconds: milliseconds * 1_000_000), events: &events) {
            case .chunk(let chunk): "round \(chunk.target.round)"
            case .later(let moment): "later \(moment.map { $0.nanoseconds / 1_000_000 } ?? -1)"
            case .end: "end"
            }
        }
        #expect(
            [0, 0, 99, 107, 107, 200, 1000].map(next) == [
                "round 1", "later 100", "later 100", "round 2", "later 200", "round 3", "end",
            ]
        )
    }

    // MARK: - Name servers

    /// What a name comes to with a resolver, and how long that takes.
    private static func lookUp(
        within limit: Nanoseconds,
        timeout: Nanoseconds = .milliseconds(2000),
        _ resolve: @escaping TargetFeed.Resolve
    ) throws -> (addresses: [ResolvedAddress], error: ResolutionError?, elapsed: Nanoseconds) {
        var configuration = ProbeConfiguration()
        configuration.resolveLimit = limit
        configuration.policy = RetryPolicy(deadline: timeout)
        var plan = ProbePlan(ports: PortList([80]))
        #expect(plan.add(try Target(parsing: "host.example")))
        let repetition = Repetition(rounds: 1, interval: .zero)
        let feed = TargetFeed(plan, configuration: configuration, repetition: repetition, resolve: resolve)
        let start = MonotonicTime.now
        var events: [ProbeEvent] = []
        while true {
            switch feed.next(limit: 1, events: &events) {
            case .chunk(let chunk): return (chunk.target.addresses, nil, .now - start)
            case .end:
                guard case .unresolved(let target)? = events.first else { return ([], nil, .now - start) }
                return ([], target.error, .now - start)
            case .later: Process.sleep(.milliseconds(10))
            }
        }
    }

    @Test("one family's answer is used where the other's does not come")
    func oneFamilyIsSilent() throws {
        let found = try Self.lookUp(within: .milliseconds(4000)) { (name, family) throws(ResolutionError) in
            guard family == .v4 else {
                Process.sleep(.milliseconds(6000))
                throw ResolutionError(name: name, reason: "", isTemporary: true, code: -3)
            }
            return Resolution(addresses: [ResolvedAddress(.loopbackV4)], elapsed: .zero)
        }
        #expect(found.addresses == [ResolvedAddress(.loopbackV4)])
        #expect(found.elapsed >= .milliseconds(1000) && found.elapsed < .milliseconds(4000))
    }

    @Test("a name waits for descriptors no longer than a port would")
    func aShortageOfDescriptors() throws {
        let found = try Self.lookUp(within: .milliseconds(60_000), timeout: .milliseconds(300)) {
            (name, family) throws(ResolutionError) in
            throw ResolutionError(name: name, reason: "", isTemporary: false, code: -11, shortage: .tooManyOpenFiles)
        }
        #expect(found.error?.shortage == .tooManyOpenFiles)
        #expect(found.elapsed >= .milliseconds(300) && found.elapsed < .milliseconds(20_000))
    }
}
