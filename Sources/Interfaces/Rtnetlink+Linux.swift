import SondeSystem
import SystemPackage

extension InterfaceDetails {
    /// Dumps all links and all addresses (rtnetlink(7)). Needs no privilege.
    ///
    /// A dump that the kernel marks as interrupted is repeated, at most three times; then the last one counts.
    static func current() throws(SystemError) -> InterfaceDetails {
        do {
            var details = InterfaceDetails()
            for _ in 0..<3 {
                details = InterfaceDetails()
                let socket = try Descriptor.netlinkSocket()
                let linksAreWhole = try details.dump(RequestType.getLink, through: socket.borrowed)
                let addressesAreWhole = try details.dump(RequestType.getAddress, through: socket.borrowed)
                if linksAreWhole && addressesAreWhole { break }
            }
            return details
        } catch let error as Errno {
            throw SystemError("rtnetlink", error)
        } catch NetlinkError.refused(let error) {
            throw SystemError("rtnetlink", error)
        } catch {
            // The reply violates netlink's format.
            throw SystemError("rtnetlink", .badMessage)
        }
    }

    private enum RequestType {
        static let getLink: UInt16 = 18
        static let getAddress: UInt16 = 22
    }

    /// The size of the largest datagram that the kernel sends for a dump, in bytes.
    private static let datagramCapacity = 32 * 1024

    /// Collects one dump. False if the kernel marked it as interrupted.
    private mutating func dump(_ type: UInt16, through socket: BorrowedDescriptor) throws -> Bool {
        let request = InterfaceDetails.request(type)
        _ = try unsafe request.withUnsafeBytes { unsafe try socket.send($0) }
        var datagram = [UInt8](repeating: 0, count: InterfaceDetails.datagramCapacity)
        var isWhole = true
        while true {
            // The kernel replies within the send call, so "would block" means that no reply will arrive.
            guard case .bytes(let count) = try unsafe datagram.withUnsafeMutableBytes({ unsafe try socket.receive(into: $0) })
            else {
                throw Errno.noData
            }
            let end = try add(datagram.span.extracting(0..<count))
            isWhole = isWhole && !end.wasInterrupted
            if end.isLast { return isWhole }
        }
    }

    /// `struct nlmsghdr` with NLM_F_REQUEST and NLM_F_DUMP, then an empty `struct ifinfomsg`, which begins like
    /// `struct ifaddrmsg`.
    private static func request(_ type: UInt16) -> [UInt8] {
        let length = UInt32(Netlink.headerLength + 16)
        let requestAndDump: UInt16 = 0x1 | 0x300
        var bytes: [UInt8] = []
        unsafe withUnsafeBytes(of: length) { unsafe bytes.append(contentsOf: $0) }
        unsafe withUnsafeBytes(of: type) { unsafe bytes.append(contentsOf: $0) }
        unsafe withUnsafeBytes(of: requestAndDump) { unsafe bytes.append(contentsOf: $0) }
        return bytes + [UInt8](repeating: 0, count: Int(length) - bytes.count)
    }
}
