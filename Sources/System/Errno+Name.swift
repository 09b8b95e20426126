import CNetwork
package import SystemPackage

extension Errno {
    /// The symbolic name of errno(3): `ECONNREFUSED`; `errno 4095` for a number that Linux gives no name.
    package var name: String {
        // Safe: strerrorname_np(3) returns a constant string or NULL.
        guard rawValue > 0, let name = unsafe strerrorname_np(rawValue) else { return "errno \(rawValue)" }
        return unsafe String(cString: name)
    }
}
