import Arguments
import Testing

@testable import SondeCommands

@Suite("The options that -h shows")
struct ShortHelpTests {
    @Test("are options of their command, and each command has some")
    func exist() {
        for type in Sonde.commands {
            let name = type.description.name
            let usual = ShortHelp.usualOptions[name] ?? []
            let known = Set(type.syntax.flatMap(\.names))
            #expect(!usual.isEmpty && known.isSuperset(of: usual), "\(name)")
        }
    }

    @Test("belong to commands that exist")
    func commands() {
        #expect(Set(ShortHelp.usualOptions.keys) == Set(Sonde.commands.map { $0.description.name }))
    }
}
