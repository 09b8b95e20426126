import CNetwork
package import SystemPackage

/// Processes that this one starts, without threads: fork(2) keeps the calling thread alone.
package enum ChildProcess {
    /// What fork(2) made of this process.
    package enum Fork: Sendable {
        case parent(child: Int32)
        case child
    }

    /// getpid(2).
    package static var own: Int32 { cnet_own_process() }

    package static func fork() throws(Errno) -> Fork {
        let number = try systemCall { cnet_fork() }
        return number == 0 ? .child : .parent(child: number)
    }

    /// Makes descendants whose parent ends children of this process.
    package static func adoptOrphans() { _ = cnet_adopt_orphans() }

    /// Blocks SIGCHLD. The descriptor is readable once a child has ended.
    package static func watch() throws(Errno) -> Descriptor { Descriptor(owning: try systemCall { cnet_watch_children() }) }

    package static func takeSignals(of watch: BorrowedDescriptor) { cnet_take_child_signals(watch.number) }

    /// What `reap` found.
    package enum Reaped: Sendable {
        /// - Parameter exitCode: as a shell gives it: 128 + number where a signal ended the process.
        case ended(process: Int32, exitCode: Int32)
        case none
        /// There is no child any more.
        case childless
    }

    /// Takes one child that has ended (waitpid(2)); does not wait.
    package static func reap() -> Reaped {
        var status: Int32 = 0
        // Safe: the kernel writes one number.
        let process = try? systemCall { unsafe cnet_reap(&status) }
        guard let process else { return .childless }
        return process == 0 ? .none : .ended(process: process, exitCode: cnet_exit_code(status))
    }

    /// Ignores the signals by which a terminal or another process ends a program.
    package static func ignoreEnds() { cnet_ignore_ends() }

    /// Makes the standard streams /dev/null, so that no reader waits for this process.
    package static func releaseStandardStreams() { cnet_release_standard_streams() }

    /// Sends a signal (kill(2)); a process that has gone gets none.
    package static func signal(_ process: Int32, _ number: Int32) { _ = try? systemCall { cnet_kill(process, number) } }
}

/// Two connected sockets that keep the borders of messages. Neither blocks.
package struct MessageSockets: ~Copyable {
    package let left: Descriptor
    package let right: Descriptor

    package init() throws(Errno) {
        // Safe: the call writes two numbers, for which there is room.
        let numbers = try unsafe pair { unsafe cnet_message_sockets($0) }
        left = Descriptor(owning: numbers.0)
        right = Descriptor(owning: numbers.1)
    }

    package consuming func intoLeft() -> Descriptor { left }
    package consuming func intoRight() -> Descriptor { right }
}

/// A pipe. No program that is executed inherits it.
package struct Pipe: ~Copyable {
    package let reader: Descriptor
    package let writer: Descriptor

    package init() throws(Errno) {
        // Safe: as above.
        let numbers = try unsafe pair { unsafe cnet_pipe($0) }
        reader = Descriptor(owning: numbers.0)
        writer = Descriptor(owning: numbers.1)
    }

    package consuming func intoReader() -> Descriptor { reader }
}

private func pair(_ make: (UnsafeMutablePointer<Int32>) -> Int32) throws(Errno) -> (Int32, Int32) {
    var numbers: [2 of Int32] = [-1, -1]
    _ = try systemCall { () -> Int32 in
        var span = numbers.mutableSpan
        return unsafe span.withUnsafeMutableBufferPointer { buffer in unsafe buffer.baseAddress.map { unsafe make($0) } ?? -1 }
    }
    return (numbers[0], numbers[1])
}
