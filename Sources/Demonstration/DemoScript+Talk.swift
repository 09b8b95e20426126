extension DemoScript {
    /// The client's side of a talk with an echo server: the calls of a socket tutorial.
    ///
    /// The goodbye and the FIN go out together while the server holds its answer back, so that the kernel acknowledges the FIN alone:
    /// the teardown takes its four steps, and the answer arrives through the half that is still open.
    static func talk() throws -> DemoScript {
        let server = try DemoServer()
        let log = DemoCallLog()
        let client = try DemoSocket(.client, log)
        let greeting = "hello, sonde\n"
        let goodbye = "goodbye\n"
        return DemoScript(log, server: server.endpoint, clients: [client.endpoint]) { _ in
            try server.start()
            log.add(.client, "socket()", "returns a descriptor; no packet has been sent")
            try client.connect(to: server.endpoint, "three segments, then both ends are established")
            try client.send(greeting, "the kernel splits the data into segments and keeps it until it is acknowledged")
            try client.receive(greeting)
            try client.send(goodbye, "the server delays its echo")
            try client.shutdown("sends a FIN; the server's half stays open")
            try client.receive(goodbye)
            try client.receiveEnd("0 bytes: the server's FIN has closed its half")
            client.noteStatistics()
            client.close("frees the descriptor; the kernel keeps the port pair in TIME-WAIT for a minute")
            log.add(server.account(of: client.endpoint))
        }
    }
}
