import ArgumentParser
import Failures
import SondeSystem
import SystemPackage

/// A program that takes this one's place, or that a capture runs.
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
        throw failure(Process.replace(with: words))
    }

    /// Why the program could not be run.
    func failure(_ errno: Errno) -> Failure {
        let isMissing = errno == .noSuchFileOrDirectory
        return Failure(
            isMissing ? .noCommand : .cannotExecute,
            "cannot run \"\(words[0])\": \(errno.explained)",
            next: isMissing ? "check the spelling and PATH" : "check that it is executable"
        )
    }
}

/// A command that runs the program behind `--`.
protocol ProgramRunner: ParsableCommand {
    var program: CommandLineToRun? { get set }
    /// Whether runs of plain words are kept from the parser: see `GatheredWords`.
    static var gathersWords: Bool { get }
    /// Takes in the words that were kept from the parser.
    mutating func restore(_ words: GatheredWords)
}

extension ProgramRunner {
    /// Parses a command's arguments and the program behind them.
    static func parseWithProgram(_ arguments: [String]) throws -> Self {
        let (own, program) = CommandLineToRun.split(arguments)
        var words = GatheredWords()
        var command = try parse(gathersWords ? words.gather(own) : own)
        command.program = program
        command.restore(words)
        return command
    }

    static var gathersWords: Bool { false }
    mutating func restore(_ words: GatheredWords) {}
}

/// Runs of words that can only be positional arguments, each replaced by one word for the argument parser, whose time grows with the
/// square of their number.
struct GatheredWords {
    private var runs: [[String]] = []

    /// With fewer words the parser takes no notable time.
    private static let least = 256

    /// A word is surely positional where neither it nor the word before it begins with a dash: that word might be its option.
    mutating func gather(_ arguments: [String]) -> [String] {
        guard arguments.count >= GatheredWords.least else { return arguments }
        var shorter: [String] = []
        var isAfterWord = false
        var isInRun = false
        for argument in arguments {
            let isWord = !argument.utf8.starts(with: "-".utf8)
            if isWord, isAfterWord {
                if !isInRun {
                    // No argument of a process has a NUL.
                    shorter.append("\0\(runs.count)")
                    runs.append([])
                }
                runs[runs.count - 1].append(argument)
                isInRun = true
            } else {
                shorter.append(argument)
                isInRun = false
            }
            isAfterWord = isWord
        }
        return shorter
    }

    /// The words in their places again.
    func restored(_ words: [String]) -> [String] {
        runs.isEmpty ? words : words.flatMap { $0.utf8.first == 0 ? runs[Int($0.dropFirst()) ?? 0] : [$0] }
    }
}
