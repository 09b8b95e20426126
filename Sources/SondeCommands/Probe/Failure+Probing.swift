import Console
import Probing
import SondeSystem
import SystemPackage

/// What can be wrong with targets, ports and lists of them.
extension Failure {
    init(_ error: PortListError) {
        self.init(.usage, error.explained, next: "ports are numbers from 1 to 65535, ranges and names: 22,80,8000-8100,https")
    }

    init(_ error: TargetError) {
        self.init(.usage, error.explained, next: Failure.targetForms)
    }

    init(_ error: TargetError, line: Int, file: String) {
        self.init(
            .usage,
            "\(file == "-" ? "standard input" : file), line \(line): \(error.explained)",
            next: "mend the line, or probe the others with --keep-going"
        )
    }

    /// A file with lines that can't be read: all of them are named, up to a screenful.
    init(_ survey: TargetList.Survey, file: String) {
        let lines = survey.badLines.map { "line \($0.number): \($0.error.explained)" }
        let more = survey.badLineCount - lines.count
        let count = survey.badLineCount == 1 ? "one line is no target" : "\(survey.badLineCount) lines are no targets"
        let steps =
            lines + (more > 0 ? ["and \(more) more"] : []) + [
                survey.targets > 0 ? "mend them, or probe the others with --keep-going" : "mend them"
            ]
        self.init(.usage, "\(file): \(count), nothing was probed", nextSteps: steps)
    }

    init(_ error: TargetListError) {
        switch error.errno {
        case .noSuchFileOrDirectory, .isDirectory:
            self.init(
                .noInput,
                "\(error.path): \(error.errno.explained)",
                next: "give a file with a target a line, or - for standard input"
            )
        case .permissionDenied:
            self.init(.noPermission, "\(error.path): \(error.errno.explained)", next: "read it as a user who may")
        default:
            self.init(.noInput, "\(error.path): \(error.errno.explained)")
        }
    }

    /// - Parameter lastWord: the last word of the command line, which may have been meant as ports.
    init(noPortsFor target: String, lastWord: String? = nil) {
        let steps = [
            "name them behind the targets (22,80,8000-8100,https), with -p, or with --top N",
            "all of them: -p-",
        ]
        guard let lastWord, lastWord != target else {
            self.init(.usage, "no ports for \"\(target)\"", nextSteps: steps)
            return
        }
        let message = "no ports for \"\(target)\": \"\(lastWord)\" is no port number, range or service name"
        self.init(.usage, message, nextSteps: steps)
    }

    /// Lists that were read to their ends, and there was nothing to probe.
    init(nothingIn sources: [TargetSource], ports: PortList?) {
        let names = sources.compactMap { source -> String? in
            switch source {
            case .target: nil
            case .file(let path): path
            case .standardInput: "standard input"
            }
        }
        let missing = ports == nil ? "no target with ports" : "no target"
        self.init(
            .usage,
            "\(names.joined(separator: ", ")): \(missing), nothing was probed",
            next: ports == nil
                ? "write HOST:PORTS, one a line, or name the ports for all of them with -p"
                : "write a target a line: HOST, HOST:PORTS or ADDRESS/LENGTH"
        )
    }

    private static let targetForms = "a target is HOST, HOST:PORTS, [V6]:PORTS, ADDRESS/LENGTH, a URL, /PATH, @FILE or -"
}

extension PortListError {
    fileprivate var explained: String {
        let reason =
            switch problem {
            case .empty: list.isEmpty ? "the list is empty" : "nothing stands between two commas"
            case .outOfRange: "it is not within 1 to 65535"
            case .descending: "its end comes before its beginning"
            case .notARange: "it is no range"
            case .unknownService: "no service has that name"
            }
        guard !list.isEmpty else { return "no ports: \(reason)" }
        guard !part.isEmpty else { return "ports \"\(list)\": \(reason)" }
        return part == list ? "port \"\(part)\": \(reason)" : "port \"\(part)\" in \"\(list)\": \(reason)"
    }
}

extension TargetError {
    /// A line of a binary file can be as long as 64 KiB: its beginning tells which one it is.
    private static let quotedColumns = 120

    fileprivate var explained: String {
        let text = fitted(text, columns: Self.quotedColumns)
        return switch problem {
        case .empty: "an empty target"
        case .badHost: "\"\(text)\" is no host"
        case .badPath: "\"\(text)\": there is no such path"
        case .badAddress: "\"\(text)\": what stands before the slash is no address"
        case .badPrefix(let widest): "\"\(text)\": the length of a prefix is 0 to \(widest)"
        case .blockTooLarge: "\"\(text)\": an IPv6 block has at least /\(Target.shortestV6Prefix)"
        case .unclosedBracket: "\"\(text)\": an IPv6 address and its ports are written [ADDRESS]:PORTS"
        case .unknownScheme(let scheme): "\"\(text)\": no port is known for \"\(scheme)\""
        case .noPorts: "\"\(text)\" names no ports (HOST:PORTS), and -p or --top names none for all"
        case .ports(let error): "\"\(text)\": \(error.explained)"
        }
    }
}
