import Addresses
import CaptureEngine
package import CaptureReports
package import Demonstration
import Failures
package import PacketCapture
import SondeSystem
import Tracking

/// The demonstration's capture: the connections of a script, on the loopback interface.
package struct DemoCapture: ~Copyable {
    private let capture: LiveCapture
    private let endsClosed: Bool

    package static let interface = "lo"
    /// How long the segment that closes the connection may be on its way from the kernel's buffer.
    private static let patience = Nanoseconds.seconds(2)
    /// The same for the last segments of a scene that has no such end.
    private static let settling = Nanoseconds.milliseconds(400)

    /// Opens the capture, which needs CAP_NET_RAW, and gives all privilege up.
    package init(of script: DemoScript) throws(CaptureError) {
        var settings = LiveCapture.Settings(interface: Self.interface)
        let clients = script.clients.map { "tcp port \($0.port)" }
        settings.filter = "tcp port \(script.server.port) and (\(clients.joined(separator: " or ")))"
        let capture = try LiveCapture(settings)
        try Privilege.drop(to: .caller)
        self.capture = capture
        endsClosed = script.endsClosed
    }

    /// Reports what the kernel has kept, until the connection is closed or the scene's last segments have arrived.
    package consuming func report(in report: some CaptureReport) throws {
        var random = SystemRandomNumberGenerator()
        var settings = CaptureSettings(policy: .patient(hashSeed: (random.next(), random.next())))
        settings.limits.untilClosed = endsClosed
        let engine = CaptureEngine(settings, output: StandardOutputSink(stop: nil))
        let outcome = engine.run(capture, until: .now + (endsClosed ? Self.patience : Self.settling), stop: nil, report: report)
        guard let error = outcome.failures.first else { return }
        throw (error as? CaptureError).map { Failure($0) } ?? error
    }
}
