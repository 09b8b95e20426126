import Addresses
import SondeSystem
import Testing

@testable import Dialing

@Suite("Happy Eyeballs")
struct HappyEyeballsTests {
    @Test("attempts alternate between the families, in the order of each")
    func interleaves() throws {
        let texts = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "192.0.2.2"]
        let addresses = try texts.map { SocketAddress(try #require(IPAddress($0)), port: 80) }
        let sorted = HappyEyeballs.interleaved(addresses).map(\.endpoint?.address.description)
        #expect(sorted == ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3"])
        #expect(HappyEyeballs.interleaved(Array(addresses.prefix(1))) == Array(addresses.prefix(1)))
    }
}
