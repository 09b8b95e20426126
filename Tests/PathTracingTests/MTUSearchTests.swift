import Addresses
import SondeSystem
import Testing

@testable import PathTracing

@Suite("The search for a path's MTU")
struct MTUSearchTests {
    /// Links of a path: the MTU of each, and whether the router before it reports what is too big.
    struct Link: Sendable {
        let mtu: Int
        var reports = true
        /// The MTU that it gives in its report: 0 for a router of before RFC 1191.
        var reported: Int?
    }

    private static func router(_ index: Int) -> IPAddress { IPAddress(v4: 0xC000_0200 | UInt32(index)) }

    /// Runs a search to its end. Every `loss`-th packet that would arrive is lost once.
    private static func run(
        _ links: [Link],
        family: IPAddress.Family = .v4,
        limit: Int = 1500,
        loss: Int = .max,
        isSilent: Bool = false
    ) -> (outcome: MTUSearch.Outcome?, packets: Int) {
        var search = MTUSearch(family: family, limit: limit, timeout: .milliseconds(2000))
        var packets = 0
        while let question = search.next(), packets < 500 {
            packets += 1
            #expect(question.size <= limit && question.wait <= .milliseconds(2000))
            let blocking = links.firstIndex { $0.mtu < question.size }
            let answer: MTUSearch.Answer
            if let blocking {
                let link = links[blocking]
                answer = link.reports ? .tooBig(mtu: link.reported ?? link.mtu, router: router(blocking)) : .silence
            } else {
                answer = isSilent || packets % loss == 0 ? .silence : .arrived
            }
            search.record(answer, size: question.size, after: .milliseconds(10))
        }
        return (search.outcome, packets)
    }

    @Test("one packet shows a path that carries all")
    func whole() {
        let (outcome, packets) = Self.run([Link(mtu: 1500), Link(mtu: 9000)])
        #expect(outcome == .found(mtu: 1500, reportedBy: nil, isBlackHole: false) && packets == 1)
    }

    @Test("reports are followed, the smallest link's router is named", arguments: [576, 1280, 1400, 1499])
    func reported(mtu: Int) {
        let (outcome, packets) = Self.run([Link(mtu: 1500), Link(mtu: max(mtu, 1450)), Link(mtu: mtu)])
        let router = mtu == 1499 ? 1 : 2
        #expect(outcome == .found(mtu: mtu, reportedBy: Self.router(router), isBlackHole: false))
        #expect(packets <= 3)
    }

    @Test("a silent small link is found to the byte", arguments: [576, 577, 1000, 1279, 1280, 1281, 1399, 1400, 1401, 1428, 1499])
    func blackHole(mtu: Int) {
        let (outcome, packets) = Self.run([Link(mtu: 1500), Link(mtu: mtu, reports: false)])
        #expect(outcome == .found(mtu: mtu, reportedBy: nil, isBlackHole: true))
        #expect(packets <= 36)
    }

    @Test("every MTU, silent or reported, in both families", arguments: [IPAddress.Family.v4, .v6], [true, false])
    func every(family: IPAddress.Family, reports: Bool) {
        for mtu in stride(from: MTUSearch.floor(of: family), through: 9000, by: 37) {
            let (outcome, packets) = Self.run([Link(mtu: mtu, reports: reports)], family: family, limit: 9000)
            guard case .found(mtu, let router, let isBlackHole) = outcome else {
                Issue.record("\(mtu): \(String(describing: outcome))")
                continue
            }
            #expect(isBlackHole == !reports && (router != nil) == reports && packets <= 40)
        }
    }

    @Test("a lost packet is no small link")
    func loss() {
        for loss in 2...5 {
            let (outcome, _) = Self.run([Link(mtu: 1400, reports: false)], loss: loss)
            #expect(outcome == .found(mtu: 1400, reportedBy: nil, isBlackHole: true))
        }
    }

    @Test("a router that gives no size, or one that lies, ends the search all the same", arguments: [0, 1, 67, 1500, 9000])
    func badReports(reported: Int) {
        let (outcome, packets) = Self.run([Link(mtu: 1300, reported: reported)])
        guard case .found(let mtu, _, _) = outcome else {
            Issue.record("\(String(describing: outcome))")
            return
        }
        #expect(mtu <= 1300 && mtu >= 576 && packets < 40)
    }

    @Test("a target that answers nothing is said to")
    func silentTarget() {
        let (outcome, packets) = Self.run([Link(mtu: 1500)], isSilent: true)
        #expect(outcome == .silentTarget && packets == 4)
        let (lying, _) = Self.run([Link(mtu: 0, reported: 100)])
        #expect(lying == .silentTarget)
    }

    @Test("a link of this machine below the floor is the MTU")
    func smallOwnLink() {
        let (outcome, _) = Self.run([Link(mtu: 1500)], limit: 296)
        #expect(outcome == .found(mtu: 296, reportedBy: nil, isBlackHole: false))
    }
}
