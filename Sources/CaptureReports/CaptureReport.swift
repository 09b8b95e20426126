package import Addresses
package import Console
package import Packets
package import Tracking

/// One output format of a capture: receives segments and connections in their order and appends its text.
///
/// A format is one file with one type; it appends to the buffer that it is given and keeps no strings of a segment.
package protocol CaptureReport {
    /// Whether it reports segments, not only connections.
    var tellsSegments: Bool { get }
    /// Whether it reports the name that a client gives its server.
    var tellsServerNames: Bool { get }
    /// Whether it reports names in place of addresses.
    var tellsNames: Bool { get }
    /// Takes a name that the capture has of an address.
    mutating func learn(_ name: String, of address: IPAddress)
    /// Before the first segment.
    mutating func begin(into text: inout TextBuffer)
    /// - Parameters:
    ///   - number: the frame's number in the capture, from 1.
    ///   - payload: the part of the payload that the frame contains.
    mutating func segment(
        _ segment: Segment,
        _ annotation: Annotation,
        number: UInt64,
        payload: Span<UInt8>,
        into text: inout TextBuffer
    )
    /// A connection that has ended, or that was still open at the end of the capture.
    mutating func connection(_ record: ConnectionRecord, into text: inout TextBuffer)
    /// The same with the server's name; `nil` where the client gave none.
    mutating func connection(_ record: ConnectionRecord, serverName: String?, into text: inout TextBuffer)
    /// After the last connection.
    mutating func end(into text: inout TextBuffer)
}

extension CaptureReport {
    package var tellsSegments: Bool { true }
    package var tellsServerNames: Bool { false }
    package var tellsNames: Bool { false }
    package mutating func learn(_ name: String, of address: IPAddress) {}
    package mutating func begin(into text: inout TextBuffer) {}
    package mutating func segment(
        _ segment: Segment,
        _ annotation: Annotation,
        number: UInt64,
        payload: Span<UInt8>,
        into text: inout TextBuffer
    ) {}
    package mutating func connection(_ record: ConnectionRecord, into text: inout TextBuffer) {}
    package mutating func connection(_ record: ConnectionRecord, serverName: String?, into text: inout TextBuffer) {
        connection(record, into: &text)
    }
    package mutating func end(into text: inout TextBuffer) {}
}

/// Prints nothing: for a capture written to standard output.
package struct SilentReport: CaptureReport {
    package init() {}
}
