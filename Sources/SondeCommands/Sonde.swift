import Arguments
import Console
import Failures
import Sessions
import SondeSystem
import Terminal

/// The program: finds the command that the first argument names and runs it.
package enum Sonde {
    static let description = CommandDescription(
        "sonde",
        abstract: "Probe ports, list addresses, watch TCP handshakes, and say why.",
        discussion: """
            Which ports are open, and why not the others:
              sonde probe example.org 22,80,443
            Watch one TCP connection, explained:
              sudo sonde demo

            Results go to standard output, everything else to standard error. Exit codes: 0 yes, 1 no, 64 usage, 65 damaged input, \
            66 no such file, 68 host does not resolve, 69 no such interface, 71 the system refused, 73 and 74 output, \
            77 no permission, 130 and 143 ended by a signal.
            """
    )

    static let version = "0.1.0"

    static let commands: [any Command.Type] = [
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

    static func command(named name: String) -> (any Command.Type)? {
        commands.first { $0.description.name == name || $0.description.aliases.contains(name) }
    }

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
            try dispatch(arguments)
            return ExitStatus.success.rawValue
        } catch let status as ExitStatus {
            return status.rawValue
        } catch let exit as CommandExit {
            return exit.code
        } catch let error as OutputError {
            Failure(error)?.report(color)
            return ExitStatus(error).rawValue
        } catch let error as SystemError {
            return Failure(error).report(color)
        } catch let error as ResolutionError {
            return Failure(error).report(color)
        } catch let failure as Failure {
            return failure.report(color)
        } catch {
            return Failure(.systemRefused, String(describing: error)).report(color)
        }
    }

    private static func dispatch(_ arguments: [String]) throws {
        let words = Array(arguments.dropFirst())
        switch arguments.first {
        case nil, "--help": try write(help)
        case "-h": try write(Help.short(of: description, commands.map { $0.description }, columns: Terminal.outputWidth))
        case "help": try write(helpAbout(words.first))
        case "--version": try writeVersion()
        case "complete": try CompletionQuery.run(words)
        case let word? where CompletionQuery.asksForScript(word): try CompletionQuery.writeScript(word, words)
        case let word? where word.hasPrefix("-"):
            throw Failure(.unknownOption(word, known: ["--help", "--version"]), command: "sonde")
        case let name?: try run(command(called: name), words)
        }
    }

    private static func run(_ type: any Command.Type, _ words: [String]) throws {
        let command: any Command
        do {
            command = try type.parse(words)
        } catch ArgumentRequest.help {
            return try write(help(of: type))
        } catch ArgumentRequest.shortHelp {
            return try write(Help.short(of: type, program: description.name, columns: Terminal.outputWidth))
        } catch ArgumentRequest.version {
            return try writeVersion()
        } catch {
            throw Failure(commandLine: error, command: "sonde \(type.description.name)") ?? error
        }
        try command.run()
    }

    private static func command(called name: String) throws -> any Command.Type {
        guard let type = command(named: name) else {
            throw Failure(noCommand: name, commands: commands.map { [$0.description.name] + $0.description.aliases })
        }
        return type
    }

    // MARK: - Help

    private static var help: String {
        Help.of(description, commands.map { $0.description }, columns: Terminal.outputWidth)
    }

    private static func help(of type: any Command.Type) -> String {
        Help.of(type, program: description.name, columns: Terminal.outputWidth)
    }

    private static func helpAbout(_ name: String?) throws -> String {
        guard let name, name != "help", !name.hasPrefix("-") else { return help }
        return help(of: try command(called: name))
    }

    private static func writeVersion() throws { try write(version + "\n") }

    private static func write(_ text: String) throws {
        var output = Output.standard()
        output.text.append(trusted: text)
        try output.flush()
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
