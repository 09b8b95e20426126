import Addresses
import SondeSystem
import Testing

@testable import Probing

@Suite struct ICMPRateLimiterTests {
    @Test func aHostThatRefusesIsAskedAgainOnceASecond() {
        let host = IPAddress(v4: 0xC000_0201)
        let now = MonotonicTime(nanoseconds: 1_000_000_000)
        var turns = ICMPRateLimiter()
        #expect(turns.take(for: host, now) == nil)
        turns.noteRefusal(by: host, now)
        let first = turns.take(for: host, now)
        let second = turns.take(for: host, now)
        #expect(first == now + .milliseconds(1050))
        #expect(second == now + .milliseconds(2100))
        // After a pause the next turn is now.
        let later = now + .milliseconds(60_000)
        #expect(turns.take(for: host, later) == later)
        #expect(turns.take(for: .loopbackV4, later) == nil)
    }
}
