import SondeSystem

/// Scenes in which a connection ends in a particular way.
extension DemoScript {
    /// The client closes its direction and still reads.
    static func halfClose() throws -> DemoScript {
        let log = DemoCallLog()
        let listener = try DemoSocket(.server, log)
        let client = try DemoSocket(.client, log)
        let request = "send the lines\n"
        let lines = ["first line\n", "second line\n", "last line\n"]
        return DemoScript(log, server: listener.endpoint, clients: [client.endpoint]) { _ in
            try listener.listen(backlog: 1, "ready for connections")
            try client.connect(to: listener.endpoint, "three segments, then both ends are established")
            let server = try listener.accept("takes the connection out of the accept queue")
            try client.send(request, "the whole request")
            try client.shutdown("sends a FIN: no more will follow")
            try server.receive(request)
            try server.receiveEnd("0 bytes: the end of the request; the server is in CLOSE-WAIT")
            for line in lines {
                // Longer than a delayed acknowledgement: each segment is acknowledged on its own.
                Process.sleep(.milliseconds(60))
                try server.send(line, "the other direction is still open")
                try client.receive(line)
            }
            server.close("sends the second FIN")
            try client.receiveEnd("0 bytes: the end of the answer")
            client.noteStatistics()
            client.close("frees the descriptor; the client closed first, so TIME-WAIT is on its side")
            listener.close(nil)
        }
    }

    /// The server ends the connection with a RST.
    static func reset() throws -> DemoScript {
        let log = DemoCallLog()
        let listener = try DemoSocket(.server, log)
        let client = try DemoSocket(.client, log)
        let request = "a request\n"
        return DemoScript(log, server: listener.endpoint, clients: [client.endpoint]) { _ in
            try listener.listen(backlog: 1, "ready for connections")
            try client.connect(to: listener.endpoint, "three segments, then both ends are established")
            let server = try listener.accept("takes the connection out of the accept queue")
            try client.send(request, "the kernel acknowledges it, whatever the program does")
            try server.receive(request)
            try server.resetOnClose("close() will discard what was not sent and send a RST")
            server.close("sends a RST: the connection ends at once, for both directions, without TIME-WAIT")
            try client.receiveReset("ECONNRESET: there will be no answer")
            try client.sendInVain("EPIPE: there is no connection any more")
            client.close("frees the descriptor")
            listener.close(nil)
        }
    }
}
