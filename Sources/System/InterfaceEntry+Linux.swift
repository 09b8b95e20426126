package import Addresses
import CNetwork
import Glibc
import SystemPackage

/// One entry of getifaddrs(3), copied out of the system's list.
package struct InterfaceEntry: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// The interface itself. The hardware type (`ARPHRD_*`) is missing where the link has no AF_PACKET address that holds it, as tun.
        case link(index: UInt32, hardwareType: UInt16?, mac: MACAddress?)
        /// `other` is the broadcast address or the peer's: the structure has one field for both.
        case address(IPAddress, netmask: IPAddress?, other: IPAddress?)
    }

    /// The interface's name, or for an IPv4 address its label (`eth0:1`).
    package let name: String
    /// `IFF_*` of netdevice(7).
    package let flags: UInt32
    package let content: Content

    package init(name: String, flags: UInt32, content: Content) {
        self.name = name
        self.flags = flags
        self.content = content
    }
}

extension InterfaceEntry {
    /// The result of getifaddrs(3).
    package static func all() throws(SystemError) -> [InterfaceEntry] {
        var first: UnsafeMutablePointer<ifaddrs>?
        _ = try naming("getifaddrs") { () throws(Errno) in try systemCall { unsafe getifaddrs(&first) } }
        defer { unsafe freeifaddrs(first) }
        var entries: [InterfaceEntry] = []
        var next = unsafe first
        // Safe: the list and all that it points to live until freeifaddrs, and only values leave this loop.
        while let entry = unsafe next?.pointee {
            unsafe entries.append(contentsOf: InterfaceEntry(entry).map { [$0] } ?? [])
            unsafe next = entry.ifa_next
        }
        return entries
    }

    private init?(_ entry: ifaddrs) {
        guard let content = unsafe Content(entry) else { return nil }
        unsafe name = String(cString: entry.ifa_name)
        unsafe flags = entry.ifa_flags
        self.content = content
    }
}

extension InterfaceEntry.Content {
    /// `nil` for an entry of another family.
    fileprivate init?(_ entry: ifaddrs) {
        guard let address = unsafe entry.ifa_addr else {
            // An entry without a link-layer address has no structure and so no index. Zero: the interface has disappeared.
            let index = unsafe if_nametoindex(entry.ifa_name)
            guard index != 0 else { return nil }
            self = .link(index: index, hardwareType: nil, mac: nil)
            return
        }
        if unsafe Int32(address.pointee.sa_family) == AF_PACKET {
            unsafe self.init(packet: address)
            return
        }
        guard let own = unsafe ipAddress(address) else { return nil }
        self = unsafe .address(own, netmask: ipAddress(entry.ifa_netmask), other: ipAddress(entry.ifa_ifu.ifu_dstaddr))
    }

    /// Safe: for this family glibc allocates a sockaddr_ll, extended if the link-layer address needs it.
    private init(packet address: UnsafeMutablePointer<sockaddr>) {
        let header = unsafe UnsafeRawPointer(address).loadUnaligned(as: sockaddr_ll.self)
        let start = MemoryLayout<sockaddr_ll>.offset(of: \.sll_addr) ?? 12
        let bytes = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(address) + start, count: Int(header.sll_halen))
        let mac = unsafe bytes.isEmpty ? nil : MACAddress(bytes: Array(bytes))
        self = .link(index: UInt32(bitPattern: header.sll_ifindex), hardwareType: header.sll_hatype, mac: mac)
    }
}

/// The address in a socket address; `nil` for none or another family. Safe: the family implies the number of bytes.
private func ipAddress(_ pointer: UnsafeMutablePointer<sockaddr>?) -> IPAddress? {
    guard let pointer = unsafe pointer else { return nil }
    let raw = UnsafeRawPointer(pointer)
    var address = RawSocketAddress()
    switch unsafe Int32(pointer.pointee.sa_family) {
    case AF_INET: unsafe copy(raw, MemoryLayout<sockaddr_in>.size, to: &address)
    case AF_INET6: unsafe copy(raw, MemoryLayout<sockaddr_in6>.size, to: &address)
    default: return nil
    }
    return address.address?.endpoint?.address
}

private func copy(_ source: UnsafeRawPointer, _ count: Int, to address: inout RawSocketAddress) {
    unsafe withUnsafeMutableBytes(of: &address.storage) {
        unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: source, count: count))
    }
}
