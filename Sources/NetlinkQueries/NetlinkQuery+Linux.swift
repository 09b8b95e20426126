package import SondeSystem
package import SystemPackage

/// Requests to the kernel over a netlink socket of any protocol, and their replies.
package enum NetlinkQuery {
    /// More than the largest datagram that the kernel sends, in bytes.
    private static let datagramCapacity = 64 * 1024

    /// Sends a dump request and hands over each datagram of the answer. False if the kernel marked the dump as interrupted: what it
    /// lists changed meanwhile, so that something may be missing or listed twice.
    package static func dump(
        _ request: [UInt8],
        through socket: BorrowedDescriptor,
        _ take: (Span<UInt8>) throws(NetlinkError) -> Netlink.DatagramEnd
    ) throws(Failure) -> Bool {
        try send(request, through: socket)
        var datagram = [UInt8](repeating: 0, count: datagramCapacity)
        var isWhole = true
        while true {
            // The kernel replies within the send call, so "would block" means that no reply will arrive.
            guard let end = try receive(from: socket, into: &datagram, take) else { throw .system(.noData) }
            isWhole = isWhole && !end.wasInterrupted
            if end.isLast { return isWhole }
        }
    }

    /// Sends one request and hands over the messages of its reply.
    package static func ask(
        _ request: [UInt8],
        through socket: BorrowedDescriptor,
        _ take: (UInt16, Span<UInt8>) throws(NetlinkError) -> Void
    ) throws(Failure) {
        try send(request, through: socket)
        let end = try receive(from: socket) { datagram throws(NetlinkError) in
            try Netlink.forEachMessage(in: datagram, take)
        }
        guard end != nil else { throw .system(.noData) }
    }

    /// Hands over the next datagram; `nil` if none has arrived.
    package static func receive(
        from socket: BorrowedDescriptor,
        _ take: (Span<UInt8>) throws(NetlinkError) -> Netlink.DatagramEnd
    ) throws(Failure) -> Netlink.DatagramEnd? {
        var datagram = [UInt8](repeating: 0, count: datagramCapacity)
        return try receive(from: socket, into: &datagram, take)
    }

    private static func receive(
        from socket: BorrowedDescriptor,
        into datagram: inout [UInt8],
        _ take: (Span<UInt8>) throws(NetlinkError) -> Netlink.DatagramEnd
    ) throws(Failure) -> Netlink.DatagramEnd? {
        let received: Transfer
        do throws(Errno) {
            received = try socket.receive(into: &datagram)
        } catch {
            throw .system(error)
        }
        guard case .bytes(let count) = received else { return nil }
        do throws(NetlinkError) {
            return try take(datagram.span.extracting(0..<count))
        } catch {
            throw Failure(error)
        }
    }

    private static func send(_ message: [UInt8], through socket: BorrowedDescriptor) throws(Failure) {
        do throws(Errno) {
            _ = try socket.send(message)
        } catch {
            throw .system(error)
        }
    }

    /// Why a request had no result, as an error number.
    package enum Failure: Error {
        case system(Errno)

        package init(_ error: NetlinkError) {
            switch error {
            case .refused(let errno): self = .system(errno)
            // The reply violates netlink's format.
            case .malformed: self = .system(.badMessage)
            }
        }

        package var errno: Errno {
            switch self {
            case .system(let errno): errno
            }
        }
    }
}
