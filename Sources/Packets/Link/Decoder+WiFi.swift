/// IEEE 802.11 data frames, bare and behind the headers that capture cards put before them.
extension Decoder {
    private enum FrameControl {
        static let typeMask: UInt8 = 0x0C
        static let data: UInt8 = 0x08
        /// Of the subtype: a data frame that carries nothing.
        static let noData: UInt8 = 0x40
        static let qualityOfService: UInt8 = 0x80
        // Of the second byte.
        static let betweenAccessPoints: UInt8 = 0x03
        static let protected: UInt8 = 0x40
        static let order: UInt8 = 0x80
    }

    private enum WiFi {
        static let size = 24
        static let fourthAddressSize = 6
        static let qualityOfServiceSize = 2
        static let highThroughputControlSize = 4
        /// Of the first byte of the quality of service: the payload is an aggregate (A-MSDU).
        static let isAggregate: UInt8 = 0x80
    }

    /// Destination, source, length; then LLC.
    private enum Subframe {
        static let length = 12
        static let size = 14
    }

    /// - Parameter isPadded: whether the header is padded to a multiple of four bytes, a flag that radiotap carries.
    func wifi(_ frame: Span<UInt8>, _ cursor: inout Cursor, isPadded: Bool) -> Layer {
        if let lack = cursor.lacks(WiFi.size) { return .done(lack) }
        let control = frame[cursor.offset]
        let flags = frame[cursor.offset + 1]
        guard control & FrameControl.typeMask == FrameControl.data, control & FrameControl.noData == 0 else { return .done(.notIP) }

        var size = WiFi.size
        if flags & FrameControl.betweenAccessPoints == FrameControl.betweenAccessPoints { size += WiFi.fourthAddressSize }
        var isAggregate = false
        if control & FrameControl.qualityOfService != 0 {
            if let lack = cursor.lacks(size + WiFi.qualityOfServiceSize) { return .done(lack) }
            isAggregate = frame[cursor.offset + size] & WiFi.isAggregate != 0
            size += WiFi.qualityOfServiceSize
            if flags & FrameControl.order != 0 { size += WiFi.highThroughputControlSize }
        }
        if isPadded { size = (size + 3) & ~3 }
        guard flags & FrameControl.protected == 0 else { return .done(.encrypted) }
        if let lack = cursor.lacks(size) { return .done(lack) }
        cursor.advance(size)
        return isAggregate ? .wifiAggregate : .logicalLink
    }

    /// The first packet of an aggregate; the rest is left for `next(in:)`.
    mutating func wifiAggregate(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(Subframe.size) { return .done(lack) }
        let length = Int(frame.bigEndianUInt16(at: cursor.offset + Subframe.length))
        cursor.advance(Subframe.size)
        guard length <= cursor.wireAvailable else { return .done(.malformed) }
        let next = nextSubframe(frame, cursor, behind: length)
        if next < cursor.available {
            var rest = cursor
            rest.advance(next)
            aggregateRest = rest
        }
        cursor.limit(to: length)
        return .logicalLink
    }
}

extension Decoder {
    /// How far from the cursor the next subframe begins, past the `length` bytes of this one's content.
    ///
    /// Every subframe but the last is padded to a multiple of four bytes, its header included. Some senders align differently, so
    /// another offset is used if SNAP is found there and not here.
    private func nextSubframe(_ frame: Span<UInt8>, _ cursor: Cursor, behind length: Int) -> Int {
        let standard = length + (4 - (Subframe.size + length) % 4) % 4
        if beginsSubframe(frame, cursor, at: standard) { return standard }
        for padding in 0..<4 where beginsSubframe(frame, cursor, at: length + padding) { return length + padding }
        return standard
    }

    private func beginsSubframe(_ frame: Span<UInt8>, _ cursor: Cursor, at distance: Int) -> Bool {
        guard distance + Subframe.size + 3 <= cursor.available else { return false }
        let content = cursor.offset + distance + Subframe.size
        return frame[content] == 0xAA && frame[content + 1] == 0xAA && frame[content + 2] == 0x03
    }
}

/// Headers of the capture, not of the air. Their lengths are little-endian but for AVS.
extension Decoder {
    private enum Radiotap {
        static let length = 2
        static let present = 4
        static let size = 8
        static let timestampIsPresent: UInt32 = 1 << 0
        static let flagsArePresent: UInt32 = 1 << 1
        static let anotherWordFollows: UInt32 = 1 << 31
        /// Of the flags field: the header is filled up to a multiple of four bytes.
        static let isPadded: UInt8 = 0x20
    }

    /// radiotap.org: version, padding, length, and words whose bits name the fields that follow, each at its own alignment.
    func radiotap(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(Radiotap.size) { return .done(lack) }
        let start = cursor.offset
        let length = Int(frame.bigEndianUInt16(at: start + Radiotap.length).byteSwapped)
        guard length >= Radiotap.size else { return .done(.malformed) }
        if let lack = cursor.lacks(length) { return .done(lack) }
        let isPadded = radiotapFlags(frame, from: start, to: start + length) & Radiotap.isPadded != 0
        cursor.advance(length)
        return wifi(frame, &cursor, isPadded: isPadded)
    }

    /// The flags field, 0 where there is none. It is among the first two fields, so that no other's size need be known.
    private func radiotapFlags(_ frame: Span<UInt8>, from start: Int, to end: Int) -> UInt8 {
        let present = frame.bigEndianUInt32(at: start + Radiotap.present).byteSwapped
        guard present & Radiotap.flagsArePresent != 0 else { return 0 }
        var field = start + Radiotap.present
        while field + 4 <= end {
            let word = frame.bigEndianUInt32(at: field).byteSwapped
            field += 4
            if word & Radiotap.anotherWordFollows == 0 { break }
        }
        if present & Radiotap.timestampIsPresent != 0 {
            field = start + ((field - start + 7) & ~7) + 8
        }
        return field < end ? frame[field] : 0
    }

    /// Message code and length of the header, in the capturing machine's order: little-endian, but where that makes no sense.
    func prism(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(8) { return .done(lack) }
        let word = frame.bigEndianUInt32(at: cursor.offset + 4)
        return skipCaptureHeader(Int(word > 0xFFFF ? word.byteSwapped : word), &cursor)
    }

    /// Magic number and length of the header, in network order.
    func avs(_ frame: Span<UInt8>, _ cursor: inout Cursor) -> Layer {
        if let lack = cursor.lacks(8) { return .done(lack) }
        return skipCaptureHeader(Int(frame.bigEndianUInt32(at: cursor.offset + 4)), &cursor)
    }

    private func skipCaptureHeader(_ length: Int, _ cursor: inout Cursor) -> Layer {
        guard length >= 8 else { return .done(.malformed) }
        if let lack = cursor.lacks(length) { return .done(lack) }
        cursor.advance(length)
        return .wifi
    }
}
