import ArgumentParser
import Console
import Terminal

extension ColorChoice: ExpressibleByArgument {}

/// The options of output that most commands have.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Write one JSON object per line as results appear.")
    var json = false

    @Option(help: ArgumentHelp("When to use colours, on both output streams.", valueName: "when"))
    var color: ColorChoice = .auto

    init() {}

    /// Of standard output.
    var palette: Palette { Terminal.outputPalette(color) }
    /// Of standard error.
    var errorPalette: Palette { Terminal.errorPalette(color) }
}
