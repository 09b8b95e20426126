import CNetwork
internal import Glibc
internal import RawText
internal import Synchronization

/// What the system knows by name: interfaces and services.
package enum NetworkDatabase {
    /// The index of an interface (if_nametoindex(3)); `nil` where there is none of that name.
    package static func interfaceIndex(_ name: String) -> UInt32? {
        // The kernel cuts longer names, and would find another interface.
        guard name.rawBytes.count < Int(IFNAMSIZ), !name.utf8.contains(0) else { return nil }
        // Safe: the call borrows the name.
        let index = unsafe name.withRawCString { unsafe if_nametoindex($0) }
        return index == 0 ? nil : index
    }

    /// Whether an interface is up (SIOCGIFFLAGS, netdevice(7)); `nil` where the kernel does not say.
    package static func isUp(_ name: String) -> Bool? {
        guard name.rawBytes.count < Int(IFNAMSIZ), !name.utf8.contains(0) else { return nil }
        // Safe: the call borrows the name.
        let flags = unsafe name.withRawCString { unsafe cnet_interface_is_up($0) }
        return flags < 0 ? nil : flags != 0
    }

    /// The name of an interface (if_indextoname(3)); `nil` where there is none of that index.
    package static func interfaceName(_ index: UInt32) -> String? {
        // Safe: the buffer has the size that the call requires.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IFNAMSIZ)) { buffer in
            guard let base = buffer.baseAddress, unsafe if_indextoname(index, base) != nil else { return nil }
            return unsafe String(cString: base)
        }
    }

    /// The port of a service by name or alias (getservbyname(3), services(5)); `nil` where there is none.
    ///
    /// - Parameter protocolName: `tcp` or `udp`.
    package static func port(ofService name: String, protocolName: String) -> UInt16? {
        services.withLock { _ in
            // Safe: the record belongs to the C library until the next call, and the lock holds that back.
            guard let entry = unsafe getservbyname(name, protocolName) else { return nil }
            return unsafe UInt16(bigEndian: UInt16(truncatingIfNeeded: entry.pointee.s_port))
        }
    }

    /// getservbyname(3) returns one static record to every thread.
    private static let services = Mutex(())
}
