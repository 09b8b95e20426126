import Arguments
import Testing

@testable import SondeCommands

@Suite("The options that -h shows")
struct ShortHelpTests {
    @Test("are options of their command, and each command has some")
    func exist() {
        for type in Sonde.commands {
            let description = type.description
            let known = Set(type.syntax.flatMap(\.names))
            #expect(!description.usualOptions.isEmpty && known.isSuperset(of: description.usualOptions), "\(description.name)")
        }
    }

    @Test("fit the terminal, in at most 80 columns", arguments: [(nil, 79), (200, 79), (80, 79), (60, 59)] as [(Int?, Int)])
    func columns(_ terminal: Int?, _ most: Int) {
        for type in Sonde.commands {
            for line in Help.short(of: type, program: "sonde", columns: terminal).split(separator: "\n") {
                #expect(line.count <= most, "\(line)")
            }
        }
    }

    @Test("come after a summary that begins as the abstract does", arguments: Sonde.commands.map { $0.description })
    func summaries(_ command: CommandDescription) {
        #expect(!command.summary.isEmpty && command.abstract.hasPrefix(command.summary))
    }
}
