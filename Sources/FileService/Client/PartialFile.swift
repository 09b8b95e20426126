package import SondeSystem
internal import SystemPackage

/// A download under way: a hidden file beside its target, which becomes the target when it is whole.
///
/// Its name, `.NAME.SIZE-VERSION.part`, identifies the file, so that a later download resumes only if the server still has the same
/// file.
package struct PartialFile: ~Copyable {
    private let descriptor: Descriptor
    private let target: String
    package let path: String
    /// The bytes of the whole file.
    package let size: UInt64
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

    /// Opens or makes the partial file of `target`.
    ///
    /// - Parameter resumes: whether to append to the existing bytes; otherwise they are discarded.
    package static func open(
        for target: String,
        _ identity: Identity,
        resumes: Bool
    ) throws(FileTransferError) -> PartialFile {
        let (folder, prefix) = location(of: target)
        let path = "\(folder)\(prefix)\(identity.size)-\(identity.version)\(suffix)"
        do throws(Errno) {
            // A link that somebody laid there in advance would have another file written.
            let descriptor = try Descriptor.openOrCreate(path)
            let status = try descriptor.borrowed.fileStatus()
            guard status.kind == .regular, status.owner == FileSystem.effectiveUser else { throw Errno.notPermitted }
            guard try descriptor.borrowed.lockAlone() else { throw Errno.wouldBlock }
            if !resumes || status.size > identity.size { try descriptor.borrowed.truncate(to: 0) }
            let end = try descriptor.borrowed.seekToEnd()
            return PartialFile(descriptor: descriptor, target: target, path: path, size: identity.size, count: UInt64(end))
        } catch .wouldBlock {
            throw .targetBusy(path: path)
        } catch .notPermitted, .tooManySymbolicLinkLevels {
            throw .foreignPartialFile(path: path)
        } catch {
            throw .cannotCreate(SystemError("open", on: path, error))
        }
    }

    /// What the partial file of `target` with the most bytes is a part of, and how many those are; `nil` where there is none.
    package static func find(for target: String) -> (identity: Identity, count: UInt64)? {
        let (folder, prefix) = location(of: target)
        guard let directory = try? Descriptor.openDirectory(folder.isEmpty ? "." : folder),
            let names = try? directory.borrowed.entryNames(limit: mostEntries)
        else { return nil }
        var best: (identity: Identity, count: UInt64)?
        for name in names.map({ String(decoding: $0, as: UTF8.self) }) where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
            guard let identity = Identity(name.dropFirst(prefix.count).dropLast(suffix.count)),
                let status = try? FileSystem.status(folder + name), status.kind == .regular, status.size <= identity.size
            else { continue }
            if status.size > best?.count ?? 0 { best = (identity, status.size) }
        }
        return best
    }

    private static let suffix = ".part"
    /// A folder with more entries is not searched: the names of all of them would be held in memory.
    private static let mostEntries = 1 << 20

    /// The folder of the target with its slash, and what the names of its partial files begin with.
    private static func location(of target: String) -> (folder: String, prefix: String) {
        let slash = target.lastIndex(of: "/")
        let folder = slash.map { String(target[...$0]) } ?? ""
        let name = slash.map { target[target.index(after: $0)...] } ?? target[...]
        // A name has at most 255 bytes, and the rest of it needs room.
        var kept = ""
        for character in name {
            guard kept.utf8.count + character.utf8.count <= 180 else { break }
            kept.append(character)
        }
        return (folder, ".\(kept).")
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

    /// Makes it the target, whole.
    package consuming func commit(replacing: Bool) throws(FileTransferError) {
        do throws(Errno) {
            try FileSystem.rename(path, to: target, replacing: replacing)
        } catch .fileExists {
            throw .targetExists(path: target)
        } catch {
            throw .cannotCreate(SystemError("rename", on: target, error))
        }
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
