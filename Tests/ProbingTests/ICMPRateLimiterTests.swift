import Addresses
import SondeSystem
import Testing

@testable import Probing

@Suite struct ICMPRateLimiterTests {
    @Test func aHostThatRefusesIsAskedAgainOnceASecond() {
        let host = IPAddress(v4: 0xC000_0201)
        let now = MonotonicTime(nanoseconds: 1_000_000_000)
        var limiter = ICMPRateLimiter()
        #expect(limiter.takeTurn(of: host, now) == nil)
        limiter.noteRefusal(by: host, now)
        let first = limiter.takeTurn(of: host, now)
        let second = limiter.takeTurn(of: host, now)
        #expect(first == now + .milliseconds(1050))
        #expect(second == now + .milliseconds(2100))
        // After a pause the next turn is now.
        let later = now + .milliseconds(60_000)
        #expect(limiter.takeTurn(of: host, later) == later)
        #expect(limiter.takeTurn(of: .loopbackV4, later) == nil)
    }
}
