/// The lowest of the names that are offered, in the order of their bytes, as many as a given memory holds.
///
/// A folder of any size is sorted in passes over its names: each pass takes those that follow the last one of the pass before. So
/// memory has a limit, and a folder that fits takes one pass.
struct NameWindow {
    private let capacity: Int
    /// Names up to this one had their turn.
    private var passed: [UInt8]?
    /// Names from this one on do not fit.
    private var limit: [UInt8]?
    private var bytes: [UInt8] = []
    private var names: [Range<Int>] = []

    /// - Parameter capacity: bytes of memory for names.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Bytes of memory that a name takes beside its own.
    private static let costOfName = MemoryLayout<Range<Int>>.stride

    mutating func offer(_ name: Span<UInt8>) {
        if let passed, !Self.precedes(passed.span, name) { return }
        if let limit, !Self.precedes(name, limit.span) { return }
        let start = bytes.count
        for index in name.indices { bytes.append(name[index]) }
        names.append(start..<bytes.count)
        if bytes.count + names.count * Self.costOfName > capacity, names.count > 1 { halve() }
    }

    /// Keeps the lower half of the names.
    private mutating func halve() {
        sort()
        let kept = names.prefix(names.count / 2)
        limit = Array(bytes[names[kept.count]])
        var keptBytes: [UInt8] = []
        keptBytes.reserveCapacity(bytes.count)
        names = kept.map { range in
            let start = keptBytes.count
            keptBytes += bytes[range]
            return start..<keptBytes.count
        }
        bytes = keptBytes
    }

    private mutating func sort() {
        let bytes = bytes
        names.sort { one, other in Self.precedes(bytes.span.extracting(one), bytes.span.extracting(other)) }
    }

    /// Ends a pass: hands out the names in order, and makes room for those that follow. False once no more can follow.
    mutating func endPass<Failure: Error>(_ body: ([UInt8]) throws(Failure) -> Void) throws(Failure) -> Bool {
        sort()
        for range in names { try body(Array(bytes[range])) }
        if let last = names.last { passed = Array(bytes[last]) }
        names.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        defer { limit = nil }
        return limit != nil
    }

    private static func precedes(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
        let common = min(one.count, other.count)
        var index = 0
        while index < common {
            if one[index] != other[index] { return one[index] < other[index] }
            index += 1
        }
        return one.count < other.count
    }
}
