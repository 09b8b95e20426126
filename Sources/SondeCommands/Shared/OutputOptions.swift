import ArgumentParser
import Console

extension ColorChoice: ExpressibleByArgument {}

/// The options that every command has.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Write one JSON object a line as results appear.")
    var json = false

    @Option(help: ArgumentHelp("When to use colours.", valueName: "when"))
    var color: ColorChoice = .auto

    init() {}

    var palette: Palette { Terminal.outputPalette(color) }
}
