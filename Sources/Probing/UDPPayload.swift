/// What to send to a UDP port so that the service behind it answers.
package enum UDPPayload {
    /// The datagram for a port; empty where no protocol is known for it.
    package static func bytes(for port: UInt16) -> [UInt8] { [] }
}
