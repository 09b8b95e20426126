/// The start of a TLS connection, as far as it names the server: a ClientHello with its server_name extension (RFC 8446 section 4.1.2, RFC
/// 6066 section 3). Nothing is decrypted.
package enum ClientHello {
    package enum Reading: Equatable, Sendable {
        /// The bytes are no ClientHello, or one that is damaged or names no server.
        case none
        /// More of the stream is needed.
        case incomplete
        /// The name as it was sent: visible ASCII, at most 255 bytes.
        case serverName(String)
    }

    /// The most that is read of a stream: longer ones name their server before.
    package static let longest = 16 * 1024

    private static let handshakeRecord: UInt8 = 22
    private static let clientHello: UInt8 = 1
    private static let serverNameExtension = 0

    /// Whether a stream can begin like this: a handshake record of TLS.
    @inline(__always)
    package static func canBegin(_ first: UInt8, _ second: UInt8) -> Bool { first == handshakeRecord && second == 3 }

    /// Reads the first bytes of a stream.
    package static func read(_ stream: Span<UInt8>) -> Reading {
        var message: [UInt8] = []
        var isWhole = false
        var at = 0
        // A message may be split over records.
        while stream.count - at >= 5 {
            guard canBegin(stream[at], stream[at + 1]) else { return .none }
            let length = Int(stream[at + 3]) << 8 | Int(stream[at + 4])
            guard length > 0, length <= 16 * 1024 + 256 else { return .none }
            let end = min(at + 5 + length, stream.count)
            for index in (at + 5)..<end { message.append(stream[index]) }
            if message.count >= 1, message[0] != clientHello { return .none }
            at += 5 + length
            if message.count >= 4 {
                let needed = 4 + (Int(message[1]) << 16 | Int(message[2]) << 8 | Int(message[3]))
                if message.count >= needed {
                    message.removeLast(message.count - needed)
                    isWhole = true
                    break
                }
            }
            if at >= stream.count { break }
        }
        if stream.count < 5 {
            // Less than the header of a record.
            return stream.count < 2 || canBegin(stream[0], stream[1]) ? .incomplete : .none
        }
        let reading = name(in: message.span)
        if reading == .incomplete { return isWhole || stream.count >= longest ? .none : .incomplete }
        return reading
    }

    /// A position in the message that never passes its end.
    private struct Position {
        var at: Int

        /// The number in the next `count` bytes; `nil` beyond the end.
        mutating func number(_ count: Int, in message: Span<UInt8>) -> Int? {
            guard message.count - at >= count else { return nil }
            var value = 0
            for _ in 0..<count {
                value = value << 8 | Int(message[at])
                at += 1
            }
            return value
        }

        /// Skips a vector whose length is a number of `count` bytes; false beyond the end.
        mutating func skip(_ count: Int, in message: Span<UInt8>) -> Bool {
            guard let length = number(count, in: message), message.count - at >= length else { return false }
            at += length
            return true
        }
    }

    private static func name(in message: Span<UInt8>) -> Reading {
        // Type, length, version, random.
        var position = Position(at: 4 + 2 + 32)
        guard message.count >= position.at else { return .incomplete }
        // Session, cipher suites, compressions.
        guard position.skip(1, in: message), position.skip(2, in: message), position.skip(1, in: message) else {
            return .incomplete
        }
        guard position.number(2, in: message) != nil else { return .incomplete }
        while let type = position.number(2, in: message), let length = position.number(2, in: message) {
            guard type == serverNameExtension else {
                guard message.count - position.at >= length else { return .incomplete }
                position.at += length
                continue
            }
            guard message.count - position.at >= length else { return .incomplete }
            return hostName(in: message.extracting(position.at..<(position.at + length)))
        }
        return .incomplete
    }

    /// The first name of type host_name in the extension.
    private static func hostName(in list: Span<UInt8>) -> Reading {
        var position = Position(at: 2)
        while let type = position.number(1, in: list), let length = position.number(2, in: list) {
            guard length > 0, list.count - position.at >= length else { return .none }
            guard type == 0 else {
                position.at += length
                continue
            }
            guard length <= 255 else { return .none }
            var name = ""
            for index in position.at..<(position.at + length) {
                guard (0x21...0x7E).contains(list[index]) else { return .none }
                name.unicodeScalars.append(Unicode.Scalar(list[index]))
            }
            return .serverName(name)
        }
        return .none
    }
}
