import Addresses
import CaptureEngine
import CaptureReports
import Demonstration
import Failures
import PacketCapture
import SondeSystem
import Tracking

/// The demonstration's capture: one connection on the loopback interface, until it has closed.
struct DemoCapture: ~Copyable {
    private let capture: LiveCapture

    static let interface = "lo"
    /// How long the last segments may be on their way from the kernel's buffer.
    private static let patience = Nanoseconds.seconds(2)

    /// Opens the capture, which needs CAP_NET_RAW, and gives all privilege up.
    init(of client: Endpoint, and server: Endpoint) throws(CaptureError) {
        var settings = LiveCapture.Settings(interface: Self.interface)
        settings.filter = "tcp port \(server.port) and tcp port \(client.port)"
        let capture = try LiveCapture(settings)
        try Privilege.drop(to: Privilege.Identity(sudo: ProcessEnvironment.sudo))
        self.capture = capture
    }

    /// Reports what the kernel has kept, until the connection is closed.
    consuming func report(in report: some CaptureReport) throws {
        var random = SystemRandomNumberGenerator()
        var settings = CaptureSettings(policy: .patient(hashSeed: (random.next(), random.next())))
        settings.limits.untilClosed = true
        let engine = CaptureEngine(settings, output: StandardOutputSink(stop: nil))
        let outcome = engine.run(capture, until: .now + Self.patience, stop: nil, report: report)
        guard let error = outcome.failures.first else { return }
        throw (error as? CaptureError).map { Failure($0) } ?? error
    }
}
