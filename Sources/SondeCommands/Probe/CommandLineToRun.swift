import ArgumentParser
import Failures
import SondeSystem
import SystemPackage

/// A program that takes this one's place.
struct CommandLineToRun: Sendable {
    let words: [String]

    /// Parts a command's own arguments from the program behind the first `--`; `nil` where nothing is behind it.
    ///
    /// The argument parser can't: it takes no second list of words behind the targets (its debug builds refuse the declaration).
    static func split(_ arguments: [String]) -> (own: [String], program: CommandLineToRun?) {
        guard let terminator = arguments.firstIndex(of: "--") else { return (arguments, nil) }
        let words = Array(arguments[(terminator + 1)...])
        return (Array(arguments[..<terminator]), words.isEmpty ? nil : CommandLineToRun(words: words))
    }

    /// Runs the program in place of this one; returns only by throwing.
    func replaceProcess() throws {
        let errno = Process.replace(with: words)
        let isMissing = errno == .noSuchFileOrDirectory
        throw Failure(
            isMissing ? .noInput : .noPermission,
            "cannot run \"\(words[0])\": \(errno.explained)",
            next: isMissing ? "check the spelling and PATH" : "check that it is executable"
        )
    }
}

/// A command that runs the program behind `--` in its place.
protocol ProgramRunner: ParsableCommand {
    var program: CommandLineToRun? { get set }
}

extension ProgramRunner {
    /// Parses a command's arguments and the program behind them.
    static func parseWithProgram(_ arguments: [String]) throws -> Self {
        let (own, program) = CommandLineToRun.split(arguments)
        var command = try parse(own)
        command.program = program
        return command
    }
}
