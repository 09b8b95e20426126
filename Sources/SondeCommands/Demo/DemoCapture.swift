import Addresses
import CaptureReports
import PacketCapture
import Packets
import SondeSystem
import SystemPackage

/// The demonstration's capture: one connection on the loopback interface, until it has closed.
struct DemoCapture: ~Copyable {
    private var capture: LiveCapture

    /// How long the last segments may be on their way from the kernel's buffer.
    private static let patience = Nanoseconds.seconds(2)

    /// Opens the capture, which needs CAP_NET_RAW, and gives all privilege up.
    init(of client: Endpoint, and server: Endpoint) throws(CaptureError) {
        var settings = LiveCapture.Settings(interface: "lo")
        settings.filter = "tcp port \(server.port) and tcp port \(client.port)"
        let capture = try LiveCapture(settings)
        try Privilege.drop(to: Privilege.Identity(sudo: ProcessEnvironment.sudo))
        self.capture = capture
    }

    /// Takes what the kernel has kept, until the connection is closed.
    mutating func read<Report: CaptureReport>(into pipeline: inout CapturePipeline<Report>) throws {
        var loop = try naming("epoll_create1") { () throws(Errno) in try EventLoop(batchSize: 1) }
        try naming("epoll_ctl") { () throws(Errno) in try loop.add(capture.borrowed, for: .readable, token: 0) }
        let deadline = MonotonicTime.now + Self.patience
        while !pipeline.isDone, pipeline.failure == nil {
            let ready = try naming("epoll_wait") { () throws(Errno) in try loop.wait(until: deadline) }
            if ready == 0 { break }
            do {
                try capture.readFrames { pipeline.take($0, $1) }
            } catch {
                throw Failure(error)
            }
        }
        if let failure = pipeline.failure { throw Failure.of(failure) }
        try pipeline.finish()
    }
}
