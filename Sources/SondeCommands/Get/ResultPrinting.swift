import Console
import FileService
import ServingReports
import Terminal

extension FileListing {
    func print(_ format: OutputOptions) throws {
        var standard = Output.standard()
        if format.json {
            writeJSON(into: &standard.text)
        } else {
            writeText(into: &standard.text, format.palette)
        }
        try standard.flush()
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
