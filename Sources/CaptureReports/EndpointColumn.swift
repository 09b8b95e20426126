import Addresses
import Console

/// The column `127.0.0.1:50432 → 127.0.0.1:8007`: padded to the widest so far, up to a limit, and two blanks behind it.
struct EndpointColumn {
    private var width = 0

    private static let maximumWidth = 64

    mutating func append(
        _ source: IPAddress,
        _ sourcePort: UInt16,
        _ destination: IPAddress,
        _ destinationPort: UInt16,
        _ names: EndpointNames? = nil,
        to text: inout TextBuffer
    ) {
        let start = text.count
        text.append(endpoint: source, sourcePort, names)
        text.append(" → ")
        text.append(endpoint: destination, destinationPort, names)
        // The arrow is three bytes in one column.
        let length = text.count - start - 2
        width = max(width, min(length, Self.maximumWidth))
        text.append(UInt8(ascii: " "), times: max(0, width - length) + 2)
    }
}
