import Console
import Failures
package import FileService
import ServingReports
import Terminal

extension FileListing {
    package func print(_ manner: OutputManner) throws {
        var standard = Output.standard()
        let (width, palette) = (sizeWidth, manner.palette)
        if !manner.isJSON { FileListing.writeHeading(sizeWidth: width, into: &standard.text, palette) }
        try forEach { entry in
            if manner.isJSON {
                entry.writeJSON(into: &standard.text)
            } else {
                entry.writeText(sizeWidth: width, into: &standard.text, palette)
            }
            try standard.flushIfLarge()
        }
        try standard.flush()
        guard let remark else { return }
        var errors = Output.error()
        Failure(.success, "the list is not whole: \(remark)").writeWarning(into: &errors.text, manner.errorPalette)
        try errors.flush()
    }
}

extension DownloadResult {
    /// Writes JSON to standard output, or a line for people to standard error.
    package func print(name: String, _ manner: OutputManner) throws {
        var stream = manner.isJSON ? Output.standard() : Output.error()
        if manner.isJSON {
            writeJSON(name: name, into: &stream.text)
        } else {
            writeText(into: &stream.text)
        }
        try stream.flush()
    }
}
