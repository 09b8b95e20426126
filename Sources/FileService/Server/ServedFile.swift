internal import SondeSystem
internal import SystemPackage

/// A regular file of the served folder, open for reading; closed with its last owner.
final class ServedFile: Sendable {
    let descriptor: Descriptor
    let size: UInt64
    /// Changes with the content.
    let version: String
    /// Whether a later change is sure to change the version, too. The kernel's clock for files ticks every few milliseconds, and within
    /// a tick a file may change twice.
    private let isSettled: Bool

    init(_ descriptor: consuming Descriptor, _ status: FileStatus, now: Double) {
        self.descriptor = descriptor
        size = status.size
        version = status.version
        isSettled = now - status.changed > Self.longestTick
    }

    /// Longer than any tick, in seconds; also on another machine that keeps the files.
    private static let longestTick = 0.1

    /// Whether the content is known to be unchanged since the file was opened. False also if that can't be known.
    var isUnchanged: Bool {
        isSettled && (try? descriptor.borrowed.fileStatus())?.version == version
    }

    /// The hash of the first `count` bytes; `nil` where there are fewer, they can't be read, or `isAbandoned` says that nobody wants to know.
    func hash(ofFirst count: UInt64, unless isAbandoned: () -> Bool = { false }) -> UInt64? {
        descriptor.borrowed.contentHash(ofFirst: count, unless: isAbandoned)
    }
}

extension BorrowedDescriptor {
    /// The hash of the first `count` bytes of a file; `nil` where they are not there, or the work is given up.
    func contentHash(ofFirst count: UInt64, unless isAbandoned: () -> Bool = { false }) -> UInt64? {
        var hash = ContentHash()
        var buffer = IOBuffer(capacity: 1 << 18)
        var offset: UInt64 = 0
        while offset < count {
            guard !isAbandoned() else { return nil }
            let limit = Int(min(UInt64(buffer.capacity), count - offset))
            guard case .bytes(let read) = try? buffer.read(from: self, at: offset, limit: limit) else { return nil }
            buffer.withBytes(0..<read) { hash.update($0) }
            offset += UInt64(read)
        }
        return hash.value
    }
}

extension FileStatus {
    /// When the content last changed, as seconds and nanoseconds, as lists show it.
    var modification: String { "\(max(0, modifiedSeconds)).\(Self.padded(modifiedNanoseconds))" }

    /// The time of the last change, and a number for everything else that distinguishes versions: the last change of the
    /// attributes, which nobody can set back, and which file it is. Three numbers say that the server knows `SAME` and `CHECK`.
    var version: String {
        let facts = "\(size) \(changedSeconds) \(changedNanoseconds) \(identity.device) \(identity.inode)"
        return "\(modification).\(ContentHash.of(Array(facts.utf8)) % 1_000_000_000_000_000_000)"
    }

    /// The last change, in seconds since the epoch.
    fileprivate var changed: Double { Double(max(modifiedSeconds, changedSeconds)) + 1e-9 * Double(changedNanoseconds) }

    private static func padded(_ nanoseconds: Int) -> String {
        let digits = String(nanoseconds)
        return String(repeating: "0", count: max(0, 9 - digits.utf8.count)) + digits
    }
}
