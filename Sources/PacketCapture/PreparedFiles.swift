internal import SondeSystem
internal import Synchronization
package import SystemPackage

/// Files that were opened before privilege was given up, until they are used by their paths.
package enum PreparedFiles {
    private static let opened = Mutex<[String: Int32]>([:])

    /// Opens a file for reading.
    package static func prepareReading(_ path: String) throws(Errno) {
        keep(try Descriptor.openForReading(path), as: path)
    }

    /// Opens or creates a file for writing; what is in it stays until it is used.
    package static func prepareWriting(_ path: String) throws(Errno) {
        keep(try Descriptor.openOrCreateForWriting(path), as: path)
    }

    private static func keep(_ descriptor: consuming Descriptor, as path: String) {
        let number = descriptor.release()
        let before = opened.withLock { $0.updateValue(number, forKey: path) }
        if let before { _ = Descriptor(owning: before) }
    }

    /// The file, if it was opened and not used yet.
    static func take(_ path: String) -> Descriptor? {
        opened.withLock { $0.removeValue(forKey: path) }.map { Descriptor(owning: $0) }
    }
}
