import Arguments
import Serving

/// What an echo server answers with.
struct AnswerArguments: ArgumentGroup {
    @Option("--delay", value: "duration", help: "Delay each answer by DURATION.")
    var delay: DurationArgument?

    @Option("--reply", value: "text", help: "Reply to each line and each datagram with this text and a line feed.")
    var reply: String?

    @Flag("--discard", help: "Discard what clients send; answer nothing.")
    var discard = false

    @Option("--quit", value: "word", help: "Close a connection that sends this line.")
    var quit: String?

    init() {}

    func validate() throws {
        if reply != nil && discard { throw ValidationError("--reply and --discard are mutually exclusive", next: "choose one") }
        if let reply, reply.utf8.count > Self.longestReply {
            throw ValidationError("--reply: \(reply.utf8.count) bytes", next: "give at most \(Self.longestReply) bytes")
        }
        if let quit, quit.isEmpty || quit.contains(where: \.isNewline) {
            throw ValidationError("--quit: empty or several lines", next: "give one line of text")
        }
    }

    private static let longestReply = 4096

    var answer: EchoConfiguration.Answer {
        if discard { return .discard }
        return reply.map { .fixed(Array($0.utf8) + [UInt8(ascii: "\n")]) } ?? .echo
    }
}
