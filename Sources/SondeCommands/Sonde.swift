package import ArgumentParser
import Console
import Failures
import SondeSystem
import Terminal

/// The root command.
package struct Sonde: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "sonde",
        abstract: "Probe ports, list addresses, watch TCP handshakes, and say why.",
        discussion: """
            Results go to standard output, everything else to standard error. Exit codes: 0 yes, 1 no, 64 usage, 65 damaged input, \
            66 no such file, 68 host does not resolve, 69 no such interface, 71 the system refused, 73 and 74 output, \
            77 no permission, 130 and 143 ended by a signal.
            """,
        version: "0.1.0",
        subcommands: [
            AddrsCommand.self,
            CaptureCommand.self,
            ConnectCommand.self,
            DemoCommand.self,
            EchoCommand.self,
            ExplainCommand.self,
            GetCommand.self,
            ProbeCommand.self,
            ServeCommand.self,
            SocketsCommand.self,
            TraceCommand.self,
        ]
    )

    package init() {}
}

extension Sonde {
    /// Runs the program with the process's arguments and ends the process with the status of its outcome.
    package static func runAndExit() -> Never {
        StandardStreams.ensureOpen()
        Process.ignoreClosedPipes()
        let status = run(Process.arguments)
        // However the work ended, the terminal's last line is free again.
        LiveLine.eraseShown()
        Process.exit(status)
    }

    private static func run(_ arguments: [String]) -> Int32 {
        let color = ColorChoice(requestedIn: arguments)
        do {
            if arguments.first == "complete" {
                try CompletionQuery.run(Array(arguments.dropFirst()))
                return ExitStatus.success.rawValue
            }
            if let script = try CompletionQuery.script(arguments) {
                var output = Output.standard()
                output.text.append(trusted: script)
                try output.flush()
                return ExitStatus.success.rawValue
            }
            try requireCommand(arguments)
            guard var command = try parse(arguments) else { return try answer(arguments) }
            try command.run()
            return ExitStatus.success.rawValue
        } catch let status as ExitStatus {
            return status.rawValue
        } catch let exit as CommandExit {
            return exit.code
        } catch let error as OutputError {
            if let failure = Failure(error) { report(failure, color) }
            return ExitStatus(error).rawValue
        } catch let error as SystemError {
            return report(Failure(error), color)
        } catch let error as ResolutionError {
            return report(Failure(error), color)
        } catch let failure as Failure {
            return report(failure, color)
        } catch {
            return report(Failure(.systemRefused, String(describing: error)), color)
        }
    }

    /// The command that the first argument names, parsed as if it were the root, which saves a tenth of the start
    /// (docs/decisions/0010-commands-are-parsed-directly.md); `nil` where the arguments ask for help or the version.
    private static func parse(_ arguments: [String]) throws -> (any ParsableCommand)? {
        guard let name = arguments.first, let type = subcommand(named: name) else { return nil }
        do {
            let own = Array(arguments.dropFirst())
            return try (type as? any ProgramRunner.Type)?.parseWithProgram(own) ?? type.parse(own)
        } catch {
            // The version belongs to the root: a command does not know the option.
            let isAnswer = type.exitCode(for: error).isSuccess || type.message(for: error).hasPrefix("Unknown option '--version'")
            guard !isAnswer else { return nil }
            throw Failure(parserError: error, of: type, command: "sonde \(type.configuration.commandName ?? name)")
        }
    }

    /// Help, the version, a completion script: what the root answers, on standard output.
    private static func answer(_ arguments: [String]) throws -> Int32 {
        do {
            var command = try parseAsRoot(arguments)
            try command.run()
            return ExitStatus.success.rawValue
        } catch  where exitCode(for: error).isSuccess {
            var output = Output.standard()
            for line in fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false) {
                output.text.append(escaped: line)
                output.text.append("\n")
            }
            try output.flush()
            return ExitStatus.success.rawValue
        } catch {
            throw Failure(parserError: error, of: Sonde.self, command: "sonde")
        }
    }

    private static func subcommand(named name: String) -> (any ParsableCommand.Type)? {
        configuration.subcommands.first { $0.configuration.commandName == name || $0.configuration.aliases.contains(name) }
    }

    /// The parser takes a command that does not exist for an argument too many, and answers `help` with one by its general help.
    private static func requireCommand(_ arguments: [String]) throws {
        let name = arguments.first == "help" ? arguments.dropFirst().first : arguments.first
        guard let name, !name.hasPrefix("-"), name != "help", subcommand(named: name) == nil else { return }
        let commands = configuration.subcommands.map { $0.configuration }
        throw Failure(noCommand: name, commands: commands.map { [$0.commandName ?? ""] + $0.aliases })
    }

    /// Writes what failed, and what helps, to standard error.
    ///
    /// - Returns: the exit status.
    @discardableResult
    static func report(_ failure: Failure, _ color: ColorChoice) -> Int32 {
        var errors = Output.error()
        failure.write(into: &errors.text, Terminal.errorPalette(color))
        try? errors.flush()
        return failure.status.rawValue
    }
}

extension ColorChoice {
    /// What `--color` asks for, also where the rest of the arguments can't be parsed: errors obey it, too.
    init(requestedIn arguments: [String]) {
        let options = arguments.prefix { $0 != "--" }
        let joined = options.compactMap { $0.hasPrefix("--color=") ? String($0.dropFirst(8)) : nil }
        let separate = zip(options, options.dropFirst()).compactMap { $0 == "--color" ? $1 : nil }
        self = (joined + separate).compactMap { ColorChoice(rawValue: $0) }.last ?? .auto
    }
}

extension Failure {
    /// A mistake in the arguments, as the parser throws it.
    init(parserError error: any Error, of type: any ParsableCommand.Type, command: String) {
        let message = type.message(for: error)
        let lines = type.fullMessage(for: error).dropFirst("Error: \(message)\n".count)
        let help = lines.hasPrefix("Help:  ") ? lines.dropFirst(7).prefix { $0 != "\n" } : ""
        self.init(parserMessage: message, help: String(help), command: command)
    }
}

extension ExitStatus: Error {}
