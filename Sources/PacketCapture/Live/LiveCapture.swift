internal import CPcap
package import Packets
package import SondeSystem
import Time

/// A capture on an interface, through libpcap.
///
/// Opening needs CAP_NET_RAW; nothing after it does, so that privilege can be given up before the first frame is looked at. It
/// never blocks: watch `borrowed` for readability together with timers and signals, then read.
@safe package struct LiveCapture: FrameSource, ~Copyable {
    package struct Settings: Sendable {
        package var interface: String
        /// A filter expression (pcap-filter(7)); empty passes all.
        package var filter = ""
        /// Bytes kept of each frame.
        package var snapshotLength = RecordLimit.frame
        /// Whether the interface takes frames that are not meant for it: those of a bridge, a mirror port or a tap.
        package var isPromiscuous = true
        /// Bytes that the kernel holds for a reader that is late: at 50,000 frames a second of full size still a fifth of a second.
        package var bufferSize = 16 * 1024 * 1024
        /// How long the kernel may gather frames before it wakes the reader.
        package var gatherMilliseconds = 50
        /// Whether the kernel hands each frame over at once; costs a wake-up for each.
        package var isImmediate = false

        package init(interface: String) { self.interface = interface }
    }

    /// What became of the frames since the capture began (pcap_stats(3pcap)).
    package struct Statistics: Equatable, Sendable {
        /// Frames that passed the filter.
        package var received: UInt64 = 0
        /// Frames lost since the buffer was full.
        package var dropped: UInt64 = 0
        /// Frames lost by the interface or its driver.
        package var droppedByInterface: UInt64 = 0
    }

    package let interface: String
    package let linkType: LinkType
    package let snapshotLength: Int
    /// How long the kernel may hold a frame back.
    package let gatherTime: Nanoseconds
    private let hasNanoseconds: Bool
    private let libpcap: Libpcap
    private let handle: Libpcap.Handle
    /// Whether the name is of an interface of the kernel, not of a source of libpcap's own such as `any`.
    private let hasIndex: Bool

    package init(_ settings: Settings) throws(CaptureError) {
        let libpcap = try Libpcap.shared()
        let (created, message) = unsafe Libpcap.withErrorBuffer { unsafe libpcap.create(settings.interface, $0) }
        guard let handle = unsafe created else { throw .libpcap(operation: "pcap_create", message: message) }
        do throws(CaptureError) {
            unsafe try Self.activate(handle, settings, libpcap)
        } catch {
            unsafe libpcap.close(handle)
            throw error
        }
        self.libpcap = libpcap
        unsafe self.handle = handle
        interface = settings.interface
        hasIndex = NetworkDatabase.interfaceIndex(settings.interface) != nil
        gatherTime = settings.isImmediate ? .zero : .milliseconds(Int64(settings.gatherMilliseconds))
        linkType = LinkType(dataLink: unsafe libpcap.dataLink(handle))
        snapshotLength = Int(unsafe libpcap.snapshotLength(handle))
        hasNanoseconds = unsafe libpcap.timestampPrecision(handle) == CPCAP_PRECISION_NANO
    }

    deinit { unsafe libpcap.close(handle) }

    package var timeResolution: TimeResolution { hasNanoseconds ? .nanoseconds : .microseconds }

    /// What to watch for readability.
    package var borrowed: BorrowedDescriptor { BorrowedDescriptor(unsafe libpcap.selectableDescriptor(handle)) }

    package func statistics() throws(CaptureError) -> Statistics {
        var counts = cpcap_statistics()
        guard unsafe libpcap.statistics(handle, &counts) == 0 else {
            throw .libpcap(operation: "pcap_stats", message: unsafe libpcap.lastMessage(of: handle))
        }
        return Statistics(
            received: UInt64(counts.received),
            dropped: UInt64(counts.dropped),
            droppedByInterface: UInt64(counts.dropped_by_interface)
        )
    }
}

extension LiveCapture {
    /// Takes the frames that the kernel holds now.
    @discardableResult
    package mutating func readFrames(
        _ take: (FrameHeader, Span<UInt8>) -> FrameDemand
    ) throws(CaptureError) -> FrameDemand {
        // The check of withoutActuallyEscaping puts the length of its file's path into the program. This name makes builds in two
        // folders the same.
        #sourceLocation(file:"pcap_dispatch",line:1)
        let status = withoutActuallyEscaping(take) { take in
            var delivery = unsafe Delivery(
                take: take,
                linkType: linkType,
                nanosecondsPerUnit: hasNanoseconds ? 1 : 1000,
                stop: libpcap.breakLoop,
                handle: handle
            )
            // Safe: the pointer is used by the calls of `deliver` within pcap_dispatch alone, while `delivery` lives.
            return unsafe withUnsafeMutablePointer(to: &delivery) { pointer in
                unsafe libpcap.dispatch(
                    handle,
                    -1,
                    Self.deliver,
                    UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt8.self)
                )
            }
        }
        #sourceLocation()
        switch status {
        case CInt(CPCAP_ERROR_BREAK): return .enough
        case 0...: return .more
        case CInt(CPCAP_ERROR_IFACE_NOT_UP): throw .interfaceDown(interface)
        default: throw readError()
        }
    }

    /// Why reading failed. libpcap has the same code for an interface that was removed and for other errors.
    private func readError() -> CaptureError {
        let message = unsafe libpcap.lastMessage(of: handle)
        if hasIndex, NetworkDatabase.interfaceIndex(interface) == nil { return .interfaceDisappeared(interface) }
        return .libpcap(operation: "pcap_dispatch", message: message)
    }

    /// Whether the interface is known to be down. No frames arrive until it is up again; libpcap reports no error.
    package var isDown: Bool {
        hasIndex && NetworkDatabase.isUp(interface) == false
    }

    /// What the callback of pcap_dispatch needs to know.
    @safe private struct Delivery {
        let take: (FrameHeader, Span<UInt8>) -> FrameDemand
        let linkType: LinkType
        let nanosecondsPerUnit: Int64
        let stop: @convention(c) (Libpcap.Handle) -> Void
        let handle: Libpcap.Handle
        var hasEnough = false

        mutating func deliver(_ packet: cpcap_packet_header, _ bytes: UnsafePointer<UInt8>) {
            // After pcap_breakloop the loop may still hand over frames of its current batch.
            guard !hasEnough else { return }
            let header = FrameHeader(
                time: Timestamp(
                    nanoseconds: Int64(packet.seconds) * 1_000_000_000 + Int64(packet.fraction) * nanosecondsPerUnit
                ),
                wireLength: Int(packet.wire),
                capturedLength: Int(packet.captured),
                linkType: linkType
            )
            // Safe: libpcap lends caplen bytes until the callback returns.
            let frame = unsafe Span(_unsafeStart: bytes, count: Int(packet.captured))
            guard take(header, frame) == .enough else { return }
            hasEnough = true
            unsafe stop(handle)
        }
    }

    private static let deliver: cpcap_handler = { context, packet, bytes in
        guard let context = unsafe context, let packet = unsafe packet, let bytes = unsafe bytes else { return }
        // Safe: the context is the `Delivery` that readFrames lent to pcap_dispatch.
        unsafe UnsafeMutableRawPointer(context).assumingMemoryBound(to: Delivery.self).pointee.deliver(packet.pointee, bytes)
    }
}

extension LiveCapture {
    private static func activate(_ handle: Libpcap.Handle, _ settings: Settings, _ libpcap: Libpcap) throws(CaptureError) {
        // None of these can fail on a handle that is not active yet.
        unsafe _ = libpcap.setSnapshotLength(handle, CInt(clamping: settings.snapshotLength))
        unsafe _ = libpcap.setPromiscuous(handle, settings.isPromiscuous ? 1 : 0)
        unsafe _ = libpcap.setTimeout(handle, CInt(clamping: settings.gatherMilliseconds))
        unsafe _ = libpcap.setBufferSize(handle, CInt(clamping: settings.bufferSize))
        if settings.isImmediate { unsafe _ = libpcap.setImmediateMode(handle, 1) }
        unsafe _ = libpcap.setTimestampPrecision(handle, CInt(CPCAP_PRECISION_NANO))

        let status = unsafe libpcap.activate(handle)
        // A warning, such as of an interface that can't be promiscuous, is above zero and hinders nothing.
        guard status >= 0 else { throw unsafe activationError(status, handle, settings, libpcap) }

        // The second version of cooked capture names the interface of each frame.
        if unsafe libpcap.dataLink(handle) == CInt(LinkType.linuxCooked.dataLink) {
            unsafe _ = libpcap.setDataLink(handle, CInt(LinkType.linuxCooked2.dataLink))
        }
        if !settings.filter.isEmpty {
            let program = unsafe try FilterProgram(settings.filter, for: handle, libpcap: libpcap)
            unsafe try program.install(on: handle)
        }
        let (nonBlocking, message) = unsafe Libpcap.withErrorBuffer { unsafe libpcap.setNonBlocking(handle, 1, $0) }
        guard nonBlocking == 0 else { throw .libpcap(operation: "pcap_setnonblock", message: message) }
    }

    private static var existingDevices: [String] { (try? CaptureDevice.all().map(\.name)) ?? [] }

    private static func activationError(
        _ status: CInt,
        _ handle: Libpcap.Handle,
        _ settings: Settings,
        _ libpcap: Libpcap
    ) -> CaptureError {
        switch status {
        case CInt(CPCAP_ERROR_NO_SUCH_DEVICE):
            return .noSuchInterface(settings.interface, existing: existingDevices)
        case CInt(CPCAP_ERROR_PERM_DENIED), CInt(CPCAP_ERROR_PROMISC_PERM_DENIED):
            // libpcap asks for the permission first, which would not help against a name that is wrong.
            let existing = existingDevices
            // The kernel knows other names of an interface too.
            let isKnown =
                existing.isEmpty || existing.contains(settings.interface)
                || NetworkDatabase.interfaceIndex(settings.interface) != nil
            return isKnown ? .notPermitted(interface: settings.interface) : .noSuchInterface(settings.interface, existing: existing)
        case CInt(CPCAP_ERROR_IFACE_NOT_UP):
            return .interfaceDown(settings.interface)
        default:
            let message = unsafe libpcap.lastMessage(of: handle)
            return .libpcap(operation: "pcap_activate", message: message.isEmpty ? libpcap.text(of: status) : message)
        }
    }
}
