import Glibc

/// Where the program under test stands.
enum Binary {
    /// The `sonde` that `SONDE_BINARY` names, as `make test` does with the release build that people install; else the one that was
    /// built beside the test bundle.
    static let sonde: String = {
        if let path = environmentVariable("SONDE_BINARY") {
            precondition(access(path, X_OK) == 0, "no sonde at \(path), which SONDE_BINARY names")
            return absolute(path)
        }
        return built("sonde")
    }()

    /// Enters the sandbox of captures and tries what it forbids.
    static let sandboxProbe = built("SandboxProbe")

    /// A program that was built beside the test bundle.
    private static func built(_ name: String) -> String {
        var directory = executableDirectory
        // SwiftPM's runner loads the bundle, so the process's own path may be the runner's; the bundle's path is in its arguments.
        if let bundle = CommandLine.arguments.first(where: { $0.hasSuffix(".xctest") }) {
            directory = parent(of: bundle)
        }
        let path = directory + "/" + name
        precondition(access(path, X_OK) == 0, "no \(name) at \(path): swift build makes it")
        return absolute(path)
    }

    /// The same program at a path that every user can reach: itself, or a copy where a directory above it is closed to others.
    static let forEveryone: String = {
        var directory = parent(of: sonde)
        var isOpen = true
        while directory != "/" && !directory.isEmpty {
            var status = stat()
            isOpen = isOpen && stat(directory, &status) == 0 && status.st_mode & S_IXOTH != 0
            directory = parent(of: directory)
        }
        guard !isOpen else { return sonde }
        return copyForEveryone()
    }()

    private static func copyForEveryone() -> String {
        let directory = "/tmp/sonde-tests-\(getpid())"
        mkdir(directory, 0o755)
        atexit {
            unlink("/tmp/sonde-tests-\(getpid())/sonde")
            rmdir("/tmp/sonde-tests-\(getpid())")
        }
        let copy = directory + "/sonde"
        let source = open(sonde, O_RDONLY)
        let target = open(copy, O_WRONLY | O_CREAT | O_TRUNC, 0o755)
        while sendfile(target, source, nil, 1 << 30) > 0 {}
        close(source)
        close(target)
        return copy
    }

    private static let executableDirectory: String = {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        return parent(of: String(decoding: buffer.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }()

    /// Tests start programs in folders of their own, and `forEveryone` goes up to the root.
    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
