/// What all clients of an echo server together did.
package struct EchoTotals: Hashable, Sendable {
    package var clients: UInt64 = 0
    package var openClients: UInt64 = 0
    package var refused: UInt64 = 0
    package var bytesIn: UInt64 = 0
    package var bytesOut: UInt64 = 0
    package var datagramsIn: UInt64 = 0
    package var datagramsOut: UInt64 = 0

    package init() {}

    init(_ totals: Admission.Totals, datagramsIn: UInt64, datagramsOut: UInt64) {
        clients = totals.clients
        openClients = totals.openClients
        refused = totals.refused
        bytesIn = totals.bytesIn
        bytesOut = totals.bytesOut
        self.datagramsIn = datagramsIn
        self.datagramsOut = datagramsOut
    }
}
