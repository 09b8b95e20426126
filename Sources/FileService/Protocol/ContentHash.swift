/// The hash by which client and server find out whether they have the same bytes: XXH64 with seed 0, in pieces of any size.
///
/// It distinguishes versions of a file, like a checksum. It does not resist an attacker who wants two files to have one hash.
struct ContentHash {
    private var lanes: (UInt64, UInt64, UInt64, UInt64) = (prime1 &+ prime2, prime2, 0, 0 &- prime1)
    /// The bytes since the last whole stripe, fewer than 32.
    private var rest: [UInt8] = []
    private var length: UInt64 = 0

    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    init() { rest.reserveCapacity(32) }

    mutating func update(_ bytes: Span<UInt8>) {
        length &+= UInt64(bytes.count)
        var index = 0
        if !rest.isEmpty {
            while rest.count < 32, index < bytes.count {
                rest.append(bytes[index])
                index += 1
            }
            guard rest.count == 32 else { return }
            let stripe = rest
            takeStripes(stripe.span, from: 0)
            rest.removeAll(keepingCapacity: true)
        }
        index = takeStripes(bytes, from: index)
        while index < bytes.count {
            rest.append(bytes[index])
            index += 1
        }
    }

    /// Takes all whole stripes of 32 bytes from `start` on; returns where the rest begins.
    @discardableResult
    private mutating func takeStripes(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        var (one, two, three, four) = lanes
        while index + 32 <= bytes.count {
            one = Self.round(one, Self.word(bytes, index))
            two = Self.round(two, Self.word(bytes, index + 8))
            three = Self.round(three, Self.word(bytes, index + 16))
            four = Self.round(four, Self.word(bytes, index + 24))
            index += 32
        }
        lanes = (one, two, three, four)
        return index
    }

    var value: UInt64 {
        var hash: UInt64
        if length >= 32 {
            hash = Self.rotate(lanes.0, 1) &+ Self.rotate(lanes.1, 7) &+ Self.rotate(lanes.2, 12) &+ Self.rotate(lanes.3, 18)
            for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
                hash = (hash ^ Self.round(0, lane)) &* Self.prime1 &+ Self.prime4
            }
        } else {
            hash = Self.prime5
        }
        hash = hash &+ length
        var index = 0
        while index + 8 <= rest.count {
            hash = Self.rotate(hash ^ Self.round(0, Self.word(rest.span, index)), 27) &* Self.prime1 &+ Self.prime4
            index += 8
        }
        if index + 4 <= rest.count {
            let half = (0..<4).reduce(UInt64(0)) { $0 | UInt64(rest[index + $1]) << UInt64($1 * 8) }
            hash = Self.rotate(hash ^ half &* Self.prime1, 23) &* Self.prime2 &+ Self.prime3
            index += 4
        }
        while index < rest.count {
            hash = Self.rotate(hash ^ UInt64(rest[index]) &* Self.prime5, 11) &* Self.prime1
            index += 1
        }
        hash = (hash ^ hash >> 33) &* Self.prime2
        hash = (hash ^ hash >> 29) &* Self.prime3
        return hash ^ hash >> 32
    }

    @inline(__always)
    private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 { rotate(lane &+ input &* prime2, 31) &* prime1 }

    @inline(__always)
    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 - count) }

    /// Eight bytes, the first one the lowest.
    @inline(__always)
    private static func word(_ bytes: Span<UInt8>, _ index: Int) -> UInt64 {
        let one = UInt64(bytes[index]) | UInt64(bytes[index + 1]) << 8
        let two = UInt64(bytes[index + 2]) | UInt64(bytes[index + 3]) << 8
        let three = UInt64(bytes[index + 4]) | UInt64(bytes[index + 5]) << 8
        let four = UInt64(bytes[index + 6]) | UInt64(bytes[index + 7]) << 8
        return one | two << 16 | three << 32 | four << 48
    }

    /// Of all bytes at once.
    static func of(_ bytes: [UInt8]) -> UInt64 {
        var hash = ContentHash()
        hash.update(bytes.span)
        return hash.value
    }

    /// Sixteen hexadecimal digits.
    static func text(_ value: UInt64) -> String {
        let digits = stride(from: 60, through: 0, by: -4).map { hexDigit(UInt8(value >> UInt64($0) & 15)) }
        return String(decoding: digits, as: UTF8.self).lowercased()
    }

    static func value(_ text: some Collection<UInt8>) -> UInt64? {
        guard text.count == 16 else { return nil }
        var value: UInt64 = 0
        for digit in text {
            guard let digit = hexValue(digit) else { return nil }
            value = value << 4 | UInt64(digit)
        }
        return value
    }
}
