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

    /// - Parameter upper: `nil` for IPv4.
    @inline(always)
    init(_ short: ShortKey, _ upper: UpperAddresses?) {
        originatorHigh = upper?.originatorHigh ?? 0
        originatorLow = UInt64(upper?.originatorMiddle ?? 0) << 32 | UInt64(short.originatorLow)
        responderHigh = upper?.responderHigh ?? 0
        responderLow = UInt64(upper?.responderMiddle ?? 0) << 32 | UInt64(short.responderLow)
        originatorPort = short.originatorPort
        responderPort = short.responderPort
    }

    /// Whether the segment came from the originator.
    @inline(always)
    func isOriginator(of segment: TrackedSegment) -> Bool {
        segment.sourceLow == originatorLow && segment.sourcePort == originatorPort && segment.sourceHigh == originatorHigh
    }

    /// Whether the segment runs between the two, in either direction.
    @inline(always)
    func matches(_ segment: TrackedSegment) -> Bool {
        if isOriginator(of: segment), segment.destinationPort == responderPort,
            segment.destinationLow == responderLow, segment.destinationHigh == responderHigh
        {
            return true
        }
        return segment.sourcePort == responderPort && segment.destinationPort == originatorPort
            && segment.sourceLow == responderLow && segment.destinationLow == originatorLow
            && segment.sourceHigh == responderHigh && segment.destinationHigh == originatorHigh
    }
}

/// The part of a key that lies in the connection's record: ports and the low 32 bits of the addresses, which are all of an IPv4 address.
struct ShortKey: BitwiseCopyable {
    var originatorLow: UInt32
    var responderLow: UInt32
    var originatorPort: UInt16
    var responderPort: UInt16

    @inline(always)
    init(_ key: ConnectionKey) {
        originatorLow = UInt32(truncatingIfNeeded: key.originatorLow)
        responderLow = UInt32(truncatingIfNeeded: key.responderLow)
        originatorPort = key.originatorPort
        responderPort = key.responderPort
    }

    mutating func flip() {
        swap(&originatorLow, &responderLow)
        swap(&originatorPort, &responderPort)
    }

    /// Whether the segment came from the originator, as far as this part shows.
    @inline(always)
    func isOriginator(of segment: TrackedSegment) -> Bool {
        UInt32(truncatingIfNeeded: segment.sourceLow) == originatorLow && segment.sourcePort == originatorPort
    }

    /// Whether the segment runs between the two, in either direction, as far as this part shows.
    @inline(always)
    func matches(_ segment: TrackedSegment) -> Bool {
        let source = UInt32(truncatingIfNeeded: segment.sourceLow)
        let destination = UInt32(truncatingIfNeeded: segment.destinationLow)
        if source == originatorLow, destination == responderLow, segment.sourcePort == originatorPort,
            segment.destinationPort == responderPort
        {
            return true
        }
        return source == responderLow && destination == originatorLow && segment.sourcePort == responderPort
            && segment.destinationPort == originatorPort
    }
}

/// The rest of two IPv6 addresses: bits 0 to 63, and 64 to 95.
struct UpperAddresses: BitwiseCopyable {
    var originatorHigh: UInt64
    var responderHigh: UInt64
    var originatorMiddle: UInt32
    var responderMiddle: UInt32

    @inline(always)
    init(_ key: ConnectionKey) {
        originatorHigh = key.originatorHigh
        responderHigh = key.responderHigh
        originatorMiddle = UInt32(truncatingIfNeeded: key.originatorLow >> 32)
        responderMiddle = UInt32(truncatingIfNeeded: key.responderLow >> 32)
    }

    mutating func flip() {
        swap(&originatorHigh, &responderHigh)
        swap(&originatorMiddle, &responderMiddle)
    }
}
