package import Addresses
package import Console
package import Time
package import Tracking

/// `--connections`: one line per connection as it ends: start, endpoints, state, history, bytes, initial RTT, verdict.
package struct ConnectionLines: CaptureReport {
    let palette: Palette
    package let tellsSegments = false
    private var clock: TimeOfDay
    private var endpoints = EndpointColumn()
    private var names: EndpointNames?

    package init(palette: Palette, zone: TimeZone, names: EndpointNames? = nil) {
        self.names = names
        clock = TimeOfDay(in: zone)
        self.palette = palette
    }

    package var tellsNames: Bool { names != nil }
    package mutating func learn(_ name: String, of address: IPAddress) { names?.learn(name, of: address) }

    package mutating func connection(_ record: ConnectionRecord, into text: inout TextBuffer) {
        clock.append(record.start, to: &text)
        text.append("  ")
        let (originator, responder) = (record.originator, record.responder)
        endpoints.append(originator.address, originator.port, responder.address, responder.port, names, to: &text)

        let state = record.state
        text.styled(state.style, palette) { $0.append(state.name) }
        text.append(UInt8(ascii: " "), times: 8 - state.name.utf8CodeUnitCount)
        let history = text.count
        record.forEachHistoryByte { text.append(byte: $0) }
        text.append(UInt8(ascii: " "), times: max(0, 10 - (text.count - history)) + 2)

        text.append(bytes: UInt64(record.originatorBytes))
        text.append(" / ")
        text.append(bytes: UInt64(record.responderBytes))
        text.append(" in ")
        text.append(duration: record.duration)
        if let roundTrip = record.initialRoundTrip {
            text.append(", rtt ")
            text.append(milliseconds: roundTrip)
        }
        if record.retransmits > 0 {
            text.append(", ")
            text.append(record.retransmits)
            text.append(" retransmitted")
        }
        text.append("  ")
        text.append(record.verdict.words)
        if record.stateNamesVainReset { text.append(ConnectionRecord.vainReset) }
        text.append(byte: UInt8(ascii: "\n"))
    }
}

extension ConnectionState {
    fileprivate var style: Style {
        switch self {
        case .sf, .s1: .good
        case .s0, .rej, .rsto, .rstr, .rstos0, .rstrh: .bad
        case .s2, .s3, .sh, .shr, .oth: .doubtful
        }
    }
}
