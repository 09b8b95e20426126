import Addresses
import CaptureEngine
import CommandWatch
import Failures
import Interfaces
import PacketCapture
import SondeSystem

/// The command behind `--` of a capture: started once the capture is open, and whose exit code the capture ends with.
package struct CapturedCommand {
    private let program: CommandLineToRun
    private let running: RunningCommand

    /// Makes the process that will run it, so nothing may be open yet that it must not have.
    package init(_ program: CommandLineToRun, _ source: CaptureOrder.Source, isForAll: Bool) throws {
        self.program = program
        let identity = try source.identity().map { CommandIdentity(user: $0.user, group: $0.group) }
        running = try RunningCommand(program.words, as: identity, watchesSockets: !isForAll)
    }

    /// What the capture keeps the connections of.
    func followed() -> FollowedCommand {
        let interfaces = (try? Interface.all()) ?? []
        return FollowedCommand(running, machine: Set(interfaces.flatMap { $0.addresses.map(\.address) }))
    }

    func start() { running.start() }

    /// Waits for its end and returns its exit code.
    func end(passing stop: StopToken) throws -> Int32 {
        switch running.wait(passing: stop) {
        case .exited(let code): return code
        case .notStarted(let errno): throw program.failure(errno)
        case .lost: throw Failure(.systemRefused, "the process that runs \"\(program.words[0])\" was ended")
        }
    }
}

/// The exit code of a command that a capture ran, other than 0.
package struct CommandExit: Error {
    package let code: Int32
}
