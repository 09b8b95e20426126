internal import Packets
internal import SondeSystem
import Time

/// When a capture switches to a new file, and how the files are named, as with tcpdump's `-C`, `-G` and `-W`.
package struct Rotation: Equatable, Sendable {
    /// The size in bytes beyond which a file is closed and the next frame opens another.
    package var bytes: Int?
    /// Seconds of packet time before the next file. The path is a strftime(3) format.
    package var seconds: Int?
    /// With `bytes` alone: the number of files, the oldest of which is overwritten. With `seconds`: the capture ends after this
    /// many files.
    package var files: Int?

    package init(bytes: Int? = nil, seconds: Int? = nil, files: Int? = nil) {
        self.bytes = bytes
        self.seconds = seconds
        self.files = files
    }

    package static let none = Rotation()

    /// What the file of that number is called: without a number the first, unless a ring of files has to sort by name.
    func path(_ path: String, number: Int, begun: Timestamp) -> String {
        let named = seconds == nil ? path : Self.formatted(path, begun)
        guard bytes != nil else { return named }
        guard let files, seconds == nil else { return number == 0 ? named : "\(named)\(number)" }
        let width = String(max(files - 1, 0)).count
        let digits = String(number % max(files, 1))
        return named + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func formatted(_ path: String, _ time: Timestamp) -> String {
        LocalTime(secondsSinceEpoch: time.nanoseconds / 1_000_000_000)?.formatted(path) ?? path
    }
}
