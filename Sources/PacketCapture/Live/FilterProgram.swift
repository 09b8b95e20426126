internal import CPcap
internal import Packets

/// A compiled filter expression (pcap-filter(7)) for one link type.
@safe struct FilterProgram: ~Copyable {
    private let libpcap: Libpcap
    private let program: cpcap_program

    /// Compiles for an open capture.
    init(_ expression: String, for handle: Libpcap.Handle, libpcap: Libpcap) throws(CaptureError) {
        var program = unsafe cpcap_program()
        // Safe: the handle is open, and the program is freed by deinit alone.
        guard unsafe libpcap.compile(handle, &program, expression, 1, UInt32.max) == 0 else {
            throw .filter(expression: expression, message: unsafe libpcap.lastMessage(of: handle))
        }
        self.libpcap = libpcap
        unsafe self.program = program
    }

    /// Compiles for frames of a link type, wherever they come from.
    init(_ expression: String, for linkType: LinkType, libpcap: Libpcap) throws(CaptureError) {
        guard let handle = unsafe libpcap.openDead(CInt(linkType.dataLink), CInt(RecordLimit.frame)) else {
            throw .libpcap(operation: "pcap_open_dead", message: "out of memory")
        }
        defer { unsafe libpcap.close(handle) }
        unsafe try self.init(expression, for: handle, libpcap: libpcap)
    }

    deinit {
        var program = unsafe program
        unsafe libpcap.freeCode(&program)
    }

    /// Lets the kernel, where it can, hand over only what passes.
    func install(on handle: Libpcap.Handle) throws(CaptureError) {
        var program = unsafe program
        guard unsafe libpcap.setFilter(handle, &program) == 0 else {
            throw .libpcap(operation: "pcap_setfilter", message: unsafe libpcap.lastMessage(of: handle))
        }
    }

    func matches(_ header: FrameHeader, _ frame: Span<UInt8>) -> Bool {
        var program = unsafe program
        var packet = cpcap_packet_header()
        packet.captured = UInt32(truncatingIfNeeded: frame.count)
        packet.wire = UInt32(truncatingIfNeeded: header.wireLength)
        // Safe: the interpreter reads within caplen of the frame, which outlives the call; for an empty frame it reads nothing.
        return unsafe frame.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return unsafe libpcap.offlineFilter(&program, &packet, [0]) != 0 }
            return unsafe libpcap.offlineFilter(&program, &packet, base) != 0
        }
    }
}
