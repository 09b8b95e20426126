import RawText
import SondeSystem
package import SystemPackage

/// A process that holds a socket.
package struct SocketHolder: Hashable, Sendable {
    package let pid: Int32
    /// The process's name (`/proc/PID/comm`), which it may have set to any 15 bytes.
    package let name: String

    package init(pid: Int32, name: String) {
        self.pid = pid
        self.name = name
    }
}

/// The processes that hold each socket, as far as /proc shows them to this user (proc_pid_fd(5)).
package struct SocketHolders: Sendable {
    /// By the socket's inode, in the order of the process ids.
    package private(set) var byInode: [UInt32: [SocketHolder]] = [:]
    /// The number of processes whose descriptors this user may not see.
    package private(set) var hiddenProcesses = 0
    /// Why /proc could not be read at all.
    package private(set) var failure: Errno?

    package init(byInode: [UInt32: [SocketHolder]] = [:], hiddenProcesses: Int = 0, failure: Errno? = nil) {
        self.byInode = byInode
        self.hiddenProcesses = hiddenProcesses
        self.failure = failure
    }

    /// Looks for the holders of sockets. Processes that end meanwhile are skipped.
    ///
    /// - Parameter inodes: the sockets meant; all others are skipped.
    package static func current(of inodes: Set<UInt32>) -> SocketHolders { read("/proc", inodes) }

    static func read(_ root: String, _ inodes: Set<UInt32>) -> SocketHolders {
        var holders = SocketHolders()
        guard !inodes.isEmpty else { return holders }
        var processes: [Int32] = []
        do throws(Errno) {
            let folder = try Descriptor.openDirectory(root)
            try folder.borrowed.forEachEntry { name in
                if let pid = decimal(name) { processes.append(Int32(truncatingIfNeeded: pid)) }
                return true
            }
        } catch {
            holders.failure = error
        }
        for pid in processes.sorted() { holders.add(pid, "\(root)/\(pid)", inodes) }
        return holders
    }

    private mutating func add(_ pid: Int32, _ folder: String, _ inodes: Set<UInt32>) {
        var held: Set<UInt32> = []
        do throws(Errno) {
            let descriptors = try Descriptor.openDirectory(folder + "/fd")
            try descriptors.borrowed.forEachSocket { inode in
                if inodes.contains(inode) { held.insert(inode) }
            }
        } catch {
            // ENOENT and ESRCH: it has ended.
            if error == .permissionDenied || error == .notPermitted { hiddenProcesses += 1 }
        }
        guard !held.isEmpty, let name = SocketHolders.name(folder) else { return }
        let holder = SocketHolder(pid: pid, name: name)
        for inode in held { byInode[inode, default: []].append(holder) }
    }

    /// `nil` if the process has ended.
    private static func name(_ folder: String) -> String? {
        guard let bytes = try? FileSystem.read(folder + "/comm", limit: 64) else { return nil }
        return String(rawBytes: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes)
    }

    private static func decimal(_ text: Span<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        for index in text.indices {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[index]) else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt32(text[index] - UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return text.isEmpty ? nil : value
    }
}
