import ArgumentParser
import Serving

/// What an echo server answers with.
struct AnswerArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Hold each answer back for so long.", valueName: "duration"))
    var delay: DurationArgument?

    @Option(help: ArgumentHelp("Answer each line and each datagram with this text and a line feed.", valueName: "text"))
    var reply: String?

    @Flag(help: "Answer nothing.")
    var discard = false

    @Option(help: ArgumentHelp("The line that ends a connection.", valueName: "word"))
    var quit: String?

    init() {}

    func validate() throws {
        if reply != nil && discard { throw ValidationError("--reply and --discard are mutually exclusive", next: "choose one") }
        if let reply, reply.utf8.count > Self.longestReply {
            throw ValidationError("--reply: \(reply.utf8.count) bytes", next: "give at most \(Self.longestReply) bytes")
        }
        if let quit, quit.isEmpty || quit.contains(where: \.isNewline) {
            throw ValidationError("--quit: not a line", next: "give a word without line breaks")
        }
    }

    private static let longestReply = 4096

    var answer: EchoConfiguration.Answer {
        if discard { return .discard }
        return reply.map { .fixed(Array($0.utf8) + [UInt8(ascii: "\n")]) } ?? .echo
    }
}
