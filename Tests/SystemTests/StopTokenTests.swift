import Glibc
import Synchronization
import SystemPackage
import Testing

@testable import SondeSystem

@Suite struct StopTokenTests {
    enum Step: CaseIterable, Sendable { case stop, abort }

    @Test(arguments: [
        (steps: [], level: StopToken.Level.run),
        (steps: [Step.stop], level: .drain),
        (steps: [.stop, .stop], level: .drain),
        (steps: [.abort], level: .abort),
        (steps: [.stop, .abort], level: .abort),
        (steps: [.abort, .stop], level: .abort),
    ])
    func levelsOnlyRise(steps: [Step], level: StopToken.Level) throws {
        let token = try StopToken()
        for step in steps {
            switch step {
            case .stop: token.stop()
            case .abort: token.abort()
            }
        }
        #expect(token.level == level)
        #expect(token.isStopped == (level >= .drain))
        #expect(token.isAborted == (level == .abort))
        #expect(token.signal == nil)
        // Both descriptors stay readable, whoever has looked before.
        for _ in 0..<3 {
            #expect(try token.stopped.wait(for: .readable, until: .now) == (level >= .drain))
            #expect(try token.aborted.wait(for: .readable, until: .now) == (level == .abort))
        }
    }

    @Test func everyThreadSeesOneStop() throws {
        let token = try StopToken()
        let seen = Atomic(0)
        let waiting = Atomic(0)
        try WorkerThreads.run(5) { index in
            guard index < 4 else {
                while waiting.load(ordering: .acquiring) < 4 { sched_yield() }
                return token.stop()
            }
            waiting.add(1, ordering: .acquiringAndReleasing)
            let outcome = try? waitForFirst(of: [], until: .now + .seconds(30), stop: token)
            if outcome == .stopped { seen.add(1, ordering: .relaxed) }
        }
        #expect(seen.load(ordering: .relaxed) == 4)
    }
}

/// Signals belong to the process: these run one after the other, and no other test sends any.
@Suite(.serialized) struct StopSignalTests {
    /// Two of them, since the one after `abort` ends the process.
    @Test(arguments: [[SIGINT, SIGTERM], [SIGTERM, SIGINT], [SIGTERM, SIGTERM]])
    func eachSignalRaisesTheLevelByOne(signals: [Int32]) throws {
        let token = try StopToken.catchSignals()
        defer { StopToken.releaseSignals() }
        var levels: [StopToken.Level] = []
        for signal in signals {
            kill(getpid(), signal)
            // Any thread may handle it: the kernel has delivered it by the time this shows.
            let next: StopToken.Level = levels.isEmpty ? .drain : .abort
            let outcome = try waitForFirst(of: [], until: .now + .seconds(30), stop: token, at: next)
            #expect(outcome == .stopped)
            levels.append(token.level)
        }
        #expect(levels == [.drain, .abort])
        #expect(token.signal == signals[0])
    }

    @Test func onlyOneTokenCatchesSignals() throws {
        let token = try StopToken.catchSignals()
        defer { StopToken.releaseSignals() }
        #expect(throws: Errno.resourceBusy) { try StopToken.catchSignals() }
        #expect(token.level == .run)
    }

    @Test func theActionsOfBeforeComeBack() throws {
        signal(SIGTERM, SIG_IGN)
        defer { signal(SIGTERM, SIG_DFL) }
        do {
            let token = try StopToken.catchSignals()
            defer { StopToken.releaseSignals() }
            #expect(StopToken.ofProcess === token)
        }
        #expect(StopToken.ofProcess == nil)
        // It would end the process if it were not ignored again.
        kill(getpid(), SIGTERM)
    }

    @Test func signalAfterStopFromCodeAborts() throws {
        let token = try StopToken.catchSignals()
        defer { StopToken.releaseSignals() }
        token.stop()
        kill(getpid(), SIGINT)
        let outcome = try waitForFirst(of: [], until: .now + .seconds(30), stop: token, at: .abort)
        #expect(outcome == .stopped)
        #expect(token.signal == SIGINT)
    }
}
