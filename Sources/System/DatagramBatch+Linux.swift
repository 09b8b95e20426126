package import Addresses
import CNetwork
import Glibc
package import SystemPackage

/// Datagrams that are taken and answered many at a call: recvmmsg(2), sendmmsg(2).
///
/// A socket that is bound to a wildcard address should be given `.packetInfoV4` or `.packetInfoV6`; each answer then leaves from
/// the address that its question came to, as a peer behind a firewall needs it.
@safe package struct DatagramBatch: ~Copyable {
    private let batch: OpaquePointer
    private var received = 0
    /// How many were turned into answers, and how many of those went away.
    private var turned = 0
    private var sent = 0

    private let room: Int

    /// - Parameter room: the longest datagram that is taken whole; 65,536 bytes hold any of UDP's.
    package init(capacity: Int, room: Int) throws(Errno) {
        guard let batch = unsafe cnet_datagrams_make(Int32(capacity), room) else { throw .noMemory }
        unsafe self.batch = batch
        self.room = room
    }

    deinit {
        unsafe cnet_datagrams_free(batch)
    }

    /// Takes the datagrams that wait, and returns how many; 0 when there is none. Answers that did not go away are forgotten.
    package mutating func receive(from socket: BorrowedDescriptor) throws(Errno) -> Int {
        received = 0
        turned = 0
        sent = 0
        do {
            received = Int(try systemCall { unsafe cnet_datagrams_receive(batch, socket.number) })
        } catch .wouldBlock {}
        return received
    }

    package func length(_ index: Int) -> Int {
        precondition(index < received)
        return unsafe cnet_datagram_length(batch, Int32(index))
    }

    /// Whether the datagram was longer than the room, and so is not whole.
    package func isTruncated(_ index: Int) -> Bool {
        precondition(index < received)
        return unsafe cnet_datagram_is_truncated(batch, Int32(index)) != 0
    }

    /// Who sent it; `nil` where it is of a family that a `SocketAddress` can't be.
    package func peer(_ index: Int) -> SocketAddress? {
        precondition(index < received)
        var raw = RawSocketAddress()
        // Safe: the batch fills the length and returns a pointer to an address that it holds.
        raw.storage = unsafe cnet_datagram_peer(batch, Int32(index), &raw.length).pointee
        // An unnamed Unix socket leaves no address at all.
        return raw.length == 0 ? .unix(path: "") : raw.address
    }

    /// How it arrived, as far as the socket's options ask for it.
    package func arrival(_ index: Int) -> DatagramArrival {
        precondition(index < received)
        return DatagramArrival(raw: unsafe cnet_datagram_arrival(batch, Int32(index)))
    }

    /// Lends the bytes of a datagram.
    package func withBytes<Result>(_ index: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        let count = length(index)
        // Safe: that many bytes were received there, and the span cannot leave the closure.
        let bytes = unsafe UnsafeBufferPointer(start: cnet_datagram_bytes(batch, Int32(index)), count: count)
        return unsafe body(Span(_unsafeElements: bytes))
    }

    package func bytes(_ index: Int) -> [UInt8] {
        let count = length(index)
        // Safe: that many bytes were received there.
        return unsafe Array(UnsafeBufferPointer(start: cnet_datagram_bytes(batch, Int32(index)), count: count))
    }

    /// Makes the datagram its own answer. Datagrams are turned in their order; those left out get no answer.
    package mutating func turn(_ index: Int) {
        turn(index, length: length(index))
    }

    /// Makes the datagram an answer of other bytes, at most as long as the room.
    package mutating func turn(_ index: Int, into answer: [UInt8]) {
        precondition(index < received && answer.count <= room)
        // Safe: each datagram has `room` bytes.
        unsafe UnsafeMutableRawBufferPointer(start: cnet_datagram_bytes(batch, Int32(index)), count: room).copyBytes(from: answer)
        turn(index, length: answer.count)
    }

    private mutating func turn(_ index: Int, length: Int) {
        precondition(turned <= index)
        unsafe cnet_datagram_turn(batch, Int32(index), length, Int32(turned))
        turned += 1
    }

    /// Answers that did not go away yet.
    package var unsentCount: Int { turned - sent }

    /// Sends the answers and returns how many were sent; 0 if the socket is full. An error concerns the first unsent one alone.
    package mutating func send(to socket: BorrowedDescriptor) throws(Errno) -> Int {
        guard sent < turned else { return 0 }
        do {
            let count = try systemCall {
                unsafe cnet_datagrams_send(batch, socket.number, Int32(sent), Int32(turned - sent))
            }
            sent += Int(count)
            return Int(count)
        } catch .wouldBlock {
            return 0
        }
    }

    /// Gives the first unsent answer up.
    package mutating func skip() {
        precondition(sent < turned)
        sent += 1
    }
}

/// How a datagram arrived: `.packetInfoV4`, `.packetInfoV6`, `.receiveTrafficClassV4` and `.receiveTrafficClassV6` make the kernel say so.
package struct DatagramArrival: Sendable {
    fileprivate let raw: cnet_arrival

    /// The local address that it was sent to; `nil` where the kernel did not say.
    package var address: IPAddress? {
        let count = raw.family == 4 ? 4 : raw.family == 6 ? 16 : 0
        // Safe: a copy of the array's bytes.
        return unsafe withUnsafeBytes(of: raw.address) { unsafe IPAddress(networkBytes: Array($0.prefix(count))) }
    }

    /// Whether it was sent to a broadcast or multicast address.
    package var isToGroup: Bool { raw.is_group != 0 }

    /// The eight bits of DSCP and ECN; 0 where the kernel did not say.
    package var trafficClass: UInt8 { raw.traffic_class }
}

extension BorrowedDescriptor {
    /// sendmsg(2) of one datagram from the address at which another arrived, without waiting.
    package func send(
        _ bytes: Span<UInt8>,
        to address: RawSocketAddress,
        from arrival: DatagramArrival
    ) throws(Errno) -> Transfer {
        var raw = arrival.raw
        do {
            return .bytes(
                try systemCall {
                    // Safe: the pointers live as long as the call.
                    unsafe bytes.withUnsafeBytes { buffer in
                        unsafe withRaw(address) { pointer, length in
                            unsafe cnet_datagram_send(number, buffer.baseAddress, buffer.count, pointer, length, &raw)
                        }
                    }
                }
            )
        } catch .wouldBlock {
            return .wouldBlock
        }
    }
}

extension SocketOption where Value == Int32 {
    /// IP_TOS: the traffic class of what is sent (ip(7)).
    package static var trafficClassV4: Self { Self(level: Int32(IPPROTO_IP), name: IP_TOS) }
    /// IPV6_TCLASS (RFC 3542 section 6.5).
    package static var trafficClassV6: Self { Self(level: Int32(IPPROTO_IPV6), name: IPV6_TCLASS) }
    /// IP_RECVTOS: each datagram carries its traffic class.
    package static var receiveTrafficClassV4: Self { Self(level: Int32(IPPROTO_IP), name: IP_RECVTOS) }
    /// IPV6_RECVTCLASS.
    package static var receiveTrafficClassV6: Self { Self(level: Int32(IPPROTO_IPV6), name: IPV6_RECVTCLASS) }
    /// IP_PKTINFO (ip(7)): each datagram carries its destination address.
    package static var packetInfoV4: Self { Self(level: Int32(IPPROTO_IP), name: IP_PKTINFO) }
    /// IPV6_RECVPKTINFO (ipv6(7)).
    package static var packetInfoV6: Self { Self(level: Int32(IPPROTO_IPV6), name: IPV6_RECVPKTINFO) }
}
