package import SondeSystem

extension Interface {
    /// The interfaces of this process's network namespace at one moment, by index.
    package static func all() throws(SystemError) -> [Interface] { try InterfaceTable.current().interfaces }
}
