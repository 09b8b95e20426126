package import SondeSystem

extension Interface {
    /// The interfaces of this machine's network namespace, in the kernel's order.
    package static func all() throws(SystemError) -> [Interface] {
        assembled(from: try InterfaceEntry.all(), try InterfaceDetails.current())
    }
}
