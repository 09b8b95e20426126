import PacketCapture

/// Frames whose datagrams are not whole yet, so that it is not known whether they are taken. Bounded: beyond the limit the frames of the
/// oldest datagram are dropped, and of such a segment only the last fragment is taken.
struct HeldFragments {
    struct Fragment {
        let header: FrameHeader
        /// Empty where no frames are written.
        let bytes: [UInt8]
    }

    private let keepsBytes: Bool
    private let memoryLimit: Int
    private var memory = 0
    private var fragments: [UInt64: [Fragment]] = [:]
    /// Datagrams by age, from `oldest` on; some are no longer held.
    private var order: [UInt64] = []
    private var oldest = 0

    /// What a fragment costs beside its bytes, roughly.
    private static let overhead = 128

    init(keepsBytes: Bool, memoryLimit: Int = 4 * 1024 * 1024) {
        self.keepsBytes = keepsBytes
        self.memoryLimit = memoryLimit
    }

    /// Holds a frame for a datagram that is not whole yet, and before it those which led to it.
    mutating func hold(_ header: FrameHeader, _ frame: Span<UInt8>, behind earlier: inout [Fragment], for datagram: UInt64) {
        var bytes: [UInt8] = []
        if keepsBytes { bytes.append(frame) }
        earlier.append(Fragment(header: header, bytes: bytes))
        if fragments[datagram] == nil {
            clearVoidEntries()
            order.append(datagram)
        }
        for fragment in earlier { memory += fragment.bytes.count + Self.overhead }
        fragments[datagram, default: []] += earlier
        while memory > memoryLimit, oldest < order.count {
            _ = remove(order[oldest])
            oldest += 1
        }
    }

    /// Takes the frames of datagrams that have become whole, in their order.
    mutating func take(_ datagrams: [UInt64]) -> [Fragment] {
        var taken: [Fragment] = []
        for datagram in datagrams { taken += remove(datagram) }
        return taken
    }

    private mutating func remove(_ datagram: UInt64) -> [Fragment] {
        guard let removed = fragments.removeValue(forKey: datagram) else { return [] }
        for fragment in removed { memory -= fragment.bytes.count + Self.overhead }
        return removed
    }

    /// Drops the entries of datagrams that are not held, once they are the larger part: amortized, each costs as much as appending it.
    private mutating func clearVoidEntries() {
        guard order.count > 2 * fragments.count + 1024 else { return }
        order = order[oldest...].filter { fragments[$0] != nil }
        oldest = 0
    }
}
