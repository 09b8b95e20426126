import Testing

@testable import TraceReports

@Suite("Hop estimates")
struct HopEstimateTests {
    @Test(
        "The TTL that was sent is the next usual one",
        arguments: [
            (64, 64, 0), (63, 64, 1), (33, 64, 31), (32, 32, 0), (128, 128, 0), (115, 128, 13), (255, 255, 0), (250, 255, 5),
        ]
    )
    func initial(_ arriving: Int, _ initial: Int, _ routers: Int) {
        let estimate = HopEstimate(arriving: UInt8(arriving))
        #expect(estimate.initial == initial && estimate.routers == routers && estimate.hops == routers + 1)
    }
}
