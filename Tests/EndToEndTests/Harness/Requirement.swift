import Glibc
import Testing

/// Something of the machine that a test can't do without.
enum Requirement: Sendable {
    /// The rights to make network namespaces, and `ip` to make them with.
    case root
    /// A program in `PATH`.
    case tool(String)
    /// What a package installs that has no program.
    case file(String)
    /// A way to run the binary as the user nobody: it and Swift's libraries are readable for everyone.
    case unprivilegedUser

    var isMet: Bool {
        switch self {
        case .root: geteuid() == 0 && Requirement.tool("ip").isMet
        case .tool(let name): Requirement.searchPath.contains { access("\($0)/\(name)", X_OK) == 0 }
        case .file(let path): access(path, R_OK) == 0
        case .unprivilegedUser: geteuid() != 0 || (Requirement.tool("setpriv").isMet && Requirement.binaryRunsAsNobody)
        }
    }

    var reason: String {
        switch self {
        case .root: "needs root and ip (network namespaces)"
        case .tool(let name): "needs \(name)"
        case .file(let path): "needs \(path)"
        case .unprivilegedUser: "needs setpriv, and Swift's libraries readable for the user nobody"
        }
    }

    private static let searchPath = Command.baseEnvironment["PATH"]?.split(separator: ":").map(String.init) ?? []

    /// Tried once: the loader must reach every library.
    private static let binaryRunsAsNobody: Bool = {
        let words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--", Binary.forEveryone, "--version"]
        var arguments = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var child: pid_t = 0
        guard posix_spawnp(&child, "setpriv", &actions, nil, &arguments, environ) == 0 else { return false }
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1 { guard errno == EINTR else { return false } }
        return status == 0
    }()
}

extension Trait where Self == ConditionTrait {
    /// Skips the test, and says why, where the machine lacks one of these.
    static func needs(_ requirements: Requirement...) -> Self {
        let unmet = requirements.filter { !$0.isMet }
        return .enabled(if: unmet.isEmpty, Comment(rawValue: unmet.map(\.reason).joined(separator: "; ")))
    }
}

func environmentVariable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
