package import Tracking

/// What is captured of a source and how far.
package struct CaptureSettings: Sendable {
    package var policy: TrackingPolicy
    /// Take only frames with a segment that has SYN, FIN or RST, and the fragments of such a segment.
    package var takesHandshakesOnly = false
    package var limits = CaptureLimits()
    /// Maximum segments per batch; `nil` for what measured best.
    package var batchSize: Int?
    /// Whether reading and decoding may have a thread of their own, where the source allows it.
    package var usesThread = true

    package init(policy: TrackingPolicy) { self.policy = policy }
}

/// When a capture ends before its source does.
package struct CaptureLimits: Sendable {
    /// After this many frames.
    package var frames: UInt64?
    /// Once every connection seen was closed or reset.
    package var untilClosed = false
    /// Once the last file of a rotation is full.
    package var endsWithLastFile = false

    package init() {}

    /// Whether any segment can be the last, so that none may be read ahead of it.
    var areKnownBySegment: Bool { untilClosed || endsWithLastFile }
}
