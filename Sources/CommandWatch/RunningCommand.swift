package import SondeSystem
package import SystemPackage

/// A command that a capture runs, seen from the capture.
///
/// Another process starts it and watches its sockets (`CommandRunner`), so that this one can give up every right to start programs.
package final class RunningCommand {
    /// How it ended.
    package enum End: Equatable, Sendable {
        /// As a shell gives it: 128 + number where a signal ended it.
        case exited(Int32)
        case notStarted(Errno)
        /// The process that ran it has gone without a word.
        case lost
    }

    /// What `take` found.
    package enum Event: Equatable, Sendable {
        case claim(SocketClaim)
        /// Every socket that connected before the barrier was asked for has been claimed.
        case barrier(Int32)
        /// The command's sockets are searched in /proc, which misses short connections: the kernel refused to report connects.
        case isLimited(Errno)
    }

    /// Whether the sockets of the command are watched.
    package let watchesSockets: Bool
    private var channel: WatchChannel?
    package private(set) var end: End?

    /// Makes the process that will run the command. Call it before anything is opened that the command must not have, and before other
    /// threads start.
    ///
    /// - Parameters:
    ///   - identity: who the command runs as where this process is root's.
    package init(_ words: [String], as identity: CommandIdentity?, watchesSockets: Bool) throws(SystemError) {
        self.watchesSockets = watchesSockets
        let sockets = try naming("socketpair") { () throws(Errno) in try MessageSockets() }
        let fork = try naming("fork") { () throws(Errno) in try ChildProcess.fork() }
        switch fork {
        case .child:
            CommandRunner(words, as: identity, watchesSockets: watchesSockets, channel: sockets.intoRight()).run()
            Process.exitAtOnce(0)
        case .parent:
            channel = WatchChannel(sockets.intoLeft())
        }
    }

    package var borrowed: BorrowedDescriptor? { channel?.borrowed }

    /// Runs the command.
    package func start() { channel?.send(.start) }

    /// Asks that every socket connected so far be claimed; the answer is an event.
    package func ask(barrier number: Int32) { channel?.send(.barrier(number)) }

    /// Passes a signal on to the command.
    package func pass(signal number: Int32) { channel?.send(.signal(number)) }

    /// Takes the next event; `nil` where none waits.
    package func take() -> Event? {
        channel?.flush()
        while let message = channel?.receive() {
            switch message {
            case .claim(let claim): return .claim(claim)
            case .barrier(let number): return .barrier(number)
            case .isLimited(let number): return .isLimited(Errno(rawValue: number))
            case .failed(let number): end = end ?? .notStarted(Errno(rawValue: number))
            case .ended(let exitCode): end = end ?? .exited(exitCode)
            case .start, .signal: break
            }
        }
        if channel?.isOpen != true { end = end ?? .lost }
        return nil
    }

    /// Passes on the signals that processes have sent to this one, each once; those of the terminal reach the command by themselves.
    package func passSignals(of stop: StopToken) {
        if let number = stop.takeSentSignal() { pass(signal: number) }
    }

    /// Waits for the command's end.
    package func wait(passing stop: StopToken) -> End {
        while true {
            while take() != nil {}
            if let end {
                letGo()
                return end
            }
            passSignals(of: stop)
            // The first signal of a stop wakes by the token, the second by its other descriptor.
            _ = try? waitForFirst(
                of: borrowed.map { [($0, .readable)] } ?? [],
                until: .now + .milliseconds(500),
                stop: stop.isAborted ? nil : stop,
                at: stop.isStopped ? .abort : .drain
            )
        }
    }

    /// Lets the other process end, and waits a moment for that, so that it leaves no trace. It stays where processes of the command do.
    private func letGo() {
        channel = nil
        let deadline = MonotonicTime.now + .milliseconds(100)
        while case .none = ChildProcess.reap(), .now < deadline { Process.sleep(.milliseconds(1)) }
    }
}
