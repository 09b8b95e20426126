internal import CPcap
internal import SondeSystem

/// libpcap's functions, looked up in the shared library when a capture first needs it.
///
/// Only the capture command pays for loading it and its dependencies (docs/decisions/0002-libpcap-at-run-time.md). The declarations
/// are the header's. Each member has the name of its function without `pcap_`; pcap(3pcap) documents them.
@safe struct Libpcap: Sendable {
    typealias Handle = OpaquePointer
    typealias ErrorBuffer = UnsafeMutablePointer<CChar>

    let create: @convention(c) (UnsafePointer<CChar>, ErrorBuffer) -> Handle?
    let activate: @convention(c) (Handle) -> CInt
    let close: @convention(c) (Handle) -> Void
    let setSnapshotLength: @convention(c) (Handle, CInt) -> CInt
    let setPromiscuous: @convention(c) (Handle, CInt) -> CInt
    let setTimeout: @convention(c) (Handle, CInt) -> CInt
    let setBufferSize: @convention(c) (Handle, CInt) -> CInt
    let setImmediateMode: @convention(c) (Handle, CInt) -> CInt
    let setTimestampPrecision: @convention(c) (Handle, CInt) -> CInt
    let timestampPrecision: @convention(c) (Handle) -> CInt
    let setNonBlocking: @convention(c) (Handle, CInt, ErrorBuffer) -> CInt
    let selectableDescriptor: @convention(c) (Handle) -> CInt
    let snapshotLength: @convention(c) (Handle) -> CInt
    let dataLink: @convention(c) (Handle) -> CInt
    let setDataLink: @convention(c) (Handle, CInt) -> CInt
    let dispatch: @convention(c) (Handle, CInt, cpcap_handler, UnsafeMutablePointer<UInt8>?) -> CInt
    let breakLoop: @convention(c) (Handle) -> Void
    let statistics: @convention(c) (Handle, UnsafeMutablePointer<cpcap_statistics>) -> CInt
    let message: @convention(c) (Handle) -> UnsafeMutablePointer<CChar>?
    let statusText: @convention(c) (CInt) -> UnsafePointer<CChar>?
    let openDead: @convention(c) (CInt, CInt) -> Handle?
    let compile: @convention(c) (Handle, UnsafeMutablePointer<cpcap_program>, UnsafePointer<CChar>, CInt, UInt32) -> CInt
    let setFilter: @convention(c) (Handle, UnsafeMutablePointer<cpcap_program>) -> CInt
    let offlineFilter:
        @convention(c) (UnsafePointer<cpcap_program>, UnsafePointer<cpcap_packet_header>, UnsafePointer<UInt8>) -> CInt
    let freeCode: @convention(c) (UnsafeMutablePointer<cpcap_program>) -> Void
    let findAllDevices: @convention(c) (UnsafeMutablePointer<UnsafeMutablePointer<cpcap_device>?>, ErrorBuffer) -> CInt
    let freeAllDevices: @convention(c) (UnsafeMutablePointer<cpcap_device>?) -> Void

    /// The file names of the library: Debian's and its derivatives', then everyone else's.
    private static let names = ["libpcap.so.0.8", "libpcap.so.1"]

    /// The library, loaded once in a process's life.
    private static let loaded: Result<Libpcap, CaptureError> = load()

    static func shared() throws(CaptureError) -> Libpcap { try loaded.get() }

    private static func load() -> Result<Libpcap, CaptureError> {
        do throws(SharedLibrary.Missing) {
            return .success(try Libpcap(SharedLibrary(names)))
        } catch {
            return .failure(.libpcapMissing(reason: error.reason))
        }
    }

    /// Safe: the symbol is the function of that name, and each member's type is its declaration in pcap.h.
    private init(_ library: SharedLibrary) throws(SharedLibrary.Missing) {
        unsafe create = try library.function("pcap_create")
        unsafe activate = try library.function("pcap_activate")
        unsafe close = try library.function("pcap_close")
        unsafe setSnapshotLength = try library.function("pcap_set_snaplen")
        unsafe setPromiscuous = try library.function("pcap_set_promisc")
        unsafe setTimeout = try library.function("pcap_set_timeout")
        unsafe setBufferSize = try library.function("pcap_set_buffer_size")
        unsafe setImmediateMode = try library.function("pcap_set_immediate_mode")
        unsafe setTimestampPrecision = try library.function("pcap_set_tstamp_precision")
        unsafe timestampPrecision = try library.function("pcap_get_tstamp_precision")
        unsafe setNonBlocking = try library.function("pcap_setnonblock")
        unsafe selectableDescriptor = try library.function("pcap_get_selectable_fd")
        unsafe snapshotLength = try library.function("pcap_snapshot")
        unsafe dataLink = try library.function("pcap_datalink")
        unsafe setDataLink = try library.function("pcap_set_datalink")
        unsafe dispatch = try library.function("pcap_dispatch")
        unsafe breakLoop = try library.function("pcap_breakloop")
        unsafe statistics = try library.function("pcap_stats")
        unsafe message = try library.function("pcap_geterr")
        unsafe statusText = try library.function("pcap_statustostr")
        unsafe openDead = try library.function("pcap_open_dead")
        unsafe compile = try library.function("pcap_compile")
        unsafe setFilter = try library.function("pcap_setfilter")
        unsafe offlineFilter = try library.function("pcap_offline_filter")
        unsafe freeCode = try library.function("pcap_freecode")
        unsafe findAllDevices = try library.function("pcap_findalldevs")
        unsafe freeAllDevices = try library.function("pcap_freealldevs")
    }
}

extension Libpcap {
    /// Calls a function that writes its reason for failing into a buffer, and gives that text along with what it returned.
    static func withErrorBuffer<Value>(_ body: (ErrorBuffer) -> Value) -> (value: Value, message: String) {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CPCAP_ERRBUF_SIZE)) { buffer in
            unsafe buffer.initialize(repeating: 0)
            // Safe: libpcap writes at most CPCAP_ERRBUF_SIZE bytes, the zero at the end among them; the allocation is never empty.
            guard let base = buffer.baseAddress else { preconditionFailure("an empty allocation") }
            let value = unsafe body(base)
            return (value, unsafe String(cString: base))
        }
    }

    /// What libpcap last said of a handle.
    func lastMessage(of handle: Handle) -> String {
        // Safe: the text lives in the handle, which the caller holds, and is copied.
        unsafe message(handle).map { unsafe String(cString: $0) } ?? ""
    }

    func text(of status: CInt) -> String {
        // Safe: a static text, or one in a buffer of the library's that is copied at once.
        unsafe statusText(status).map { unsafe String(cString: $0) } ?? "status \(status)"
    }
}
