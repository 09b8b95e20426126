import Console
import Failures
import FileService
import ServingReports
import Terminal

extension FileListing {
    func print(_ format: OutputOptions) throws {
        var standard = Output.standard()
        let (width, palette) = (sizeWidth, format.palette)
        if !format.json { FileListing.writeHeading(sizeWidth: width, into: &standard.text, palette) }
        try forEach { entry in
            if format.json {
                entry.writeJSON(into: &standard.text)
            } else {
                entry.writeText(sizeWidth: width, into: &standard.text, palette)
            }
            try standard.flushIfLarge()
        }
        try standard.flush()
        guard let remark else { return }
        var errors = Output.error()
        Failure(.success, "the list is not whole: \(remark)").writeWarning(into: &errors.text, format.errorPalette)
        try errors.flush()
    }
}

extension DownloadResult {
    /// Writes JSON to standard output, or a line for people to standard error.
    func print(name: String, _ format: OutputOptions) throws {
        var stream = format.json ? Output.standard() : Output.error()
        if format.json {
            writeJSON(name: name, into: &stream.text)
        } else {
            writeText(into: &stream.text)
        }
        try stream.flush()
    }
}
