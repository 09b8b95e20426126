internal import SondeSystem

/// A regular file of the served folder, open for reading; closed with its last owner.
final class ServedFile: Sendable {
    let descriptor: Descriptor
    let size: UInt64
    /// Changes with the content.
    let version: String

    init(_ descriptor: consuming Descriptor, size: UInt64, version: String) {
        self.descriptor = descriptor
        self.size = size
        self.version = version
    }
}
