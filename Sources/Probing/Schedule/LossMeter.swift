/// How many of the latest answers came only after a probe was sent again: what a path loses, and whether we are the cause.
struct LossMeter {
    private var answers = 0
    private var late = 0
    /// Answers by the number of the packet that was answered.
    private var counts = [Int](repeating: 0, count: LossMeter.numbers)

    /// Number of answers over which the share is computed. Then the counts are halved, so that the latest answers weigh most.
    private static let window = 256
    /// Fewer late answers than this may be chance.
    private static let least = 3
    /// Packets of one port that are counted each by itself; later ones count together.
    private static let numbers = 32
    /// A share of the answers below which missed ones are left.
    private static let leastShare = 0.005

    /// - Parameter number: of the packet that was answered, from 0.
    mutating func record(answerTo number: Int) {
        answers += 1
        if number > 0 { late += 1 }
        counts[min(number, LossMeter.numbers - 1)] += 1
        guard answers >= LossMeter.window else { return }
        answers /= 2
        late /= 2
        for number in counts.indices { counts[number] /= 2 }
    }

    /// More than one in fifty: the path loses packets by itself.
    var isLossy: Bool { late >= LossMeter.least && late * 50 > answers }

    /// More than one in three: sending so fast is likely to be the cause.
    var isCongested: Bool { late >= LossMeter.least && answers >= 32 && late * 3 > answers }

    /// Whether ports that answer are likely to be among those that were silent to this number of packets.
    ///
    /// With loss, each packet is answered by the same share of the ports that are left: the answers become fewer from packet to packet,
    /// and what would follow the last one can be extrapolated. A path that drops what exceeds a rate answers the last ones as often as
    /// the first ones. The very first do not count: the path lets a burst of them pass.
    func leavesAnswers(after packets: Int) -> Bool {
        let resent = min(packets, LossMeter.numbers) - 1
        guard late > 0, resent > 0 else { return false }
        // Two parts of equal length, up to the last packet. Only where there are two in all does the first one count.
        let half = max(1, resent / 2)
        let middle = resent + 1 - half
        let later = Double(counts[middle...resent].reduce(0, +))
        let earlier = Double(counts[(middle - half)..<middle].reduce(0, +))
        let left = later * min(1, later / max(1, earlier))
        return left >= 0.5 && left > LossMeter.leastShare * Double(answers)
    }
}
