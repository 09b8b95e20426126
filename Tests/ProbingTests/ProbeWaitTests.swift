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
        arguments: [(100, "100 ms"), (940, "940 ms"), (1000, "1 s"), (1500, "1.5 s"), (1994, "2 s"), (10_000, "10 s")]
            as [(Int64, String)]
    )
    func theLimitInWords(milliseconds: Int64, words: String) {
        let error = ResolutionError(noAnswerFor: "x", within: .milliseconds(milliseconds))
        #expect(error.reason == "no answer from the name server within \(words)")
        #expect(error.isTemporary && !error.isAnswered)
    }
}
