import Arguments
import Console
import Terminal

/// How a capture is reported.
struct ViewArguments: ArgumentGroup {
    enum View: String, FlagChoice {
        case segments
        case connections
        case ladder

        var names: [String] { ["--\(rawValue)"] }

        var help: String {
            switch self {
            case .segments: "One line per segment (default)."
            case .connections: "One line per connection, as it ends."
            case .ladder: "One sequence diagram per connection, as it ends."
            }
        }
    }

    enum Format: String, ArgumentValue, CaseIterable {
        case zeek
        case text
        case ascii
        case svg
        case mermaid
    }

    @Flag() var view: View?

    @Option("--format", value: "format", help: "zeek for Zeek's conn.log; text, ascii, svg or mermaid for --ladder.")
    var format: Format?

    @Flag("--explain", help: "Explain each step.")
    var explain = false

    @Flag("-v", "--verbose", help: "Show relative sequence numbers, window, TTL and options of each segment.")
    var verbose = false

    @Flag("--names", help: "Show names of addresses and ports, from the capture, /etc/hosts and a list; no name server is asked.")
    var names = false

    @OptionGroup var output: OutputOptions

    init() {}

    func validate() throws {
        if output.json, format != nil || view == .ladder {
            throw ValidationError("--json excludes --format and --ladder", next: "choose one")
        }
        if format == .zeek, view == .ladder || view == .segments {
            throw ValidationError(
                "--format zeek and --\(view?.rawValue ?? "") are mutually exclusive",
                next: "choose one: zeek writes one record per connection"
            )
        }
        if let format, format != .zeek, view != .ladder {
            throw ValidationError("--format \(format.rawValue) needs --ladder", next: "add --ladder")
        }
        if names, output.json || format == .zeek {
            throw ValidationError("--names is for people: \(output.json ? "--json" : "--format zeek") has addresses.")
        }
        if verbose, output.json || format == .zeek || view == .connections || view == .ladder {
            throw ValidationError("-v needs the segment view", next: "leave the other views out")
        }
        if explain, output.json || format == .zeek || view == .connections || view == .ladder {
            throw ValidationError("--explain needs the segment view", next: "leave the other views out")
        }
    }

    var isZeek: Bool { format == .zeek }

    /// Unless one is named: ASCII where the locale is not UTF-8.
    var ladderFormat: LadderFormat {
        format.flatMap { LadderFormat(rawValue: $0.rawValue) } ?? (Terminal.usesUTF8 ? .text : .ascii)
    }
}
