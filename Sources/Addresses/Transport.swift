/// The protocol that a port or a listener belongs to.
package enum Transport: String, Hashable, Sendable, BitwiseCopyable {
    case tcp
    case udp
    /// A Unix stream socket, which has a path and no port.
    case unix
    case unixDatagram = "unix-datagram"

    package var isStream: Bool { self == .tcp || self == .unix }
}
