package import Packets
package import SondeSystem
internal import SystemPackage
package import Time

/// Writes frames to one capture file or to a sequence of them.
///
/// Every write(2) ends with a whole record. After a failed write the file is truncated to its last whole record, so it stays
/// readable. Call `finish` at the end; it writes the buffered frames, which are lost otherwise.
package struct CaptureWriter: ~Copyable {
    private let path: String
    private let rotation: Rotation
    private let stop: StopToken?
    /// Files that are never written.
    private let sources: [FileIdentity]
    private var encoding: CaptureEncoding
    private var file: OutputFile?
    private var buffer: [UInt8] = []
    /// Files begun so far.
    private var filesBegun = 0
    private var fileBegun = Timestamp(nanoseconds: 0)
    private var fileSize = 0

    /// Bytes gathered before they are written.
    private static let bufferSize = 256 * 1024

    /// - Parameters:
    ///   - path: `-` is standard output, which is never rotated.
    ///   - names: of the interfaces that the frames were captured on.
    ///   - resolution: the unit of a pcap file's times.
    ///   - sources: the files that the frames come from: a file's name, by rotation too, may lead to none of them.
    ///   - stop: ends the wait for a reader that stopped reading, where the path is a pipe.
    package init(
        path: String,
        format: CaptureFormat,
        resolution: TimeResolution = .nanoseconds,
        snapshotLength: Int = RecordLimit.frame,
        names: InterfaceNames? = nil,
        rotation: Rotation = .none,
        sources: [FileIdentity] = [],
        stop: StopToken? = nil
    ) {
        self.stop = stop
        self.sources = sources
        self.path = path
        self.rotation = path == "-" ? .none : rotation
        encoding = CaptureEncoding(format: format, resolution: resolution, snapshotLength: snapshotLength, names: names)
    }

    /// Whether the format has room for a frame's comment.
    package var writesComments: Bool { encoding.format == .pcapng }

    /// Creates the first file, so that an unwritable path is reported before the first frame arrives.
    package mutating func begin(_ linkType: LinkType, at time: Timestamp) throws(CaptureError) {
        try beginFile(linkType, at: time)
    }

    /// Writes one frame.
    ///
    /// - Parameter comment: text in UTF-8 for the frame, empty for none. pcap has no room for it.
    /// - Returns: `.enough` where the rotation's last file is full: the frame was not written.
    package mutating func write(
        _ header: FrameHeader,
        _ frame: Span<UInt8>,
        comment: Span<UInt8>
    ) throws(CaptureError) -> FrameDemand {
        if file == nil {
            try beginFile(header.linkType, at: header.time)
        } else if isDue(at: header.time) {
            if rotation.seconds != nil, let files = rotation.files, filesBegun >= files { return .enough }
            try finish()
            try beginFile(header.linkType, at: header.time)
        }
        // The longest record that the frame can become: 96 bytes are more than any header, or the description of an interface.
        if buffer.count + frame.count + comment.count + 96 > Self.bufferSize { try flush() }
        let before = buffer.count
        do throws(CaptureEncoding.Misfit) {
            try encoding.append(header, frame, comment: comment, to: &buffer)
        } catch {
            switch error {
            case .linkType(let first): throw .mixedLinkTypes(path: path, first: first, other: header.linkType)
            case .time: throw .timeOutsidePcap(path: path, isBefore: header.time.nanoseconds < 0)
            }
        }
        fileSize += buffer.count - before
        return .more
    }

    /// Writes what is buffered.
    package mutating func flush() throws(CaptureError) {
        guard !buffer.isEmpty, file != nil else { return }
        defer { buffer.removeAll(keepingCapacity: true) }
        try file?.write(buffer)
    }

    /// Writes what is buffered and closes the file.
    package mutating func finish() throws(CaptureError) {
        if file != nil { encoding.end(to: &buffer) }
        try flush()
        try file?.close()
        file = nil
    }

    /// Writes what the kernel counted, where the format has room for it: the statistics of the interface, at the end.
    package mutating func write(_ counts: LiveCapture.Statistics, at time: Timestamp) throws(CaptureError) {
        guard file != nil else { return }
        encoding.append(counts, at: time, to: &buffer)
        try flush()
    }

    private func isDue(at time: Timestamp) -> Bool {
        if let bytes = rotation.bytes, fileSize > bytes { return true }
        guard let seconds = rotation.seconds else { return false }
        let (limit, overflows) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return !overflows && time.nanoseconds - fileBegun.nanoseconds >= limit
    }

    private mutating func beginFile(_ linkType: LinkType, at time: Timestamp) throws(CaptureError) {
        let name = rotation.path(path, number: filesBegun, begun: time)
        if name != "-", let identity = FileIdentity(name), sources.contains(identity) { throw .outputIsInput(path: name) }
        file = try OutputFile(path: name, stop: stop)
        filesBegun += 1
        fileBegun = time
        encoding.begin(linkType, to: &buffer)
        fileSize = buffer.count
        // The header alone makes a file that can be read, should nothing else find room.
        try flush()
    }
}
