/// How clients reach a listener.
package enum Transport: String, Hashable, Sendable {
    case tcp
    case udp
    case unix
    case unixDatagram = "unix-datagram"

    package var isStream: Bool { self == .tcp || self == .unix }
}
