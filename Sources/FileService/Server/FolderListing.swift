/// A folder's listing in the making: a large folder takes longer than other clients should wait, so it is made in parts.
struct FolderListing {
    /// The folder's path below the served one.
    let folder: String
    /// The names of its entries, sorted, as bytes; those before `next` are in `bytes`.
    private(set) var names: [[UInt8]]
    private var next = 0
    /// The lines so far.
    private(set) var bytes: [UInt8] = []
    /// Memory that it takes at most, names and lines, in bytes.
    let cost: Int

    /// Entries per part: a millisecond or two.
    private static let partSize = 512
    /// An array per name, a line's size, version and separators.
    private static let costOfEntry = 128

    init(of folder: String, _ names: [[UInt8]]) {
        self.folder = folder
        self.names = names.sorted { $0.lexicographicallyPrecedes($1) }
        cost = names.reduce(0) { $0 + 2 * $1.count + Self.costOfEntry }
    }

    /// Adds the lines of the next entries. True once all are there, and the names are released.
    mutating func addPart(_ line: ([UInt8]) -> [UInt8]?) -> Bool {
        let end = min(next + Self.partSize, names.count)
        for index in next..<end {
            if let line = line(names[index]) { bytes += line }
        }
        next = end
        guard next == names.count else { return false }
        names = []
        next = 0
        return true
    }
}
