import CNetwork

/// What an owner wants to hear of a descriptor, or what it hears. Errors and hang-ups are always heard.
package struct Readiness: OptionSet, Hashable, Sendable, BitwiseCopyable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Readiness(rawValue: CNET_EPOLLIN)
    package static let writable = Readiness(rawValue: CNET_EPOLLOUT)
    /// An error is pending, or the error queue holds something.
    package static let error = Readiness(rawValue: CNET_EPOLLERR)
    /// Both halves are closed.
    package static let hangUp = Readiness(rawValue: CNET_EPOLLHUP)
    /// Only a change is reported, once (EPOLLET): read or write until it would block.
    package static let edgeTriggered = Readiness(rawValue: CNET_EPOLLET)
    /// Of several loops that watch one listener, not all are woken (EPOLLEXCLUSIVE).
    package static let exclusive = Readiness(rawValue: CNET_EPOLLEXCLUSIVE)
}
