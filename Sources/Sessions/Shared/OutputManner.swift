package import Console
import Terminal

/// How a command writes: for a person or for a program, with colours or without.
package struct OutputManner: Sendable {
    package let isJSON: Bool
    package let color: ColorChoice

    package init(isJSON: Bool, color: ColorChoice) {
        self.isJSON = isJSON
        self.color = color
    }

    /// Of standard output.
    package var palette: Palette { Terminal.outputPalette(color) }
    /// Of standard error.
    package var errorPalette: Palette { Terminal.errorPalette(color) }
}
