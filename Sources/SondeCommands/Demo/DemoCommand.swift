import Arguments
import CaptureReports
import Console
import Demonstration
import Failures
import PacketCapture
import Serving
import ServingReports
import Sessions
import SondeSystem
import SystemPackage
import Terminal
import Time
import Tracking

/// `sonde demo`: both ends of a connection and a capture in one process.
struct DemoCommand: Command {
    static let description = CommandDescription(
        "demo",
        abstract: "Watch TCP connections on loopback, each step explained.",
        summary: "Watch TCP connections on loopback",
        discussion: """
            sonde plays both ends of a scene and captures it: talk (open, exchange two messages, close), refused, filtered, half-close, \
            reset, full-queue or simultaneous. The capture needs CAP_NET_RAW. Without it, sonde shows the system calls, and what an \
            unprivileged process can see of its own connections.

            Every segment on the wire, explained:
              sudo sonde demo
            What a client meets when a server does not accept:
              sudo sonde demo full-queue
            """,
        usualOptions: ["--json"]
    )

    @Argument("scene", help: "talk, refused, filtered, half-close, reset, full-queue or simultaneous.")
    var scene = DemoScene.talk

    @OptionGroup var output: OutputOptions

    func run() throws {
        let loopback = DemoCapture.interface
        guard NetworkDatabase.isUp(loopback) != false else { throw Failure(CaptureError.interfaceDown(loopback)) }
        let stop = try naming("sigaction") { () throws(Errno) in try StopToken.catchSignals() }
        let script = try scene.script()
        if !output.json { try introduce(script) }
        // The capture opens before any thread starts: privilege is given up for the threads that are there.
        let capture: DemoCapture
        do {
            capture = try DemoCapture(of: script)
        } catch {
            try goWithout(Failure(error), script, stop)
            return try end(stop)
        }
        try watch(script, through: capture, stop)
        try end(stop)
    }

    private func end(_ stop: StopToken) throws {
        if let signal = stop.signal { throw ExitStatus(endedBy: signal) }
    }

    private func watch(_ script: DemoScript, through capture: consuming DemoCapture, _ stop: StopToken) throws {
        let transcript = try script.play(stop: stop)
        if output.json {
            try capture.report(in: CaptureJSON(tellsSegments: true, interfaceName: { _ in DemoCapture.interface }))
        } else {
            try capture.report(
                in: DemoReport(
                    palette: output.palette,
                    width: Terminal.outputWidth,
                    zone: .local,
                    format: Terminal.usesUTF8 ? .text : .ascii
                )
            )
            try show(transcript)
        }
    }

    private func goWithout(_ refusal: Failure, _ script: DemoScript, _ stop: StopToken) throws {
        let transcript = try script.play(stop: stop)
        if output.json {
            var standard = Output.standard()
            transcript.writeJSON(scene: scene, time: WallClock.seconds, into: &standard.text)
            try standard.flush()
        } else {
            try show(transcript)
        }
        var errors = Output.error()
        let palette = Terminal.errorPalette(output.color)
        errors.text.append("\nThe segments are not shown: ", .doubtful, palette)
        errors.text.append(escaped: refusal.message)
        errors.text.append("\n  → ", .faint, palette)
        errors.text.append("to see them: sudo sonde demo")
        if scene != .talk { errors.text.append(trusted: " \(scene.rawValue)") }
        errors.text.append("\n")
        try errors.flush()
    }

    private func introduce(_ script: DemoScript) throws {
        var standard = Output.standard()
        standard.text.append(prose: scene.introduction(server: script.server), indent: 0, width: Terminal.outputWidth)
        try standard.flush()
    }

    private func show(_ transcript: DemoTranscript) throws {
        var standard = Output.standard()
        transcript.write(into: &standard.text, width: Terminal.outputWidth, output.palette)
        standard.text.append(heading: "More", output.palette)
        for page in scene.pages { standard.text.append(trusted: "  sonde explain '\(page)'\n") }
        try standard.flush()
    }
}

extension DemoScene: PrintableArgumentValue {}
