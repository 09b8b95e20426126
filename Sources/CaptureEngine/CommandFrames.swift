import Addresses
import CommandWatch
import PacketCapture
import Packets

/// The frames of a command's connections, picked out of all that are captured.
///
/// The kernel hands a frame over before anybody knows whose it is. So frames wait here until a barrier has passed that was asked for after
/// they arrived: by then each socket of the command that can have sent or received them has been claimed.
final class CommandFrames {
    private struct Held {
        let header: FrameHeader
        var place: Range<Int>
        let segment: SocketClaims.Segment
        /// The barrier that it waits for.
        let barrier: Int32
    }

    private var claims: SocketClaims
    private var decoder: Decoder
    private var held: [Held] = []
    private var bytes: [UInt8] = []
    /// The barrier that the next frames wait for.
    private var barrier: Int32 = 1
    /// The barrier that was asked for and has not passed.
    private var asked: Int32?
    /// Packets of other programs.
    private(set) var others: UInt64 = 0

    /// Beyond this no frame is taken until some have gone.
    private static let mostBytes = 64 * 1024 * 1024

    init(machine: Set<IPAddress>) {
        claims = SocketClaims(machine: machine)
        decoder = Decoder(ignoringChecksums: true)
    }

    var isFull: Bool { bytes.count >= Self.mostBytes }
    var isEmpty: Bool { held.isEmpty }

    func insert(_ claim: SocketClaim) { claims.insert(claim) }

    /// Holds a frame with a TCP segment.
    func take(_ header: FrameHeader, _ frame: Span<UInt8>) {
        guard decoder.decode(frame, header) == .segment else {
            others &+= 1
            return
        }
        let segment = decoder.segment
        let start = bytes.count
        bytes.append(frame)
        held.append(
            Held(
                header: header,
                place: start..<bytes.count,
                segment: SocketClaims.Segment(
                    source: Endpoint(segment.source, port: segment.sourcePort),
                    destination: Endpoint(segment.destination, port: segment.destinationPort),
                    time: header.time,
                    opening: segment.flags.contains(.syn) && !segment.flags.contains(.ack) ? segment.sequence : nil
                ),
                barrier: barrier
            )
        )
    }

    /// The barrier to ask for now; `nil` where no frame waits for a new one.
    func nextBarrier() -> Int32? {
        guard asked == nil, !held.isEmpty else { return nil }
        asked = barrier
        barrier &+= 1
        return asked
    }

    /// Hands over the command's frames that waited for a barrier, in order, until the taker has enough.
    func pass(_ passed: Int32, _ body: (FrameHeader, Span<UInt8>) -> FrameDemand) -> FrameDemand {
        if asked == passed { asked = nil }
        var count = 0
        var demand = FrameDemand.more
        while count < held.count, held[count].barrier <= passed, demand == .more {
            let frame = held[count]
            count += 1
            if claims.claims(frame.segment) {
                demand = body(frame.header, bytes.span.extracting(frame.place))
            } else {
                others &+= 1
            }
        }
        forget(count)
        return demand
    }

    private func forget(_ count: Int) {
        guard count > 0 else { return }
        let gone = held[count - 1].place.upperBound
        held.removeFirst(count)
        bytes.removeFirst(gone)
        for index in held.indices {
            let place = held[index].place
            held[index].place = (place.lowerBound - gone)..<(place.upperBound - gone)
        }
    }
}
