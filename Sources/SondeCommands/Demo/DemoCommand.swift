import Arguments
import CaptureReports
import Console
import Demonstration
import Failures
import PacketCapture
import Serving
import ServingReports
import SondeSystem
import Terminal
import Time
import Tracking

/// `sonde demo`: a server, a client and a capture in one process.
struct DemoCommand: Command {
    static let description = CommandDescription(
        "demo",
        abstract: "Watch one TCP connection open, talk and close on loopback, each step explained.",
        summary: "Watch one TCP connection open, talk and close on loopback",
        discussion: """
            sonde starts an echo server and a capture, connects, exchanges two messages and closes. The capture needs CAP_NET_RAW. \
            Without it, sonde shows what an unprivileged process can see of its own connections.

            Every segment on the wire, explained:
              sudo sonde demo
            What a process knows without privilege:
              sonde demo
            """,
        usualOptions: ["--json"]
    )

    @OptionGroup var output: OutputOptions

    func run() throws {
        let server = try DemoServer()
        let conversation = try DemoConversation(with: server.endpoint)
        if !output.json { try introduce(server) }
        // The capture opens before the server's thread starts: privilege is given up for the threads that are there.
        let capture: DemoCapture
        do {
            capture = try DemoCapture(of: conversation.client, and: server.endpoint)
        } catch {
            return try goWithout(Failure(error), conversation, server)
        }
        try watch(conversation, server, through: capture)
    }

    private func watch(
        _ conversation: consuming DemoConversation,
        _ server: DemoServer,
        through capture: consuming DemoCapture
    ) throws {
        let sockets = try talk(conversation, to: server)
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
            try show(sockets)
        }
    }

    private func goWithout(_ refusal: Failure, _ conversation: consuming DemoConversation, _ server: DemoServer) throws {
        let sockets = try talk(conversation, to: server)
        if output.json {
            var standard = Output.standard()
            let events = [sockets.server.opened.map { EchoEvent.opened($0) }, sockets.server.closed.map { EchoEvent.closed($0) }]
            for event in events { event?.writeJSON(time: WallClock.seconds, into: &standard.text) }
            try standard.flush()
        } else {
            try show(sockets)
        }
        var errors = Output.error()
        let palette = Terminal.errorPalette(output.color)
        errors.text.append("\nThe segments are not shown: ", .doubtful, palette)
        errors.text.append(escaped: refusal.message)
        errors.text.append("\n  → ", .faint, palette)
        errors.text.append("to see them: sudo sonde demo\n")
        try errors.flush()
    }

    private func talk(_ conversation: consuming DemoConversation, to server: DemoServer) throws -> DemoSockets {
        try server.start()
        let transcript = try conversation.run()
        return DemoSockets(conversation: transcript, server: server.account(of: transcript.client))
    }

    private func introduce(_ server: DemoServer) throws {
        var standard = Output.standard()
        standard.text.append(
            prose: """
                A server and a client on this machine, and one TCP connection between them. The server has created a socket, bound \
                it to \(server.endpoint) and is listening. The kernel completes the handshake of each client and queues the \
                connection until the server accepts it.
                """,
            indent: 0,
            width: Terminal.outputWidth
        )
        try standard.flush()
    }

    private func show(_ sockets: DemoSockets) throws {
        var standard = Output.standard()
        sockets.write(into: &standard.text, width: Terminal.outputWidth, output.palette)
        try standard.flush()
    }
}
