/// How many of the latest answers came only after a probe was sent again: what a path loses, and whether we are the cause.
struct LossMeter: BitwiseCopyable {
    private var answers = 0
    private var late = 0

    /// Number of answers over which the share is computed. Then both counts are halved, so that the latest answers weigh most.
    private static let window = 256
    /// Fewer late answers than this may be chance.
    private static let least = 3

    mutating func record(isLate: Bool) {
        answers += 1
        if isLate { late += 1 }
        guard answers >= LossMeter.window else { return }
        answers /= 2
        late /= 2
    }

    /// More than one in fifty: the path loses packets by itself.
    var isLossy: Bool { late >= LossMeter.least && late * 50 > answers }

    /// More than one in three: sending so fast is likely to be the cause.
    var isCongested: Bool { late >= LossMeter.least && answers >= 32 && late * 3 > answers }
}
