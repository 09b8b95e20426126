import Arguments
import Console
import Terminal

extension ColorChoice: PrintableArgumentValue {}

/// The options of output that most commands have.
struct OutputOptions: ArgumentGroup {
    @Flag("--json", help: "Write one JSON object per line as results appear.")
    var json = false

    @Option("--color", value: "when", help: "When to use colours, on both output streams.")
    var color: ColorChoice = .auto

    init() {}

    /// Of standard output.
    var palette: Palette { Terminal.outputPalette(color) }
    /// Of standard error.
    var errorPalette: Palette { Terminal.errorPalette(color) }
}
