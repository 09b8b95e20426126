internal import SondeSystem
internal import Synchronization
internal import SystemPackage

/// A folder's list, in a file in memory that is sent to any number of clients.
///
/// It is made in the background: a large folder takes longer than other clients should wait. `NameWindow` bounds the memory for names,
/// `longest` that of the list, and `ListingBudget` that of all lists.
final class FolderListing: Sendable {
    let file: Descriptor
    let size: UInt64
    private let budget: ListingBudget

    /// The longest list, in bytes. Clients take no longer one.
    static let longest = 32 << 20
    /// Bytes of the names that are sorted at a time.
    private static let memoryForNames = 4 << 20

    private init(_ file: consuming Descriptor, size: Int, _ budget: ListingBudget) {
        self.file = file
        self.size = UInt64(size)
        self.budget = budget
    }

    deinit { budget.release(Int(size)) }

    /// - Parameters:
    ///   - name: the folder, as the client asked for it.
    ///   - isEncoded: percent-encodes the names, so that each can be asked for.
    ///   - isAbandoned: whether nobody waits for the list any more.
    static func make(
        of name: [UInt8],
        in served: ServedFolder,
        isEncoded: Bool,
        _ budget: ListingBudget,
        unless isAbandoned: () -> Bool
    ) -> Result<FolderListing, FileRefusal> {
        do throws(FileRefusal) {
            let file: Descriptor
            do { file = try Descriptor.anonymousFile() } catch { throw FileRefusal(error) }
            var lines = ListingLines(to: file.borrowed, budget)
            do throws(FileRefusal) {
                try write(name, served, isEncoded, into: &lines, isAbandoned)
                try lines.flush()
            } catch {
                budget.release(lines.written)
                throw error
            }
            return .success(FolderListing(file, size: lines.written, budget))
        } catch {
            return .failure(error)
        }
    }

    private static func write(
        _ name: [UInt8],
        _ served: ServedFolder,
        _ isEncoded: Bool,
        into lines: inout ListingLines,
        _ isAbandoned: () -> Bool
    ) throws(FileRefusal) {
        let folder = try served.openFolder(name)
        var window = NameWindow(capacity: memoryForNames)
        var omitted = 0
        var isMore = true
        while isMore {
            do throws(Errno) {
                try folder.borrowed.forEachEntry { entry in
                    window.offer(entry)
                    return !isAbandoned()
                }
            } catch {
                throw FileRefusal(error)
            }
            isMore = try window.endPass { (entry) throws(FileRefusal) in
                if isAbandoned() { throw .busy }
                guard let status = served.status(of: entry, in: folder, at: name) else { return }
                guard isEncoded || EncodedName.isPlain(entry) else { return omitted += 1 }
                try lines.append(status, isEncoded ? EncodedName.encode(entry) : entry)
            }
        }
        if omitted > 0 {
            try lines.append(remark: "\(omitted) left out, whose names contain LF or end with CR: LIST% has them")
        }
    }
}

/// Memory that all lists together may take.
final class ListingBudget: Sendable {
    private let taken = Mutex(0)
    private let limit: Int

    init(limit: Int = 4 * FolderListing.longest) {
        self.limit = limit
    }

    func reserve(_ count: Int) -> Bool {
        taken.withLock { taken in
            guard taken + count <= limit else { return false }
            taken += count
            return true
        }
    }

    func release(_ count: Int) { taken.withLock { $0 -= count } }
}

/// A list on its way into its file.
private struct ListingLines {
    private let file: BorrowedDescriptor
    private let budget: ListingBudget
    private var bytes: [UInt8] = []
    private(set) var written = 0

    private static let pieceSize = 65_536

    /// - Parameter file: lives longer than the lines.
    init(to file: BorrowedDescriptor, _ budget: ListingBudget) {
        self.file = file
        self.budget = budget
    }

    mutating func append(_ status: FileStatus, _ name: [UInt8]) throws(FileRefusal) {
        let isFolder = status.kind == .directory
        bytes += "\(isFolder ? "-" : String(status.size)) \(status.modification) ".utf8
        bytes += name
        if isFolder { bytes.append(UInt8(ascii: "/")) }
        try endLine()
    }

    mutating func append(remark: String) throws(FileRefusal) {
        bytes += "# \(remark)".utf8
        try endLine()
    }

    private mutating func endLine() throws(FileRefusal) {
        bytes.append(UInt8(ascii: "\n"))
        if bytes.count >= Self.pieceSize { try flush() }
    }

    mutating func flush() throws(FileRefusal) {
        guard written + bytes.count <= FolderListing.longest else { throw .tooManyEntries }
        guard budget.reserve(bytes.count) else { throw .busy }
        written += bytes.count
        do throws(StreamError) {
            try StreamWriter(to: file, stop: nil).writeAll(bytes.span)
        } catch {
            throw .failed
        }
        bytes.removeAll(keepingCapacity: true)
    }
}
