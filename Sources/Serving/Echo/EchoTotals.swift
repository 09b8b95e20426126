/// What all clients together did.
package struct EchoTotals: Hashable, Sendable {
    package var clients: UInt64 = 0
    package var openClients: UInt64 = 0
    package var refused: UInt64 = 0
    package var bytesIn: UInt64 = 0
    package var bytesOut: UInt64 = 0
    package var datagramsIn: UInt64 = 0
    package var datagramsOut: UInt64 = 0

    package init() {}
}
