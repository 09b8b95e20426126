import Addresses
package import Console
package import Time
package import Tracking

/// `--format zeek`: conn.log in the format of Zeek's ASCII writer, which zeek-cut reads.
///
/// Unset are the fields that sonde does not know: the service, the bytes of the IP layer, whether an address is local. No field can
/// contain a separator.
package struct ZeekLog: CaptureReport {
    /// Makes the identifiers of each run different.
    private let seed: (UInt64, UInt64)
    private let clock: @Sendable () -> Timestamp
    private let zone: TimeZone
    package let tellsSegments = false

    private static let fields: [(name: StaticString, type: StaticString)] = [
        ("ts", "time"), ("uid", "string"), ("id.orig_h", "addr"), ("id.orig_p", "port"), ("id.resp_h", "addr"),
        ("id.resp_p", "port"),
        ("proto", "enum"), ("service", "string"), ("duration", "interval"), ("orig_bytes", "count"), ("resp_bytes", "count"),
        ("conn_state", "string"), ("local_orig", "bool"), ("local_resp", "bool"), ("missed_bytes", "count"), ("history", "string"),
        ("orig_pkts", "count"), ("orig_ip_bytes", "count"), ("resp_pkts", "count"), ("resp_ip_bytes", "count"),
        ("tunnel_parents", "set[string]"),
    ]

    /// - Parameters:
    ///   - clock: the wall clock, for `#open` and `#close`.
    package init(seed: (UInt64, UInt64), clock: @escaping @Sendable () -> Timestamp, zone: TimeZone) {
        self.seed = seed
        self.clock = clock
        self.zone = zone
    }

    package mutating func begin(into text: inout TextBuffer) {
        text.append("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#open\t")
        append(now: &text)
        text.append("\n#fields")
        for field in Self.fields {
            text.append("\t")
            text.append(field.name)
        }
        text.append("\n#types")
        for field in Self.fields {
            text.append("\t")
            text.append(field.type)
        }
        text.append("\n")
    }

    package mutating func connection(_ record: ConnectionRecord, into text: inout TextBuffer) {
        let hasDuration = record.duration > 0
        text.append(record.start.nanoseconds / 1000, fractionDigits: 6)
        text.append("\t")
        append(identifier: record.identifier, &text)
        text.append("\t")
        text.append(record.originator.address)
        text.append("\t")
        text.append(UInt64(record.originator.port))
        text.append("\t")
        text.append(record.responder.address)
        text.append("\t")
        text.append(UInt64(record.responder.port))
        text.append("\ttcp\t-\t")
        if hasDuration {
            text.append(record.duration / 1000, fractionDigits: 6)
            text.append("\t")
            text.append(record.originatorBytes)
            text.append("\t")
            text.append(record.responderBytes)
        } else {
            text.append("-\t-\t-")
        }
        text.append("\t")
        text.append(record.state.name)
        text.append("\t-\t-\t")
        if let missed = record.missedBytes { text.append(missed) } else { text.append("-") }
        text.append("\t")
        let start = text.count
        record.forEachHistoryByte { text.append(byte: $0) }
        if text.count == start { text.append("-") }
        text.append("\t")
        text.append(UInt64(record.originatorPackets))
        text.append("\t-\t")
        text.append(UInt64(record.responderPackets))
        text.append("\t-\t-\n")
    }

    package mutating func end(into text: inout TextBuffer) {
        text.append("#close\t")
        append(now: &text)
        text.append("\n")
    }

    /// A unique identifier in Zeek's form: `C` and base-62 digits, here of a mix (SplitMix64) of the run's seed and the connection's
    /// number.
    private func append(identifier: UInt32, _ text: inout TextBuffer) {
        let digits = StaticString("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        text.append("C")
        var rest = Self.mixed(seed.0 &+ UInt64(identifier) &* 0x9E37_79B9_7F4A_7C15)
        var more = Self.mixed(seed.1 ^ rest)
        for _ in 0..<9 {
            // Safe: the remainder is below the count of digits.
            text.append(byte: unsafe digits.utf8Start[Int(rest % 62)])
            text.append(byte: unsafe digits.utf8Start[Int(more % 62)])
            rest /= 62
            more /= 62
        }
    }

    private static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// `2026-11-21-12-00-00`, local time.
    private func append(now text: inout TextBuffer) {
        let now = zone.civilTime(secondsSinceEpoch: clock().nanoseconds / 1_000_000_000)
        text.append(now.year)
        for part in [now.month, now.day, now.hour, now.minute, now.second] {
            text.append("-")
            text.append(digitsOf: UInt64(part), atLeast: 2)
        }
    }
}
