import Addresses
import Packets
import SondeSystem
import Testing
import Time

@testable import PacketCapture

@Suite struct LiveCaptureTests {
    /// Whether this process may capture; where it may not, the tests that need it are skipped.
    static let mayCapture: Bool = {
        do throws(CaptureError) {
            _ = try LiveCapture(LiveCapture.Settings(interface: "lo"))
            return true
        } catch {
            return false
        }
    }()

    @Test(
        "Frames on loopback come with their bytes, as many at a time as the taker wants",
        .enabled(if: mayCapture, "needs CAP_NET_RAW")
    )
    func loopback() throws {
        // A UDP socket that sends to itself, on a port that is its own.
        let socket = try Descriptor.socket(domain: 2, .datagram)
        try socket.borrowed.bind(to: RawSocketAddress(Endpoint(.loopbackV4, port: 0)))
        let endpoint = try #require(try socket.borrowed.localAddress()?.endpoint)
        #expect(socket.borrowed.connect(to: RawSocketAddress(endpoint)) == nil)
        var settings = LiveCapture.Settings(interface: "lo")
        settings.filter = "udp port \(endpoint.port)"
        var capture = try LiveCapture(settings)
        #expect(capture.linkType == .ethernet)
        for number in UInt8(0)..<20 {
            let sent = try withUnsafeBytes(of: number) { try socket.borrowed.send($0) }
            #expect(sent == .bytes(1))
        }
        var loop = try EventLoop()
        try loop.add(capture.borrowed, for: .readable, token: 1)
        var last: [UInt8] = []
        var reads = 0
        let deadline = MonotonicTime.now + .seconds(60)
        while last.count < 20, MonotonicTime.now < deadline {
            _ = try loop.wait(until: MonotonicTime.now + .milliseconds(100))
            _ = try capture.readFrames { header, frame in
                #expect(frame.count == 43 && header.wireLength == 43 && header.capturedLength == 43)
                last.append(frame[42])
                return last.count % 5 == 0 ? .enough : .more
            }
            reads += 1
        }
        // Every fifth frame said enough, so that no read can have handed over more than five.
        #expect(reads >= 4)
        // Loopback shows each datagram on its way out and on its way in, but libpcap drops the first of these.
        #expect(last == Array(0..<20))
        #expect(try capture.statistics().received >= 20)
    }

    @Test("An interface that does not exist is told with those that do", .enabled(if: mayCapture, "needs CAP_NET_RAW"))
    func unknownInterface() throws {
        do throws(CaptureError) {
            _ = try LiveCapture(LiveCapture.Settings(interface: "nosuch0"))
            Issue.record("opened")
        } catch {
            guard case .noSuchInterface("nosuch0", let existing) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(existing.contains("lo"))
        }
    }

    @Test("A filter that is no expression is told in libpcap's words", .enabled(if: mayCapture, "needs CAP_NET_RAW"))
    func badFilter() throws {
        var settings = LiveCapture.Settings(interface: "lo")
        settings.filter = "tcp port nonsense("
        do throws(CaptureError) {
            _ = try LiveCapture(settings)
            Issue.record("opened")
        } catch {
            guard case .filter("tcp port nonsense(", let message) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(!message.isEmpty)
        }
    }

    @Test func devices() throws {
        let devices = try CaptureDevice.all()
        #expect(devices.contains { $0.name == "lo" && $0.isLoopback })
    }
}

@Suite struct PacketFilterTests {
    private static func frame(_ destinationPort: UInt8) -> [UInt8] {
        [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 8, 0] + [0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]
            + [200, 0, 0, destinationPort, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 1, 0, 0, 0, 0, 0]
    }

    @Test func portsPass() throws {
        var filter = try PacketFilter("tcp dst port 80")
        for (port, passes) in [(UInt8(80), true), (81, false)] {
            for linkType in [LinkType.ethernet, .raw] {
                let bytes = linkType == .raw ? Array(Self.frame(port).dropFirst(14)) : Self.frame(port)
                let header = FrameHeader(
                    time: Timestamp(nanoseconds: 0),
                    wireLength: bytes.count,
                    capturedLength: bytes.count,
                    linkType: linkType
                )
                #expect(try filter.matches(header, bytes.span, in: "") == passes, "\(port) on \(linkType)")
            }
        }
    }

    @Test func handshakesCompile() throws {
        var filter = try PacketFilter(HandshakePrefilter.expression(and: ""))
        let bytes = Self.frame(80)
        let header = FrameHeader(time: Timestamp(nanoseconds: 0), wireLength: 54, capturedLength: 54, linkType: .ethernet)
        #expect(try filter.matches(header, bytes.span, in: ""))
        var arp = [UInt8](repeating: 0, count: 54)
        (arp[12], arp[13]) = (8, 6)
        #expect(try !filter.matches(header, arp.span, in: ""))
        #expect(try !filter.matches(header, [UInt8]().span, in: ""))
    }
}
