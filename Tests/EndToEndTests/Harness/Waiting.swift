import Testing

/// Waits until `condition` holds, asking again every few milliseconds. Throws `NeverHeld` when it does not within `limit`, which costs
/// time only where a test fails.
func eventually(
    within limit: Duration = .seconds(60),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NeverHeld(limit: limit, sourceLocation: sourceLocation) }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// A condition that a test waited for did not come true.
struct NeverHeld: Error, CustomStringConvertible {
    let limit: Duration
    let sourceLocation: SourceLocation

    var description: String { "\(sourceLocation): the condition did not hold within \(limit)" }
}
