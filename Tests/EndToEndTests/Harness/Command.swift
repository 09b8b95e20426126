// The harness of the system tests: the built binary, run against real peers.
//
//     let outcome = try await Command.sonde("addrs", "--json").run()              // collected: outcome.output, .error, .code
//     let outcome = try await Command.sonde("probe", "::1", "80").unprivileged().run()
//
//     try await NetworkLab.run { lab in                                           // client – router – server, removed afterwards
//         try await lab.router.nft("table inet filter { ... }")
//         let outcome = try await lab.client.sonde("probe", lab.serverV4, "80").unprivileged().run()
//     }
//
//     let (port, outcome) = try await Command.sonde("echo", "0", "--json").running { process in
//         let line = try await process.line(within: .seconds(5)) { $0.contains("listening") }
//         ...                                                                     // talk to it, then end it in order
//         process.interrupt()
//         return port
//     }
//
// A test that needs something of the machine says so in its traits, `@Test(.needs(.root, .tool("nft")))`: where that is missing it
// is skipped, with the reason in the output. NDJSON is read by `JSONValue.lines(of:)`, which takes nothing that RFC 8259 refuses.
// Ports come from `FreePort`, or better from port 0 and the line that names the port that was bound.

import Glibc
import Subprocess
import SystemPackage

/// One program with its surroundings, not yet started: arguments, environment, input, user, namespace and a limit on its time.
struct Command: Sendable {
    /// A path, or a name that is looked up in `PATH`.
    var executable: String
    var arguments: [String]
    /// Added to `Command.baseEnvironment`; nothing else is inherited, so that a developer's `NO_COLOR` changes no result.
    var environment: [String: String] = [:]
    /// What standard input holds. `nil` is /dev/null; `running` keeps the input open for `RunningProcess.write` where this is
    /// empty.
    var input: [UInt8]? = nil
    /// When the program still runs after `Command.patience` times this long, it is killed and the run throws `TimeLimitExceeded`.
    var limit: Duration = .seconds(30)
    var isUnprivileged = false
    /// The network namespace to run in, as `ip netns` names it.
    var namespace: String? = nil
    /// The working directory; that of the tests where it is `nil`.
    var directory: String? = nil

    init(_ executable: String, _ arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
    }

    /// Limits say what a quiet machine needs with room to spare; a busy one gets so many times that. It costs time only where a
    /// test fails.
    static let patience = 5

    /// The binary under test.
    static func sonde(_ arguments: String...) -> Command {
        Command(Binary.sonde, arguments)
    }

    /// Another program, looked up in `PATH`.
    static func tool(_ name: String, _ arguments: String...) -> Command {
        Command(name, arguments)
    }

    static let baseEnvironment: [String: String] = {
        var base = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": home]
        base["LD_LIBRARY_PATH"] = environmentVariable("LD_LIBRARY_PATH")
        return base
    }()

    /// A home of this run, for every user: peers leave their settings there, which another user's run could not read in a shared one.
    private static let home: String = {
        let path = "/tmp/sonde-home-\(getpid())"
        mkdir(path, 0o777)
        chmod(path, 0o777)
        atexit { _ = system("rm -rf -- /tmp/sonde-home-\(getpid())") }
        return path
    }()

    /// The same command as the user nobody: no groups, no capabilities. Changes nothing where the tests run without root anyway.
    func unprivileged() -> Command {
        var copy = self
        copy.isUnprivileged = true
        return copy
    }

    func inNamespace(_ name: String) -> Command {
        var copy = self
        copy.namespace = name
        return copy
    }

    func inDirectory(_ path: String) -> Command {
        var copy = self
        copy.directory = path
        return copy
    }

    func environment(_ variables: [String: String]) -> Command {
        var copy = self
        copy.environment.merge(variables) { $1 }
        return copy
    }

    func input(_ text: String) -> Command { input(Array(text.utf8)) }

    func input(_ bytes: [UInt8]) -> Command {
        var copy = self
        copy.input = bytes
        return copy
    }

    func limit(_ duration: Duration) -> Command {
        var copy = self
        copy.limit = duration
        return copy
    }

    /// Runs to the end and collects what was written.
    func run() async throws -> Outcome {
        try await running { process in
            if let input { try await process.write(input) }
            try await process.closeInput()
        }.1
    }

    /// Runs beside `body`, which talks to the process; afterwards closes its input and waits, within what `limit` leaves, for its
    /// end.
    ///
    /// A body that throws gets the process killed.
    @discardableResult
    func running<Result: Sendable>(
        _ body: @Sendable (RunningProcess) async throws -> Result
    ) async throws -> (Result, Outcome) {
        Command.takesClosedPipes
        let words = commandLine
        let started = ContinuousClock.now
        let deadline = started + limit * Command.patience
        let output = Transcript()
        let error = Transcript()
        var options = PlatformOptions()
        options.teardownSequence = []
        let execution = try await Subprocess.run(
            .init(
                executable: words[0].contains("/") ? .path(FilePath(words[0])) : .name(words[0]),
                arguments: Arguments(Array(words.dropFirst())),
                environment: .custom(
                    Dictionary(
                        uniqueKeysWithValues: Command.baseEnvironment.merging(environment) { $1 }.map {
                            (.init(stringLiteral: $0), $1)
                        }
                    )
                ),
                workingDirectory: directory.map { FilePath($0) },
                platformOptions: options
            ),
            input: .inputWriter,
            output: .sequence,
            error: .sequence
        ) { execution in
            let process = RunningProcess(execution, output: output, error: error)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await output.collect(execution.standardOutput) }
                group.addTask { try await error.collect(execution.standardError) }
                let watchdog = Task {
                    try await Task.sleep(until: deadline)
                    process.kill()
                }
                defer { watchdog.cancel() }
                do {
                    let result = try await body(process)
                    try await process.closeInput()
                    try await group.waitForAll()
                    return result
                } catch {
                    process.kill()
                    throw error
                }
            }
        }
        let status = execution.terminationStatus
        let elapsed = ContinuousClock.now - started
        let outcome = Outcome(command: words, status: status, outputBytes: output.bytes, errorBytes: error.bytes, elapsed: elapsed)
        if case .signaled(let signal) = status, signal == SIGKILL, ContinuousClock.now >= deadline {
            throw TimeLimitExceeded(limit: limit, outcome: outcome)
        }
        return (execution.takeClosureResult(), outcome)
    }

    /// A program that ends before it has read its input must not end the tests with SIGPIPE. Programs are started with the default.
    private static let takesClosedPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    /// What is started: the namespace and the user are entered by programs which then become this one, so that its process id is
    /// ours.
    private var commandLine: [String] {
        let isRoot = Requirement.root.isMet
        var words = [isUnprivileged && executable == Binary.sonde ? Binary.forEveryone : executable] + arguments
        if isUnprivileged && isRoot {
            words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"] + words
        }
        if let namespace { words = ["ip", "netns", "exec", namespace] + words }
        return words
    }
}

/// The program did not end by itself in the time that the test gave it.
struct TimeLimitExceeded: Error, CustomStringConvertible {
    let limit: Duration
    let outcome: Outcome

    var description: String { "still running after \(limit): \(outcome)" }
}
