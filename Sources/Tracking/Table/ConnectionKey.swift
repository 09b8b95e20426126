/// Both ends of a connection, the originator's first. Addresses are kept without their family; `SharedRecord.Flags.isV4` has it.
struct ConnectionKey: BitwiseCopyable {
    var originatorHigh: UInt64
    var originatorLow: UInt64
    var responderHigh: UInt64
    var responderLow: UInt64
    var originatorPort: UInt16
    var responderPort: UInt16

    @inline(always)
    init(originatedBy segment: TrackedSegment) {
        originatorHigh = segment.sourceHigh
        originatorLow = segment.sourceLow
        responderHigh = segment.destinationHigh
        responderLow = segment.destinationLow
        originatorPort = segment.sourcePort
        responderPort = segment.destinationPort
    }

    mutating func flip() {
        swap(&originatorHigh, &responderHigh)
        swap(&originatorLow, &responderLow)
        swap(&originatorPort, &responderPort)
    }

    /// Whether the segment came from the originator.
    @inline(always)
    func isOriginator(of segment: TrackedSegment) -> Bool {
        segment.sourceLow == originatorLow && segment.sourcePort == originatorPort && segment.sourceHigh == originatorHigh
    }

    /// Whether the segment runs between the two, in either direction.
    @inline(always)
    func matches(_ segment: TrackedSegment) -> Bool {
        if segment.sourcePort == originatorPort, segment.destinationPort == responderPort,
            segment.sourceLow == originatorLow, segment.destinationLow == responderLow,
            segment.sourceHigh == originatorHigh, segment.destinationHigh == responderHigh
        {
            return true
        }
        return segment.sourcePort == responderPort && segment.destinationPort == originatorPort
            && segment.sourceLow == responderLow && segment.destinationLow == originatorLow
            && segment.sourceHigh == responderHigh && segment.destinationHigh == originatorHigh
    }
}
