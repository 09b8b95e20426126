/// How an option, a flag or an argument is written, and what help says of it.
package struct ArgumentSyntax: Sendable, Equatable {
    package enum Form: Sendable, Equatable {
        case flag
        case option
        /// By its place.
        case argument
        /// Every word behind `--`.
        case rest
    }

    package let form: Form
    /// With their dashes, as help lists them: `-w`, `--wait`. Empty for arguments.
    package let names: [String]
    /// `duration`; empty for a flag.
    package let valueName: String
    /// `nil`: help and completion do not mention it.
    package let help: String?
    package var isRequired = false
    package var isRepeatable = false
    /// Whether a value may begin with a dash.
    package var takesDashes = false
    /// What a value may be, where that is a list.
    package var choices: [String] = []
    /// The value without the option.
    package var defaultValue: String?
    /// The heading that help lists it under; `nil`: ARGUMENTS or OPTIONS.
    package var section: String?

    package init(_ form: Form, _ names: [String], valueName: String = "", help: String?) {
        self.form = form
        self.names = names
        self.valueName = valueName
        self.help = help
    }

    /// As help lists it: `-w, --wait <duration>`, `<port>`.
    package var label: String {
        let name = names.joined(separator: ", ")
        guard !valueName.isEmpty else { return name }
        return name.isEmpty ? "<\(valueName)>" : "\(name) <\(valueName)>"
    }

    package static let version = ArgumentSyntax(.flag, ["--version"], help: "Show the version.")
    /// The long options that every command has.
    static let requests = ["--help", "--version"]
    package static let help = ArgumentSyntax(.flag, ["-h", "--help"], help: "Show help; -h is shorter.")
}
