import CNetwork
internal import Synchronization
package import SystemPackage

/// Stops everything that can block: one value, shared by threads, loops and writers.
///
/// The level rises and never falls: `run`, then `drain` (take nothing new, finish what is under way), then `abort` (give up now). Code
/// raises it with `stop()` and `abort()`. The token of `catchSignals()` is raised by SIGINT and SIGTERM as well, one level for each.
///
/// Each level has a descriptor that becomes readable and stays so. Nothing consumes it, so any number of loops and threads may watch
/// it. A loop that watches it level-triggered removes it once it has seen it.
///
/// See docs/decisions/0022-one-stop-token.md for the reasons.
@safe package final class StopToken: Sendable {
    package enum Level: Int32, Comparable, Sendable {
        case run
        case drain
        case abort

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// Safe: freed by `deinit` alone, and its fields are atomics or constants.
    private nonisolated(unsafe) let raw: OpaquePointer
    /// False for a token of signals: a handler may still run in another thread.
    private let isFreed: Bool

    /// A token that only code raises.
    package convenience init() throws(Errno) {
        try self.init(isFreed: true)
    }

    private init(isFreed: Bool) throws(Errno) {
        guard let raw = unsafe cnet_stop_make() else { throw .latest }
        unsafe self.raw = raw
        self.isFreed = isFreed
    }

    deinit {
        if isFreed { unsafe cnet_stop_free(raw) }
    }

    package var level: Level { Level(rawValue: unsafe cnet_stop_level(raw)) ?? .abort }

    /// Whether the level is `drain` or `abort`.
    package var isStopped: Bool { level >= .drain }

    package var isAborted: Bool { level == .abort }

    /// The first signal caught; `nil` where none came, or where code alone raised the level.
    package var signal: Int32? {
        let number = unsafe cnet_stop_signal(raw)
        return number == 0 ? nil : number
    }

    /// The last signal that a process sent since the last call; `nil` for none. One that the terminal sent reaches every process of the
    /// foreground, so nobody needs to pass it on.
    package func takeSentSignal() -> Int32? {
        let number = unsafe cnet_stop_take_sent(raw)
        return number == 0 ? nil : number
    }

    /// Readable from `drain` on. It lives as long as the token.
    package var stopped: BorrowedDescriptor { descriptor(at: .drain) }

    /// Readable from `abort` on. It lives as long as the token.
    package var aborted: BorrowedDescriptor { descriptor(at: .abort) }

    /// Readable from `level` on, which is not `run`.
    package func descriptor(at level: Level) -> BorrowedDescriptor {
        precondition(level > .run, "the level run has no descriptor")
        return BorrowedDescriptor(unsafe cnet_stop_descriptor(raw, level.rawValue))
    }

    /// Waits until the deadline, or until the level is `drain`.
    package func sleep(until deadline: MonotonicTime) throws(Errno) {
        _ = try waitForFirst(of: [], until: deadline, stop: self)
    }

    /// Raises the level to `drain`; from any thread.
    package func stop() { raise(to: .drain) }

    /// Raises the level to `abort`; from any thread.
    package func abort() { raise(to: .abort) }

    private func raise(to level: Level) { unsafe cnet_stop_raise(raw, level.rawValue) }

    // MARK: - Signals

    private static let ofSignals = Mutex<StopToken?>(nil)

    /// The token that signals raise; `nil` where they act as they did when the process started.
    package static var ofProcess: StopToken? { ofSignals.withLock { $0 } }

    /// Makes the token that SIGINT and SIGTERM raise, one level for each signal. The signal after `abort` ends the process, as if sonde
    /// caught none.
    ///
    /// The handlers lack SA_RESTART, so that a signal interrupts a blocking call of the thread that handles it. They need no thread to
    /// block anything, and execve(2) replaces them with the default action.
    ///
    /// - Throws: EBUSY where there is such a token already.
    package static func catchSignals() throws(Errno) -> StopToken {
        let token = try StopToken(isFreed: false)
        guard unsafe cnet_stop_catch(token.raw) == 0 else { throw .latest }
        ofSignals.withLock { $0 = token }
        return token
    }

    /// Restores what SIGINT and SIGTERM did before `catchSignals()`.
    package static func releaseSignals() {
        cnet_stop_release()
        ofSignals.withLock { $0 = nil }
    }
}
