package import Addresses

/// The addresses that a response of the DNS gives to the name that was asked for (RFC 1035 section 4).
package enum NameAnswer {
    package static let port: UInt16 = 53

    private enum Header {
        static let flags = 2
        static let questions = 4
        static let answers = 6
        static let size = 12
        static let isResponse: UInt16 = 0x8000
        static let errorMask: UInt16 = 0x000F
    }

    /// Type, class, time to live and length of a record, behind its name.
    private enum Record {
        static let `class` = 2
        static let length = 8
        static let size = 10
        static let v4: UInt16 = 1
        static let v6: UInt16 = 28
        static let internet: UInt16 = 1
    }

    /// Records read of one message.
    private static let mostRecords = 64
    /// In bytes (RFC 1035 section 2.3.4).
    private static let longestName = 255

    /// Calls `body` for each address in a message, with the name of its question: aliases lead from there.
    package static func forEachAddress(in message: Span<UInt8>, _ body: (IPAddress, String) -> Void) {
        guard message.count > Header.size else { return }
        let flags = message.bigEndianUInt16(at: Header.flags)
        guard flags & Header.isResponse != 0, flags & Header.errorMask == 0,
            message.bigEndianUInt16(at: Header.questions) == 1
        else { return }
        var offset = Header.size
        guard let name = readName(message, &offset), !name.isEmpty, offset + 4 <= message.count else { return }
        // Type and class of the question.
        offset += 4
        for _ in 0..<min(Int(message.bigEndianUInt16(at: Header.answers)), mostRecords) {
            guard skipName(message, &offset), offset + Record.size <= message.count else { return }
            let type = message.bigEndianUInt16(at: offset)
            let isInternet = message.bigEndianUInt16(at: offset + Record.class) == Record.internet
            let length = Int(message.bigEndianUInt16(at: offset + Record.length))
            offset += Record.size
            guard offset + length <= message.count else { return }
            switch (type, length) {
            case (Record.v4, 4) where isInternet: body(IPAddress(v4: message.bigEndianUInt32(at: offset)), name)
            case (Record.v6, 16) where isInternet:
                body(IPAddress(v6High: message.bigEndianUInt64(at: offset), low: message.bigEndianUInt64(at: offset + 8)), name)
            default: break
            }
            offset += length
        }
    }

    /// Reads the name of the question, in which nothing is there yet to point to.
    private static func readName(_ message: Span<UInt8>, _ offset: inout Int) -> String? {
        var name: [UInt8] = []
        while offset < message.count {
            let length = Int(message[offset])
            offset += 1
            if length == 0 { return String(decoding: name, as: UTF8.self) }
            guard length < 64, offset + length <= message.count, name.count + length < longestName else { return nil }
            if !name.isEmpty { name.append(UInt8(ascii: ".")) }
            for index in offset..<offset + length { name.append(message[index]) }
            offset += length
        }
        return nil
    }

    private static func skipName(_ message: Span<UInt8>, _ offset: inout Int) -> Bool {
        while offset < message.count {
            let length = Int(message[offset])
            offset += 1
            if length == 0 { return true }
            if length >= 0xC0 {
                // A pointer ends a name.
                offset += 1
                return offset <= message.count
            }
            guard length < 64 else { return false }
            offset += length
        }
        return false
    }
}
