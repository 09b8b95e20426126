package import ArgumentParser
import Console
import Glibc
import Sockets

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
        SignalSource.ignoreClosedPipes()
        Glibc.exit(run(Array(CommandLine.arguments.dropFirst())))
    }

    private static func run(_ arguments: [String]) -> Int32 {
        do {
            var command = try parseAsRoot(arguments)
            try command.run()
            return ExitStatus.success.rawValue
        } catch let status as ExitStatus {
            return status.rawValue
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

    private static func report(_ failure: Failure) -> Int32 {
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
        try? output.flush()
        return code.rawValue
    }
}

extension ExitStatus: Error {}
