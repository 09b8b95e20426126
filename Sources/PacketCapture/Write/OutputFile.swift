internal import Packets
internal import SondeSystem
internal import SystemPackage

/// A file that grows by whole records; as `-`, standard output.
struct OutputFile: ~Copyable {
    private let path: String
    private var file: OpenFile
    private let writer: StreamWriter
    /// Bytes written, all of them whole records.
    private var length = 0

    /// Creates the file, or empties the one that is there.
    ///
    /// - Parameter stop: ends the wait for a reader of a pipe that stopped reading.
    init(path: String, stop: StopToken?) throws(CaptureError) {
        self.path = path
        do {
            file = try OpenFile.writing(path)
        } catch {
            throw .output(operation: "open", path: path, error)
        }
        writer = StreamWriter(to: file.borrowed, stop: stop)
    }

    /// Writes all of the records given, or, where the system refuses, none of them.
    mutating func write(_ records: [UInt8]) throws(CaptureError) {
        do {
            try writer.writeAll(records.span)
        } catch {
            // A pipe can't be cut back, and need not be.
            if file.isOwned { try? file.borrowed.truncate(to: length) }
            switch error {
            case .stopped: throw .interrupted(path: path)
            case .failed(let errno): throw .output(operation: "write", path: path, errno)
            }
        }
        length += records.count
    }

    /// Closes the file: the last chance to learn that it could not be written (close(2), ENOSPC on NFS).
    mutating func close() throws(CaptureError) {
        do {
            try file.close()
        } catch {
            throw .output(operation: "close", path: path, error)
        }
    }
}
