import Addresses
import SondeSystem
import SystemPackage
import Testing

@testable import Probing

@Suite struct ProbeWaitTests {
    private static let open = ProbeWait(limit: .milliseconds(1), needsAll: true, wantsOpen: true)
    private static let notOpen = ProbeWait(limit: .milliseconds(1), needsAll: true, wantsOpen: false)

    private static func gone(isAnswered: Bool) -> UnresolvedTarget {
        let error =
            isAnswered
            ? ResolutionError(name: "gone", reason: "", isTemporary: false)
            : ResolutionError(noAnswerFor: "gone", within: .milliseconds(1500))
        return UnresolvedTarget(ordinal: 0, ports: PortList([80]), error: error)
    }

    @Test("a name that is gone has no open port; a silent name server says nothing")
    func names() {
        #expect(Self.notOpen.isGone(Self.gone(isAnswered: true)))
        #expect(!Self.notOpen.isGone(Self.gone(isAnswered: false)))
        #expect(!Self.open.isGone(Self.gone(isAnswered: true)))
    }

    @Test(
        "a port that drops its connections is not open, and one that was not watched to the end is neither",
        arguments: [
            (nil, true, false), (.held, true, false), (.ended, false, true), (.stalled, false, true), (.unknown, false, false),
        ]
            as [(ConnectionFate?, Bool, Bool)]
    )
    func fates(fate: ConnectionFate?, isOpen: Bool, isGone: Bool) {
        var probe = Probe()
        probe.fate = fate
        let target = ProbeTarget(ordinal: 0, name: nil, addresses: [ResolvedAddress(.loopbackV4)], ports: PortList([22]))
        let outcome = Probe.Outcome(errno: nil, icmp: nil, banner: nil, local: nil)
        let result = probe.result(of: target, .tcp, outcome, wallTime: 0, .now)
        #expect(Self.open.fits(result) == isOpen && Self.notOpen.fits(result) == isGone)
    }

    @Test(
        arguments: [(100, "100 ms"), (940, "940 ms"), (1000, "1 s"), (1500, "1.5 s"), (1994, "2 s"), (10_000, "10 s")]
            as [(Int64, String)]
    )
    func theLimitInWords(milliseconds: Int64, words: String) {
        let error = ResolutionError(noAnswerFor: "x", within: .milliseconds(milliseconds))
        #expect(error.reason == "no answer from the name server within \(words)")
        #expect(error.isTemporary && !error.isAnswered)
    }

    @Test(
        "only a name server's own no says that a name is gone",
        arguments: [
            (-2, false, nil, true), (-5, false, nil, true), (-3, true, nil, false), (-4, false, nil, false),
            (-11, false, nil, false),
            (-2, false, .tooManyOpenFiles, false),
        ] as [(Int32, Bool, Errno?, Bool)]
    )
    func failures(code: Int32, isTemporary: Bool, shortage: Errno?, isGone: Bool) {
        let error = ResolutionError(name: "x", reason: "", isTemporary: isTemporary, code: code, shortage: shortage)
        #expect(Self.notOpen.isGone(UnresolvedTarget(ordinal: 0, ports: PortList([80]), error: error)) == isGone)
    }
}
