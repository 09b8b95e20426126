import Arguments
import Console
import Sessions

extension ColorChoice: PrintableArgumentValue {}

/// The options of output that most commands have.
struct OutputOptions: ArgumentGroup {
    @Flag("--json", help: "Write one JSON object per line as results appear.")
    var json = false

    @Option("--color", value: "when", help: "When to use colours, on both output streams.")
    var color: ColorChoice = .auto

    init() {}

    var manner: OutputManner { OutputManner(isJSON: json, color: color) }
    /// Of standard output.
    var palette: Palette { manner.palette }
    /// Of standard error.
    var errorPalette: Palette { manner.errorPalette }
}
