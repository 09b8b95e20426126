package import ArgumentParser
import Console
import SondeSystem

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
            GetCommand.self,
            ProbeCommand.self,
            ServeCommand.self,
        ]
    )

    package init() {}
}

extension Sonde {
    /// Runs the program with the process's arguments and ends the process with the status that its outcome has.
    package static func runAndExit() -> Never {
        StandardStreams.ensureOpen()
        Process.ignoreClosedPipes()
        Process.exit(run(Array(CommandLine.arguments.dropFirst())))
    }

    private static func run(_ arguments: [String]) -> Int32 {
        do {
            try requireCommand(arguments)
            var command = try parsedDirectly(arguments) ?? parseAsRoot(arguments)
            try command.run()
            return ExitStatus.success.rawValue
        } catch let status as ExitStatus {
            return status.rawValue
        } catch let interrupted as InterruptedOutput {
            return ExitStatus(endedBy: interrupted.signal).rawValue
        } catch is ClosedPipe {
            return ExitStatus.success.rawValue
        } catch let error as SystemError {
            return report(Failure(error))
        } catch let error as ResolutionError {
            return report(Failure(error))
        } catch let failure as Failure {
            return report(failure)
        } catch {
            return reportUsage(error)
        }
    }

    /// The command that the first argument names, parsed as if it were the root, which saves a tenth of the start
    /// (docs/decisions/0010-commands-are-parsed-directly.md).
    ///
    /// `nil` where the first argument names none, or where its arguments are not as they should be or ask for help: the way through
    /// the root then says so in its words.
    private static func parsedDirectly(_ arguments: [String]) -> (any ParsableCommand)? {
        guard let name = arguments.first else { return nil }
        let type = configuration.subcommands.first {
            $0.configuration.commandName == name || $0.configuration.aliases.contains(name)
        }
        return try? type?.parse(Array(arguments.dropFirst()))
    }

    /// The parser takes a command that does not exist for an argument too many.
    private static func requireCommand(_ arguments: [String]) throws {
        guard let name = arguments.first, !name.hasPrefix("-"), name != "help" else { return }
        let commands = configuration.subcommands.map { $0.configuration }
        guard !commands.contains(where: { $0.commandName == name || $0.aliases.contains(name) }) else { return }
        let names = commands.compactMap { $0.commandName }
        throw Failure(.usage, "there is no command \"\(name)\"", next: "those that there are: \(names.joined(separator: ", "))")
    }

    /// Writes what failed, and what helps, to standard error.
    ///
    /// - Returns: the exit status.
    @discardableResult
    static func report(_ failure: Failure) -> Int32 {
        var errors = Output.error()
        let palette = Terminal.errorPalette(.auto)
        errors.text.append("sonde: ", .strong, palette)
        errors.text.append(escaped: failure.message, .bad, palette)
        errors.text.append("\n")
        for step in failure.nextSteps {
            errors.text.append("  → ", .faint, palette)
            errors.text.append(escaped: step)
            errors.text.append("\n")
        }
        try? errors.flush()
        return failure.status.rawValue
    }

    /// What ArgumentParser throws: requests for help and version, which are answers, and mistakes in the arguments, which it quotes
    /// as they came, so each line is escaped here.
    private static func reportUsage(_ error: any Error) -> Int32 {
        let code = exitCode(for: error)
        var output = code.isSuccess ? Output.standard() : Output.error()
        for line in fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false) {
            output.text.append(escaped: line)
            output.text.append("\n")
        }
        do {
            try output.flush()
        } catch let failure as Failure where code.isSuccess {
            return report(failure)
        } catch {}
        return code.rawValue
    }
}

extension ExitStatus: Error {}
