import Console
import Failures
import PacketCapture
import SondeSystem
import SystemPackage
import Terminal

/// What a capture gives up once its sources are open, before anything of a frame is decoded and before any thread starts.
struct CaptureSandbox {
    private let source: CaptureOrder.Source
    private let target: CaptureOrder.Target
    /// Who root becomes by itself; `nil` for another user, and where root names one with `--user`.
    private let fallback: Privilege.Identity?
    private let identity: Privilege.Identity?

    init(_ source: CaptureOrder.Source, _ target: CaptureOrder.Target) throws {
        self.source = source
        self.target = target
        identity = try source.identity()
        fallback = identity == nil && Credentials.isRoot ? .nobody : nil
    }

    /// Opens what the capture could not open any more afterwards.
    func prepareFiles() throws {
        guard Credentials.isRoot else { return }
        OpenFileLimit.raise()
        for path in source.files where path != "-" {
            do throws(Errno) {
                try PreparedFiles.prepareReading(path)
            } catch {
                throw CaptureError.input(operation: "open", path: path, error)
            }
        }
        // As root's own file; anybody else creates it as the owner of it.
        guard fallback != nil, let path = target.path, path != "-", !target.rotates else { return }
        do throws(Errno) {
            try PreparedFiles.prepareWriting(path)
        } catch {
            throw CaptureError.output(operation: "open", path: path, error)
        }
    }

    /// Gives up identity, capabilities, files and system calls.
    func enter() throws {
        loadLibraries()
        // Read once by the C library, and kept.
        _ = LocalTime(secondsSinceEpoch: 0)
        try dropPrivilege()
        try requireFolder()
        guard source.entersSandbox else { return }
        let gaps = Sandbox.enter(files)
        if source.isLive { report(gaps) }
    }

    private func dropPrivilege() throws(CaptureError) {
        do throws(CaptureError) {
            try Privilege.drop(to: identity ?? fallback)
        } catch {
            // Root of a user namespace that has no other user is nobody outside already.
            guard fallback != nil, Namespaces.mapsUsers else { throw error }
            try Privilege.drop(to: nil)
        }
    }

    private func loadLibraries() {
        for path in source.files { Compression.prepare(for: path) }
        if !source.isLive, !source.expression.isEmpty { PacketFilter.prepare(source.expression) }
    }

    /// Says at once that a later file of a rotation could not be created.
    private func requireFolder() throws {
        guard fallback != nil, target.rotates, let folder = target.folder, !FileSystem.isWritable(folder) else { return }
        throw Failure(
            .cannotCreate,
            "-w \(target.path ?? ""): root captures as the user nobody, who cannot create files there",
            next: "name the owner of the folder: --user NAME",
            "or write one file, without -C and -G"
        )
    }

    private var files: Sandbox.Files {
        var files = Sandbox.Files()
        files.read = source.files.filter { $0 != "-" }
        // pcap_stats(3pcap) reads the interface's counters.
        if let interface = source.interface, source.isLive, !interface.contains("/") {
            files.read.append("/sys/class/net/\(interface)/statistics")
        }
        guard let path = target.path, path != "-" else { return files }
        if let kind = (try? FileStatus.of(path))??.kind, kind != .regular {
            files.written = [path]
        } else if let folder = target.folder {
            files.writtenFolders = [folder]
        }
        return files
    }

    private func report(_ gaps: [Sandbox.Gap]) {
        guard !gaps.isEmpty else { return }
        var errors = Output.error()
        for gap in gaps {
            errors.text.append("the sandbox is without ")
            errors.text.append(escaped: gap.feature.name)
            errors.text.append(": ")
            errors.text.append(escaped: gap.errno.explained)
            errors.text.append("\n")
        }
        try? errors.flush()
    }
}

extension Privilege.Identity {
    /// Who owns nothing; 65534 where the user database does not have it.
    fileprivate static var nobody: Privilege.Identity {
        Privilege.Identity(named: "nobody") ?? Privilege.Identity(user: 65534, group: 65534)
    }
}
