import Arguments
import Console
import ProbeReports
import Probing
import Terminal

/// The output format of a run.
struct ProbeReportArguments: ArgumentGroup {
    @Flag("-O", "--open", help: "Show open ports only.")
    var open = false

    @Flag("--connect-ex", help: "Print only the number that connect returned, one per line.")
    var connectEx = false

    @Flag("--banner", help: "Show the first bytes that each server sends.")
    var banner = false

    @Flag("--prometheus", help: "Write Prometheus metrics.")
    var prometheus = false

    @Option("-o", "--output", value: "file", help: "With --prometheus: replace this file once all metrics are known.")
    var file: String?

    @Flag("-q", "--quiet", help: "Print nothing but errors; the exit code is the answer.")
    var quiet = false

    init() {}

    /// Maximum number of bytes kept of a banner.
    private static let bannerBytes = 1024

    var bannerLimit: Int? { banner ? ProbeReportArguments.bannerBytes : nil }

    /// Whether ports that are not open are shown, each with the reason in words.
    var explainsPorts: Bool { !open && !connectEx && !prometheus && !quiet }

    func validate(_ output: OutputOptions) throws {
        if [output.json, connectEx, prometheus, quiet].count(where: { $0 }) > 1 {
            throw ValidationError("--json, --connect-ex, --prometheus and --quiet are mutually exclusive", next: "choose one")
        }
        guard let file else { return }
        guard prometheus else {
            throw ValidationError("--output needs --prometheus", next: "for other formats, redirect standard output: > \(file)")
        }
        if file.isEmpty { throw ValidationError("--output: empty path", next: "give a file, e.g. sonde.prom") }
    }

    func makeReport(_ output: OutputOptions, isOneHost: Bool, showsAddress: Bool) -> any ProbeReport {
        if quiet { return QuietProbeReport() }
        if output.json { return JSONProbeReport(onlyOpen: open) }
        if prometheus { return PrometheusProbeReport(onlyOpen: open) }
        if connectEx { return ConnectExProbeReport(onlyOpen: open) }
        return TableProbeReport(
            onlyOpen: open,
            hasBanners: banner,
            isOneHost: isOneHost,
            showsAddress: showsAddress,
            output: ReportStream(width: Terminal.outputWidth, output.palette),
            notes: ReportStream(width: Terminal.errorWidth, output.errorPalette)
        )
    }
}
