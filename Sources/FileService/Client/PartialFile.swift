internal import RawText
package import SondeSystem
internal import SystemPackage

/// A download under way: a hidden file beside its target, which becomes the target when it is whole.
///
/// Its name, `.NAME.SIZE-VERSION.part`, says of what it is a part. It is locked (flock(2)) for as long as it is open here.
package struct PartialFile: ~Copyable {
    private let descriptor: Descriptor
    private let target: String
    package private(set) var path: String
    /// The bytes of the whole file.
    package private(set) var size: UInt64
    /// How much of the file is there.
    package private(set) var count: UInt64

    /// What a partial file is a part of.
    package struct Identity: Hashable, Sendable {
        package let size: UInt64
        package let version: String

        package init(size: UInt64, version: String) {
            self.size = size
            self.version = version
        }

        /// Reads `SIZE-VERSION`.
        init?(_ text: some StringProtocol) {
            let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            guard parts.count == 2, let size = FileRequest.number(parts[0]), FileStatusLine.isVersion(parts[1]) else { return nil }
            self.init(size: size, version: String(decoding: parts[1], as: UTF8.self))
        }
    }

    /// A partial file that an earlier download left.
    struct Candidate {
        let path: String
        let identity: Identity
        let isEmpty: Bool
        let modified: (Int, Int)
    }

    // MARK: - Opening

    /// Makes the partial file of `target`, or takes the one that is there and discards its bytes.
    package static func create(for target: String, _ identity: Identity) throws(FileTransferError) -> PartialFile {
        var file = try open(path(for: target, identity), target, identity) { () throws(Errno) in
            try Descriptor.openOrCreate(path(for: target, identity))
        }
        do throws(Errno) { try file.descriptor.borrowed.truncate(to: 0) } catch {
            throw .cannotCreate(SystemError("ftruncate", on: file.path, error))
        }
        file.count = 0
        return file
    }

    /// Takes a partial file that is there, with its bytes.
    static func resume(_ candidate: Candidate, for target: String) throws(FileTransferError) -> PartialFile {
        try open(candidate.path, target, candidate.identity) { () throws(Errno) in try Descriptor.openExisting(candidate.path) }
    }

    /// Opens and locks a partial file. Another download may have renamed or removed it between the two: then again.
    private static func open(
        _ path: String,
        _ target: String,
        _ identity: Identity,
        _ body: () throws(Errno) -> Descriptor
    ) throws(FileTransferError) -> PartialFile {
        do throws(Errno) {
            for _ in 0..<attempts {
                // A link that somebody laid there in advance would have another file written.
                let descriptor = try body()
                let status = try descriptor.borrowed.fileStatus()
                guard status.kind == .regular, status.owner == FileSystem.effectiveUser else { throw Errno.notPermitted }
                guard try descriptor.borrowed.lockAlone() else { throw Errno.wouldBlock }
                guard try FileSystem.status(path)?.identity == status.identity else { continue }
                let end = UInt64(try descriptor.borrowed.seekToEnd())
                return PartialFile(descriptor: descriptor, target: target, path: path, size: identity.size, count: end)
            }
            throw Errno.wouldBlock
        } catch .wouldBlock {
            throw .targetBusy(path: path)
        } catch .notPermitted, .tooManySymbolicLinkLevels {
            throw .foreignPartialFile(path: path)
        } catch {
            throw .cannotCreate(SystemError("open", on: path, error))
        }
    }

    private static let attempts = 8

    // MARK: - Names

    /// The partial files of `target`, the last written one first.
    static func candidates(for target: String) -> [Candidate] {
        let (folder, prefix) = location(of: target)
        guard let directory = try? Descriptor.openDirectory(folder.isEmpty ? "." : folder) else { return [] }
        var found: [Candidate] = []
        let start = prefix.rawBytes
        try? directory.borrowed.forEachEntry { name in
            guard name.count > start.count, start.indices.allSatisfy({ name[$0] == start[$0] }) else { return true }
            let rest = String(decoding: name.indices.map { name[$0] }.dropFirst(start.count), as: UTF8.self)
            guard rest.hasSuffix(suffix), let identity = Identity(rest.dropLast(suffix.count)) else { return true }
            let path = folder + prefix + rest
            guard let status = try? FileSystem.status(path), status.kind == .regular, status.owner == FileSystem.effectiveUser
            else {
                return true
            }
            let modified = (status.modifiedSeconds, status.modifiedNanoseconds)
            found.append(Candidate(path: path, identity: identity, isEmpty: status.size == 0, modified: modified))
            return found.count < mostCandidates
        }
        return found.sorted { $0.modified > $1.modified }
    }

    private static let suffix = ".part"
    private static let mostCandidates = 64

    private static func path(for target: String, _ identity: Identity) -> String {
        let (folder, prefix) = location(of: target)
        return "\(folder)\(prefix)\(identity.size)-\(identity.version)\(suffix)"
    }

    /// The folder of the target with its slash, and what the names of its partial files begin with.
    static func location(of target: String) -> (folder: String, prefix: String) {
        let slash = target.lastIndex(of: "/")
        let folder = slash.map { String(target[...$0]) } ?? ""
        let name = slash.map { target[target.index(after: $0)...] } ?? target[...]
        guard name.utf8.count > longestName else { return (folder, ".\(name).") }
        // A name has at most 255 bytes, and the rest of it needs room. The hash distinguishes names with one beginning.
        var kept = ""
        for character in name {
            guard kept.utf8.count + character.utf8.count <= longestName - 20 else { break }
            kept.append(character)
        }
        return (folder, ".\(kept)~\(ContentHash.text(ContentHash.of(String(name).rawBytes))).")
    }

    private static let longestName = 180

    // MARK: - Content

    /// The hash of its bytes; `nil` if they can't be read.
    func hash(unless isStopped: () -> Bool) -> UInt64? {
        descriptor.borrowed.contentHash(ofFirst: count, unless: isStopped)
    }

    /// Appends the bytes in `range` of the buffer.
    package mutating func write(_ buffer: borrowing IOBuffer, _ range: Range<Int>) throws(SystemError) {
        var rest = range
        while !rest.isEmpty {
            do throws(Errno) {
                guard case .bytes(let written) = try buffer.write(rest, to: descriptor.borrowed) else { continue }
                rest = (rest.lowerBound + written)..<rest.upperBound
                count += UInt64(written)
            } catch {
                throw SystemError("write", on: path, error)
            }
        }
    }

    // MARK: - Ending

    /// Takes the name of another version that begins with these bytes.
    mutating func become(_ identity: Identity) throws(FileTransferError) {
        let path = Self.path(for: target, identity)
        size = identity.size
        guard path != self.path else { return }
        // An older part of that version makes way, unless another download uses it.
        Self.discard(path, for: target)
        do throws(Errno) { try FileSystem.rename(self.path, to: path, replacing: false) } catch .fileExists {
            throw .targetBusy(path: path)
        } catch {
            throw .cannotCreate(SystemError("rename", on: path, error))
        }
        self.path = path
    }

    /// Makes it the target, whole. Where that fails, it stays.
    package func commit(replacing: Bool) throws(FileTransferError) {
        do throws(Errno) {
            let mine = try descriptor.borrowed.fileStatus().identity
            guard try FileSystem.status(path)?.identity == mine else { throw Errno.noSuchFileOrDirectory }
            try FileSystem.rename(path, to: target, replacing: replacing)
        } catch .fileExists {
            throw .targetExists(path: target)
        } catch {
            throw .cannotCreate(SystemError("rename", on: target, error))
        }
        for candidate in Self.candidates(for: target) { Self.discard(candidate.path, for: target) }
    }

    /// Removes a partial file that no download uses.
    private static func discard(_ path: String, for target: String) {
        let none = Identity(size: 0, version: "0")
        guard let file = try? open(path, target, none, { () throws(Errno) in try Descriptor.openExisting(path) }) else { return }
        FileSystem.remove(file.path)
    }

    /// Leaves what came for a later download, and throws away what is empty. Returns where it is and how much.
    package consuming func keepUnlessEmpty() -> (path: String, count: UInt64)? {
        guard count > 0 else {
            FileSystem.remove(path)
            return nil
        }
        return (path, count)
    }
}
