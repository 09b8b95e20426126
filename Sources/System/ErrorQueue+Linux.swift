package import Addresses
import CNetwork
package import SystemPackage

/// One entry of a socket's error queue: why a packet that it sent did not arrive, and who said so
/// (struct sock_extended_err, include/uapi/linux/errqueue.h).
package struct QueuedError: Hashable, Sendable {
    package enum Origin: Hashable, Sendable {
        /// This machine itself: no route, or the neighbour did not answer.
        case local
        case icmp
        case icmp6
        case other(UInt8)
    }

    package let errno: Errno
    package let origin: Origin
    /// Type and code of the ICMP error; 0 where `origin` is local.
    package let icmpType: UInt8
    package let icmpCode: UInt8
    /// The host that sent the ICMP error.
    package let offender: IPAddress?
    /// The MTU of an ICMP 3/4, an ICMPv6 2/0 or an EMSGSIZE of this machine, in bytes; else 0.
    package let information: UInt32

    package init(
        errno: Errno,
        origin: Origin,
        icmpType: UInt8,
        icmpCode: UInt8,
        offender: IPAddress?,
        information: UInt32 = 0
    ) {
        self.errno = errno
        self.origin = origin
        self.icmpType = icmpType
        self.icmpCode = icmpCode
        self.offender = offender
        self.information = information
    }
}

extension BorrowedDescriptor {
    /// Takes the oldest entry of the error queue (MSG_ERRQUEUE); `nil` when it is empty.
    ///
    /// The socket must have been given `.receiveErrorsV4` or `.receiveErrorsV6`. A real RST leaves the queue empty.
    package func takeQueuedError() -> QueuedError? {
        takeEntry().map { QueuedError($0) }
    }

    /// The same with the packet that the error is about, as the sender of the error received it: from its transport header on, in
    /// network byte order, at most 64 bytes.
    package func takeQueuedErrorWithQuote() -> (error: QueuedError, quote: [UInt8])? {
        takeEntry().map { entry in
            let quote = unsafe withUnsafeBytes(of: entry.quote) { unsafe Array($0.prefix(Int(entry.quote_length))) }
            return (QueuedError(entry), quote)
        }
    }

    private func takeEntry() -> cnet_queued_error? {
        var entry = cnet_queued_error()
        // Safe: the function fills the structure that it is lent.
        guard let result = try? systemCall({ unsafe cnet_take_queued_error(number, &entry) }), result == 1 else { return nil }
        return entry
    }
}

extension QueuedError {
    fileprivate init(_ entry: cnet_queued_error) {
        var raw = RawSocketAddress()
        raw.storage = entry.offender
        let origin: QueuedError.Origin =
            switch entry.origin {
            case UInt8(SO_EE_ORIGIN_LOCAL): .local
            case UInt8(SO_EE_ORIGIN_ICMP): .icmp
            case UInt8(SO_EE_ORIGIN_ICMP6): .icmp6
            default: .other(entry.origin)
            }
        self.init(
            errno: Errno(rawValue: Int32(truncatingIfNeeded: entry.error)),
            origin: origin,
            icmpType: entry.icmp_type,
            icmpCode: entry.icmp_code,
            offender: entry.has_offender == 0 ? nil : raw.address?.endpoint?.address.unmapped,
            information: entry.information
        )
    }
}
