import Failures

/// A command that does not exist.
extension Failure {
    /// - Parameter commands: the names of each command, its own name first.
    init(noCommand name: String, commands: [[String]]) {
        let list = commands.map { $0.count > 1 ? "\($0[0]) (\($0.dropFirst().joined(separator: ", ")))" : $0[0] }
        let all = "commands: \(list.joined(separator: ", "))"
        let message = "\"\(name)\": no such command"
        if name == "version" {
            self.init(.usage, message, next: "use sonde --version")
        } else if let near = nearestName(to: name, in: commands.joined()) {
            self.init(.usage, message, next: "did you mean \(near)?", all)
        } else {
            self.init(.usage, message, next: all)
        }
    }
}
