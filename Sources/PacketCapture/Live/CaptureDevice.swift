internal import CPcap

/// An interface that libpcap can capture on.
package struct CaptureDevice: Sendable, Equatable {
    package let name: String
    /// What libpcap says of it; `nil` where it says nothing.
    package let description: String?
    package let isUp: Bool
    package let isLoopback: Bool

    /// Every device, in libpcap's order: the ones that are up and running first. Needs no privilege.
    package static func all() throws(CaptureError) -> [CaptureDevice] {
        let libpcap = try Libpcap.shared()
        var first: UnsafeMutablePointer<cpcap_device>?
        // Safe: the list is libpcap's until it is freed below; what is kept of it is copied.
        let (status, message) = unsafe Libpcap.withErrorBuffer { unsafe libpcap.findAllDevices(&first, $0) }
        guard status == 0 else { throw .libpcap(operation: "pcap_findalldevs", message: message) }
        defer { unsafe libpcap.freeAllDevices(first) }
        var devices: [CaptureDevice] = []
        var next = unsafe first
        while let device = unsafe next {
            unsafe devices.append(CaptureDevice(device.pointee))
            unsafe next = device.pointee.next
        }
        return devices
    }

    private init(_ device: cpcap_device) {
        // Safe: both texts live as long as the list that the caller holds.
        name = unsafe device.name.map { unsafe String(cString: $0) } ?? ""
        description = unsafe device.description.map { unsafe String(cString: $0) }
        let flags = unsafe device.flags
        isUp = flags & UInt32(CPCAP_DEVICE_UP) != 0
        isLoopback = flags & UInt32(CPCAP_DEVICE_LOOPBACK) != 0
    }
}
