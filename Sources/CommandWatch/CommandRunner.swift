import Addresses
import SondeSystem
import SystemPackage
import Time

/// The process that runs the command: it starts it, takes note of its sockets, and hands its exit code over.
///
/// It sees no packet, so it keeps the rights that it was started with. The command's connects wait for it
/// (docs/decisions/0044-the-sockets-of-a-command.md), so it stays until the last process of the command has ended, however the capture does.
struct CommandRunner: ~Copyable {
    private let words: [String]
    private let identity: CommandIdentity?
    private let watchesSockets: Bool
    private var channel: WatchChannel
    private var notices: SocketCallNotices?
    private var children: Descriptor?
    /// Sockets whose connect went on, but has no local port yet.
    private var pending: [Pending] = []
    private var command: Int32?
    /// Whether the sockets are searched in /proc.
    private var searches = false

    private final class Pending {
        let socket: Descriptor
        let kind: SocketCallNotices.Kind
        let peer: Endpoint?
        /// Before the call went on.
        let time: Timestamp
        let deadline: MonotonicTime

        init(_ socket: consuming Descriptor, _ kind: SocketCallNotices.Kind, _ peer: Endpoint?, _ time: Timestamp) {
            self.time = time
            self.socket = socket
            self.kind = kind
            self.peer = peer
            deadline = .now + CommandRunner.patience
        }
    }

    /// How long a connect may take to choose a port; one that fails chooses none.
    private static let patience = Nanoseconds.seconds(1)
    private static let pendingInterval = Nanoseconds(200_000)
    private static let searchInterval = Nanoseconds.milliseconds(20)
    /// A bound for a command that keeps a thousand connects under way that get no port.
    private static let mostPending = 1024

    init(_ words: [String], as identity: CommandIdentity?, watchesSockets: Bool, channel: consuming Descriptor) {
        self.words = words
        self.identity = identity
        self.watchesSockets = watchesSockets
        self.channel = WatchChannel(channel)
    }

    /// Runs until the last process of the command has ended.
    consuming func run() {
        ChildProcess.ignoreEnds()
        guard waitForStart() else { return }
        ChildProcess.adoptOrphans()
        do throws(Errno) {
            children = try ChildProcess.watch()
            if watchesSockets { beginNotices() }
            try startCommand()
        } catch {
            channel.send(.failed(error.rawValue))
            return
        }
        ChildProcess.releaseStandardStreams()
        if !Credentials.isRoot { Credentials.dropCapabilitiesAlone() }
        while serve() {}
    }

    private mutating func waitForStart() -> Bool {
        while channel.isOpen {
            if let message = channel.receive() {
                if case .start = message { return true }
            } else if channel.isOpen {
                _ = try? waitForFirst(of: [(channel.borrowed, .readable)])
            }
        }
        return false
    }

    private mutating func beginNotices() {
        do throws(Errno) {
            notices = try SocketCallNotices()
        } catch {
            limit(error)
        }
    }

    private mutating func limit(_ error: Errno) {
        guard !searches else { return }
        searches = true
        channel.send(.isLimited(error.rawValue))
    }

    // MARK: - The command

    /// Starts the command in the same process group, so that the terminal's keys reach it.
    private mutating func startCommand() throws(Errno) {
        let pipe = try Pipe()
        switch try ChildProcess.fork() {
        case .child: Self.become(words, identity, reportingTo: pipe.writer.borrowed)
        case .parent(let child): command = child
        }
        // execve(2) closes the other end. Until then the new process may connect, to the server of a user database.
        let reader = pipe.intoReader()
        while true {
            let waiting = notices.map { [($0.borrowed, Readiness.readable)] } ?? []
            let outcome = try waitForFirst(of: [(reader.borrowed, .readable)] + waiting)
            guard case .ready(let ready) = outcome else { continue }
            if ready[0] != [] { break }
            takeNotice()
        }
        var report = [UInt8](repeating: 0, count: 4)
        guard case .bytes(4) = try reader.borrowed.read(into: &report) else { return }
        throw Errno(rawValue: report.reduce(Int32(0)) { $0 << 8 | Int32($1) })
    }

    private static func become(_ words: [String], _ identity: CommandIdentity?, reportingTo pipe: BorrowedDescriptor) {
        var error: Errno
        do throws(SystemError) {
            if let identity, Credentials.isRoot { try Credentials.become(user: identity.user, group: identity.group) }
            error = Process.replace(with: words)
        } catch let failure {
            error = failure.errno
        }
        let number = error.rawValue
        let report = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> Int32($0)) }
        _ = try? pipe.write(report)
        Process.exitAtOnce(127)
    }

    // MARK: - The loop

    /// - Returns: false once nobody is left who needs it.
    private mutating func serve() -> Bool {
        var watched: [(descriptor: BorrowedDescriptor, readiness: Readiness)] = []
        if channel.isOpen { watched.append((channel.borrowed, channel.readiness)) }
        if let children = children?.borrowed { watched.append((children, .readable)) }
        let waiting = notices?.borrowed
        if let waiting { watched.append((waiting, .readable)) }
        let now = MonotonicTime.now
        let deadline = !pending.isEmpty ? now + Self.pendingInterval : searches && channel.isOpen ? now + Self.searchInterval : nil
        let outcome = try? waitForFirst(of: watched, until: deadline)
        let hasProcesses = reap()
        if case .ready(let ready) = outcome, waiting != nil, ready.last != [] { takeNotice() }
        settle()
        if searches, channel.isOpen, outcome == .deadline { search() }
        takeMessages()
        channel.flush()
        // The capture may still ask for the claims of closed sockets.
        return hasProcesses || channel.isOpen
    }

    private mutating func takeMessages() {
        while let message = channel.receive() {
            switch message {
            case .barrier(let number):
                // Whatever has sent a SYN was let go on before, and has its port by now.
                settle()
                if searches { search() }
                channel.send(.barrier(number))
            case .signal(let number):
                if let command { ChildProcess.signal(command, number) }
            default: break
            }
        }
    }

    /// - Returns: false where no process of the command is left.
    private mutating func reap() -> Bool {
        if let children = children?.borrowed { ChildProcess.takeSignals(of: children) }
        while true {
            switch ChildProcess.reap() {
            case .ended(let process, let exitCode):
                guard process == command else { continue }
                command = nil
                settle()
                channel.send(.ended(exitCode: exitCode))
            case .none: return true
            case .childless: return false
            }
        }
    }

    // MARK: - Sockets

    /// Takes one call, and lets its caller go on.
    private mutating func takeNotice() {
        guard let notice = notices?.take() else { return }
        let (kind, isHidden) = (notice.kind, notice.isHidden)
        let peer = notice.kind == .connect ? notice.peer?.endpoint.map { Self.reached($0) } : nil
        let time = Timestamp.now
        // A listener has its port before it listens, and a socket that was bound before it connects.
        notices?.continue(notice)
        if isHidden { limit(.notPermitted) }
        guard let socket = notice.intoSocket(), pending.count < Self.mostPending else { return }
        let waiting = Pending(socket, kind, peer, time)
        if !claim(waiting) { pending.append(waiting) }
    }

    private mutating func settle() {
        guard !pending.isEmpty else { return }
        let now = MonotonicTime.now
        var rest: [Pending] = []
        for socket in pending where !claim(socket) && now < socket.deadline { rest.append(socket) }
        pending = rest
    }

    /// - Returns: false where the socket has no port yet.
    private mutating func claim(_ waiting: Pending) -> Bool {
        guard let local = (try? waiting.socket.borrowed.localAddress())?.endpoint else { return true }
        guard local.port != 0 else { return false }
        let plain = Endpoint(local.address.unmapped, port: local.port)
        if waiting.kind == .listen {
            channel.send(.claim(.listener(plain)))
        } else {
            // A port that was bound has no address before the kernel has chosen the route.
            guard !plain.address.isUnspecified else { return false }
            channel.send(.claim(.connection(local: plain, peer: waiting.peer, time: waiting.time)))
        }
        return true
    }

    /// Where a connect to an address arrives: the unspecified address is this machine's.
    private static func reached(_ peer: Endpoint) -> Endpoint {
        let address = peer.address.unmapped
        guard address.isUnspecified else { return Endpoint(address, port: peer.port) }
        return Endpoint(address.family == .v4 ? .loopbackV4 : .loopbackV6, port: peer.port)
    }

    private mutating func search() {
        for claim in ProcessTree.sockets(below: ChildProcess.own) { channel.send(.claim(claim)) }
    }
}
