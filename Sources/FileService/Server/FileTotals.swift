/// What all clients together did.
package struct FileTotals: Hashable, Sendable {
    package var clients: UInt64 = 0
    package var requests: UInt64 = 0
    package var refused: UInt64 = 0
    package var bytesSent: UInt64 = 0

    package init() {}
}
