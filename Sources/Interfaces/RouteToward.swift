package import Addresses

/// How the kernel would reach a destination: source address, interface, gateway, MTU.
package struct RouteToward: Hashable, Sendable {
    package let destination: IPAddress
    package let source: IPAddress
    package let interface: InterfaceName
    /// `nil` if the destination is on the interface's own network, or an address of this machine.
    package let gateway: IPAddress?
    /// The largest packet in bytes toward the destination, as far as the kernel has learned; `nil` if unknown.
    package let mtu: UInt32?

    package init(_ destination: IPAddress, from source: IPAddress, on interface: InterfaceName, gateway: IPAddress?, mtu: UInt32?) {
        self.destination = destination
        self.source = source
        self.interface = interface
        self.gateway = gateway
        self.mtu = mtu
    }
}
