internal import Packets
internal import SystemPackage

/// A file that grows by whole records.
struct OutputFile: ~Copyable {
    private let path: String
    private let descriptor: FileDescriptor
    private let ownsDescriptor: Bool
    private var isOpen = true
    /// Bytes written, all of them whole records.
    private var length: Int64 = 0

    /// Creates the file, or empties the one that is there; `-` is standard output.
    init(path: String) throws(CaptureError) {
        self.path = path
        ownsDescriptor = path != "-"
        guard ownsDescriptor else {
            descriptor = .standardOutput
            return
        }
        do {
            descriptor = try FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
        } catch {
            throw .output(operation: "open", path: path, error as? Errno ?? .ioError)
        }
    }

    deinit {
        if ownsDescriptor, isOpen { try? descriptor.close() }
    }

    /// Writes all of the records given, or, where the system refuses, none of them.
    mutating func write(_ records: [UInt8]) throws(CaptureError) {
        do {
            // Safe: the pointer is used within the call alone.
            try unsafe records.withUnsafeBytes { bytes in _ = try unsafe descriptor.writeAll(bytes) }
        } catch {
            // A pipe can't be cut back, and need not be.
            if ownsDescriptor { try? descriptor.resize(to: length) }
            throw .output(operation: "write", path: path, error as? Errno ?? .ioError)
        }
        length += Int64(records.count)
    }

    /// Closes the file: the last chance to learn that it could not be written (close(2), ENOSPC on NFS).
    mutating func close() throws(CaptureError) {
        guard isOpen else { return }
        isOpen = false
        guard ownsDescriptor else { return }
        do {
            try descriptor.close()
        } catch {
            throw .output(operation: "close", path: path, error as? Errno ?? .ioError)
        }
    }
}
